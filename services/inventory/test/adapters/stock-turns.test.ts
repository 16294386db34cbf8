import { SidecarError, SidecarUnavailable } from '@cartwright/kernel/dapr/errors';
import type { StockCommand } from '@cartwright/stock/rules';
import { expect } from 'chai';
import { stockTurns } from '../../adapters/stock-turns.ts';

const orderId = '0190a0a0-0000-7000-8000-000000000001';
const reserve = (id: string): StockCommand => ({ id, type: 'reserve', orderId, quantity: 1 });

describe('Turns of Stock actors', () => {
  let batches: { sku: string; ids: string[] }[];
  let underWay: (() => void)[];
  let failures: Error[];
  let waited: number[];

  beforeEach(() => {
    batches = [];
    underWay = [];
    failures = [];
    waited = [];
  });

  /** A sidecar whose answers come when they are let go. */
  async function invoke(_type: string, sku: string, _method: string, input: unknown): Promise<unknown> {
    const { commands } = input as { commands: StockCommand[] };
    batches.push({ sku, ids: commands.map(({ id }) => id) });
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    await new Promise<void>((done) => underWay.push(done));
    return { ok: { answers: commands.map(({ id }) => ({ id, ok: true, version: 1, onHand: 1, reserved: 0 })) } };
  }
  const turns = () =>
    stockTurns({ actors: { invoke } }, (ms) => {
      waited.push(ms);
      return Promise.resolve();
    });
  const letGo = (): void => {
    for (const done of underWay.splice(0)) done();
  };

  it('go one at a time a SKU, and what waits shares the next', async () => {
    const { decide } = turns();
    const answers = Promise.all([decide('a', reserve('1')), decide('a', reserve('2')), decide('a', reserve('3'))]);
    const elsewhere = decide('b', reserve('4'));
    letGo();
    await elsewhere;
    while (underWay.length === 0) await new Promise(setImmediate);
    letGo();
    expect((await answers).map(({ id }) => id)).to.deep.equal(['1', '2', '3']);
    expect(batches).to.deep.equal([
      { sku: 'a', ids: ['1'] },
      { sku: 'b', ids: ['4'] },
      { sku: 'a', ids: ['2', '3'] },
    ]);
  });

  it('decide at most two hundred commands', async () => {
    const { decide } = turns();
    const all = Promise.all(Array.from({ length: 402 }, (_, index) => decide('a', reserve(String(index)))));
    for (let turn = 0; turn < 4; turn++) {
      while (underWay.length === 0) await new Promise(setImmediate);
      letGo();
    }
    await all;
    expect(batches.map(({ ids }) => ids.length)).to.deep.equal([1, 200, 200, 1]);
  });

  it('are tried again, with the same commands, while the sidecar is away', async () => {
    failures = [new SidecarUnavailable('away'), new SidecarError('no actor', 500, 'ERR_ACTOR_INVOKE_METHOD')];
    const answer = turns().decide('a', reserve('1'));
    while (underWay.length === 0) await new Promise(setImmediate);
    letGo();
    expect((await answer).ok).to.equal(true);
    expect(batches.map(({ ids }) => ids)).to.deep.equal([['1'], ['1'], ['1']]);
    expect(waited).to.deep.equal([50, 200]);
  });

  it('fail for all who share one when it goes on failing, and leave the queue usable', async () => {
    failures = Array.from({ length: 4 }, () => new SidecarUnavailable('away'));
    const { decide } = turns();
    const error = await decide('a', reserve('1')).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(SidecarUnavailable);
    const next = decide('a', reserve('2'));
    while (underWay.length === 0) await new Promise(setImmediate);
    letGo();
    expect((await next).ok).to.equal(true);
  });

  it('are not tried again when the actor refuses the input', async () => {
    failures = [new SidecarError('bad', 400, 'bad')];
    const error = await turns()
      .decide('a', reserve('1'))
      .catch((thrown: unknown) => thrown);
    expect(error).to.include({ status: 400 });
    expect(batches).to.have.length(1);
  });

  it('fail when an answer is missing, rather than take another command’s', async () => {
    const { decide } = stockTurns({ actors: { invoke: () => Promise.resolve({ ok: { answers: [] } }) } });
    const error = await decide('a', reserve('1')).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('no answer to 1');
  });
});
