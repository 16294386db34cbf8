import { expect } from 'chai';
import { ActorError } from '../actor-error.ts';
import type { ActorHost } from '../host.ts';
import type { ActorApiForTests } from './actor-api-for-tests.ts';
import { Counters, thrown, until } from './counters-for-tests.ts';

describe('The actor host', () => {
  let counters: Counters;
  let api: ActorApiForTests;
  let host: ActorHost;

  beforeEach(() => {
    counters = new Counters();
    ({ api, host } = counters);
  });
  const counter = (id = 'a') => counters.client(id);

  it('answers typed calls, and keeps what a turn wrote', async () => {
    expect(await counter().add({ by: 2 })).to.equal(2);
    expect(await counter().add({ by: 3 })).to.equal(5);
    expect(api.store.get('Counter/a/count')).to.equal('5');
    expect(await counter('b').read(null)).to.equal(undefined);
  });

  it('leaves no trace of a turn that throws: not in the store, not in memory, and not with the next turn', async () => {
    await counter().add({ by: 1 });
    expect(await thrown(counter().writeTwoThenThrow(null))).to.be.an('error');
    expect(api.saves).to.have.length(1);
    expect(await counter().add({ by: 1 })).to.equal(2);
    expect(counters.remembered, 'memory of the activation').to.equal(1);
    expect(api.saves.at(-1)).to.deep.equal([{ operation: 'upsert', request: { key: 'count', value: 2 } }]);
    expect(api.store.has('Counter/a/other')).to.equal(false);
  });

  it('drops what a refused turn staged', async () => {
    await counter().add({ by: 1 });
    await thrown(counter().refuseAfterWriting(null));
    expect(await counter().read(null)).to.equal(1);
    expect(api.store.get('Counter/a/count')).to.equal('1');
  });

  it('hands out copies, so that changing what was read changes nothing', async () => {
    await counter().write({ list: [] });
    await thrown(counter().changeWhatWasReadThenThrow(null));
    expect(await counter().read(null)).to.deep.equal({ list: [] });
  });

  it('counts a write that the store refused as not done, and reads anew', async () => {
    await counter().add({ by: 1 });
    api.failNextSave = new Error('store away');
    expect(await thrown(counter().add({ by: 1 }))).to.be.an('error');
    expect(await counter().add({ by: 1 })).to.equal(2);
    expect(counters.activations).to.equal(2);
  });

  for (const value of [0, false, '', null]) {
    it(`reads a stored ${JSON.stringify(value)} as it was stored`, async () => {
      await counter().write(value);
      await host.deactivate('Counter', 'a');
      expect(await counter().read(null)).to.equal(value);
    });
  }

  it('removes a key, from the store and from what it remembers', async () => {
    await counter().write(5);
    await counter().clear(null);
    expect(await counter().read(null)).to.equal(undefined);
    expect(api.store.size).to.equal(0);
  });

  it('writes a key that was not there before', async () => {
    await counter('new').write('x');
    expect(api.store.get('Counter/new/count')).to.equal('"x"');
  });

  it('carries the code and the details of a refusal over the wire', async () => {
    const error = await thrown(counter().refuseAfterWriting(null));
    expect(error).to.be.instanceOf(ActorError).and.to.include({ code: 'sold_out', message: 'Sold out' });
    expect((error as ActorError).details).to.deep.equal({ left: 0 });
  });

  it('refuses what is not on the list: methods of prototypes, hooks, other types and reminders', async () => {
    for (const method of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'onReminder', 'activate', 'nothing']) {
      expect(await thrown(host.call('Counter', 'a', method, null)), method).to.include({ name: 'UnknownActorCall' });
    }
    expect(await thrown(host.call('Cart', 'a', 'add', null))).to.include({ name: 'UnknownActorCall' });
    expect(await thrown(host.remind('Counter', 'a', 'tock', null))).to.include({ name: 'UnknownActorCall' });
  });

  it('refuses input outside of the schema before the turn', async () => {
    const error = await thrown(counter().add({ by: 1.5 }));
    expect(error).to.be.instanceOf(ActorError).and.to.include({ code: 'invalid_input' });
    expect(counters.activations).to.equal(0);
  });

  it('gives a reminder its name and its data', async () => {
    const data = { cart: 'c1', since: 5 };
    await counter().remindMe(data);
    const schedule = api.reminders.get('Counter/a/tick');
    expect(schedule).to.deep.equal({ dueTime: '1s', period: '1h', data });
    await host.remind('Counter', 'a', 'tick', schedule?.data);
    expect(counters.reminded).to.deep.equal([['tick', data]]);
  });

  it('says that a reminder failed, and keeps nothing of it', async () => {
    expect(await thrown(host.remind('Counter', 'a', 'tick', 'throw'))).to.be.an('error');
    expect(api.store.size).to.equal(0);
  });

  it('lets no two turns of one actor overlap, and others go on meanwhile', async () => {
    const slow = counter().hang(null);
    const next = counter()
      .add({ by: 1 })
      .then(() => counters.order.push('add'));
    await counter('b').add({ by: 1 });
    counters.order.push('other');
    counters.release();
    await Promise.all([slow, next]);
    expect(counters.order).to.deep.equal(['hang', 'other', 'add']);
    expect(api.store.get('Counter/a/count')).to.equal('1001');
  });

  it('counts a turn as failed whose answer is not what the definition promises', async () => {
    expect(String(await thrown(counter().promiseANumber(null)))).to.include('promise');
    expect(api.saves).to.deep.equal([]);
  });

  it('forgets an actor that is deactivated, and takes one that was never there', async () => {
    await counter().add({ by: 1 });
    await host.deactivate('Counter', 'a');
    await host.deactivate('Counter', 'never');
    await counter().add({ by: 1 });
    expect(counters.activations).to.equal(2);
  });

  it('reads an actor anew after its sidecar has begun again, because it may have lived elsewhere', async () => {
    await counter().add({ by: 1 });
    api.store.set('Counter/a/count', '41'); // by another copy of the service
    const underWay = counter().hang(null);
    await until(() => counters.order.includes('hang'));
    host.forgetAll();
    const next = counter().read(null);
    counters.release();
    await underWay;
    expect(await next, 'the turn under way was not disturbed').to.equal(1000);
    api.store.set('Counter/a/count', '42');
    host.forgetAll();
    expect(await counter().read(null)).to.equal(42);
  });
});
