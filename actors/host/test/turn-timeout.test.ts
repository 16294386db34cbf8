import { expect } from 'chai';
import type { ActorHost } from '../host.ts';
import type { ActorApiForTests } from './actor-api-for-tests.ts';
import { Counters, thrown, until } from './counters-for-tests.ts';

describe('A turn that takes too long', () => {
  let counters: Counters;
  let api: ActorApiForTests;
  let host: ActorHost;

  beforeEach(() => {
    counters = new Counters();
    ({ api, host } = counters);
  });
  const counter = (id = 'a') => counters.client(id);

  it('has failed, and can commit nothing afterwards', async () => {
    const error = await thrown(counter().hang(null));
    expect(String(error)).to.include('took more than');
    expect(await counter().add({ by: 1 })).to.equal(1);
    counters.release();
    await new Promise(setImmediate);
    expect(api.store.get('Counter/a/count')).to.equal('1');
  });

  it('does not get into the next turn with what it does late', async () => {
    await thrown(counter().hang(null));
    let goOn = (): void => undefined;
    api.beforeGet = () =>
      new Promise((done) => {
        goOn = done;
      });
    const next = counter().add({ by: 1 }); // waits in the middle of its turn
    await until(() => api.reading);
    counters.release(); // the hanging turn sets 1000 now
    await new Promise(setImmediate);
    goOn();
    expect(await next).to.equal(1);
    expect(api.saves).to.deep.equal([[{ operation: 'upsert', request: { key: 'count', value: 1 } }]]);
  });

  it('leaves nothing in memory that a late read has brought', async () => {
    await counter().write(1);
    await host.deactivate('Counter', 'a');
    let answer = (): void => undefined;
    api.beforeGet = () =>
      new Promise((done) => {
        answer = done;
      });
    expect(await thrown(counter().readLate(null))).to.be.an('error');
    api.beforeGet = undefined;
    const next = counter().write(2);
    api.store.set('Counter/a/count', '1'); // what the late read will find
    await next;
    answer();
    await new Promise(setImmediate);
    expect(await counter().read(null)).to.equal(2);
  });

  it('makes the next turn wait for its write, if that is under way', async () => {
    let goOn = (): void => undefined;
    api.beforeSave = () =>
      new Promise((done) => {
        goOn = done;
      });
    expect(await thrown(counter().write(5))).to.be.an('error');
    api.beforeSave = undefined;
    let read: unknown = 'nothing yet';
    const next = counter()
      .read(null)
      .then((value) => (read = value));
    await new Promise(setImmediate);
    expect(read).to.equal('nothing yet');
    goOn();
    await next;
    expect(read, 'the store took the late write, so the next turn sees it').to.equal(5);
  });
});
