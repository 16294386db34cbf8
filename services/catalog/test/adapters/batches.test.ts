import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { batchesOf } from '../../adapters/batches.ts';

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of source) found.push(one);
  return found;
}

describe('Batches', () => {
  it('hold all items in their order', async () => {
    async function* numbers(): AsyncGenerator<number> {
      for (let number = 1; number <= 5; number++) yield await Promise.resolve(number);
    }
    expect(await collected(batchesOf(numbers(), { items: 2 }))).to.deep.equal([[1, 2], [3, 4], [5]]);
    expect(await collected(batchesOf(Readable.from([]), { items: 2 }))).to.deep.equal([]);
  });

  it('are full with few items where these are heavy', async () => {
    const batches = batchesOf(Readable.from([1, 9, 1, 1, 1]), { items: 3, weight: 10, weigh: Number });
    expect(await collected(batches)).to.deep.equal([
      [1, 9],
      [1, 1, 1],
    ]);
  });

  it('hand on what came before the source broke', async () => {
    async function* broken(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error('broke');
    }
    const found: number[][] = [];
    const reading = (async () => {
      for await (const batch of batchesOf(broken(), { items: 2 })) found.push(batch);
    })();
    expect(await reading.catch((error: unknown) => (error as Error).message)).to.equal('broke');
    expect(found).to.deep.equal([[1]]);
  });

  it('do not wait for more than comes, and ask for no more than is taken', async () => {
    let asked = 0;
    const go = { on: (): void => undefined };
    async function* slow(): AsyncGenerator<number> {
      asked++;
      yield 1;
      await new Promise<void>((done) => {
        go.on = done;
      });
      for (;;) yield ++asked;
    }
    const batches = batchesOf(slow(), { items: 3 });
    expect((await batches.next()).value).to.deep.equal([1]);
    go.on();
    expect((await batches.next()).value).to.have.length(3);
    expect(asked).to.be.at.most(6);
    await batches.return(undefined);
  });

  it('keep nothing of what was taken, however long they go on', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const taken: WeakRef<object>[] = [];
    async function* things(): AsyncGenerator<object> {
      for (let number = 0; number < 100; number++) {
        const thing = { number };
        taken.push(new WeakRef(thing));
        yield await Promise.resolve(thing);
      }
    }
    for await (const batch of batchesOf(things(), { items: 4 })) expect(batch).to.have.length(4);
    await new Promise(setImmediate); // a WeakRef holds its object until the end of the turn
    collectGarbage();
    expect(taken.filter((one) => one.deref() !== undefined).length).to.be.at.most(4);
  });
});
