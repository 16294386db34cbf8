import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { expect } from 'chai';
import Koa from 'koa';
import { Type } from 'typebox';
import { ActorError } from '../actor-error.ts';
import { actorClient } from '../client.ts';
import { defineActor } from '../definition.ts';
import { ActorHost, hostedActor } from '../host.ts';
import { mountActors } from '../mount.ts';
import { ActorApiForTests } from './actor-api-for-tests.ts';

const Nothing = Type.Null();
const Counter = defineActor({
  type: 'Counter',
  methods: {
    add: { input: Type.Object({ by: Type.Integer() }, { additionalProperties: false }), output: Type.Integer() },
    read: { input: Nothing, output: Type.Unknown() },
    write: { input: Type.Unknown(), output: Nothing },
    writeTwoThenThrow: { input: Nothing, output: Nothing },
    changeWhatWasReadThenThrow: { input: Nothing, output: Nothing },
    refuseAfterWriting: { input: Nothing, output: Nothing },
    hang: { input: Nothing, output: Nothing },
    readLate: { input: Nothing, output: Type.Unknown() },
    promiseANumber: { input: Nothing, output: Type.Integer() },
    remindMe: { input: Type.Unknown(), output: Nothing },
  },
  reminders: ['tick'],
  turnTimeoutMs: 200,
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

describe('The actor host', () => {
  let api: ActorApiForTests;
  let host: ActorHost;
  let reminded: [string, unknown][];
  let remembered: number;
  let activations: number;
  let release: () => void;
  let order: string[];

  beforeEach(() => {
    api = new ActorApiForTests();
    reminded = [];
    order = [];
    activations = 0;
    const type = hostedActor(Counter, (context) => {
      const { state } = context;
      activations++;
      let inMemory = 0;
      return {
        async add({ by }) {
          const count = (((await state.get('count')) as number | undefined) ?? 0) + by;
          inMemory += by;
          remembered = inMemory;
          state.set('count', count);
          return count;
        },
        read: () => state.get('count'),
        write: (value) => {
          state.set('count', value);
          return Promise.resolve(null);
        },
        writeTwoThenThrow: async () => {
          inMemory += 100;
          state.set('count', 100);
          state.set('other', 100);
          await Promise.resolve();
          throw new Error('in the middle');
        },
        changeWhatWasReadThenThrow: async () => {
          const value = (await state.get('count')) as { list: number[] };
          value.list.push(1);
          throw new ActorError('no', 'No');
        },
        refuseAfterWriting: () => {
          state.set('count', 100);
          return Promise.reject(new ActorError('sold_out', 'Sold out', { left: 0 }));
        },
        hang: async () => {
          order.push('hang');
          await new Promise<void>((done) => {
            release = done;
          });
          state.set('count', 1000);
          state.set('late', true);
          return null;
        },
        readLate: async () => {
          const read = await state.get('count');
          inMemory = 1000;
          return read;
        },
        promiseANumber: () => {
          state.set('count', 100);
          return Promise.resolve('none' as unknown as number);
        },
        remindMe: async (data) => {
          await context.registerReminder('tick', { dueTime: '1s', period: '1h', data });
          return null;
        },
        onReminder: (name, data) => {
          reminded.push([name, data]);
          state.set('count', 7);
          return name === 'tick' && data === 'throw' ? Promise.reject(new Error('reminder failed')) : Promise.resolve();
        },
      };
    });
    host = new ActorHost(api, createLogger('test', 'silent'), [type]);
    api.host = (...call) => host.call(...call);
  });

  const counter = (id = 'a') => actorClient({ actors: api }, Counter, id);
  const thrown = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

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
    expect(remembered, 'memory of the activation').to.equal(1);
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
    expect(activations).to.equal(2);
  });

  for (const value of [0, false, '', null]) {
    it(`reads a stored ${JSON.stringify(value)} as it was stored`, async () => {
      await counter().write(value);
      await host.deactivate('Counter', 'a');
      expect(await counter().read(null)).to.equal(value);
    });
  }

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
    expect(activations).to.equal(0);
  });

  it('gives a reminder its name and its data', async () => {
    const data = { cart: 'c1', since: 5 };
    await counter().remindMe(data);
    const schedule = api.reminders.get('Counter/a/tick');
    expect(schedule).to.deep.equal({ dueTime: '1s', period: '1h', data });
    await host.remind('Counter', 'a', 'tick', schedule?.data);
    expect(reminded).to.deep.equal([['tick', data]]);
  });

  it('says that a reminder failed, and keeps nothing of it', async () => {
    expect(await thrown(host.remind('Counter', 'a', 'tick', 'throw'))).to.be.an('error');
    expect(api.store.size).to.equal(0);
  });

  it('lets no two turns of one actor overlap, and others go on meanwhile', async () => {
    const slow = counter().hang(null);
    const next = counter()
      .add({ by: 1 })
      .then(() => order.push('add'));
    await counter('b').add({ by: 1 });
    order.push('other');
    release();
    await Promise.all([slow, next]);
    expect(order).to.deep.equal(['hang', 'other', 'add']);
    expect(api.store.get('Counter/a/count')).to.equal('1001');
  });

  it('ends a turn that takes too long, which can commit nothing afterwards', async () => {
    const error = await thrown(counter().hang(null));
    expect(String(error)).to.include('took more than');
    expect(await counter().add({ by: 1 })).to.equal(1);
    release();
    await new Promise(setImmediate);
    expect(api.store.get('Counter/a/count')).to.equal('1');
  });

  it('lets code of a turn that took too long not get into the next turn', async () => {
    await thrown(counter().hang(null));
    let goOn = (): void => undefined;
    api.beforeGet = () =>
      new Promise((done) => {
        goOn = done;
      });
    const next = counter().add({ by: 1 }); // waits in the middle of its turn
    await until(() => api.reading);
    release(); // the hanging turn sets 1000 now
    await new Promise(setImmediate);
    goOn();
    expect(await next).to.equal(1);
    expect(api.saves).to.deep.equal([[{ operation: 'upsert', request: { key: 'count', value: 1 } }]]);
  });

  it('remembers nothing that a late read has brought', async () => {
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

  it('begins no turn while the write of one that took too long is under way', async () => {
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

  it('counts a turn as failed whose answer is not what the definition promises', async () => {
    expect(String(await thrown(counter().promiseANumber(null)))).to.include('promise');
    expect(api.saves).to.deep.equal([]);
  });

  it('forgets an actor that is deactivated, and takes one that was never there', async () => {
    await counter().add({ by: 1 });
    await host.deactivate('Counter', 'a');
    await host.deactivate('Counter', 'never');
    await counter().add({ by: 1 });
    expect(activations).to.equal(2);
  });

  describe('on Koa', () => {
    let url: string;
    let close: () => void;

    beforeEach(async () => {
      const router = new Router();
      mountActors(router, host);
      const app = new Koa();
      app.use(async (ctx, next) => {
        await next().catch((error: unknown) => {
          ctx.status = (error as { status?: number }).status ?? 500;
        });
      });
      app.use(router.routes());
      const handle = app.callback();
      const server = createServer((request, response) => void handle(request, response));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      close = () => {
        server.close();
        server.closeAllConnections();
      };
    });
    afterEach(() => {
      close();
    });

    const put = (path: string, body?: unknown): Promise<Response> =>
      fetch(url + path, { method: 'PUT', ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

    it('speaks the contract of the sidecar', async () => {
      expect(await (await put('/actors/Counter/a/method/add', { by: 4 })).json()).to.deep.equal({ ok: 4 });
      expect((await put('/actors/Counter/a/method/remind/tick', { data: 'hello', dueTime: '1s', period: '1h' })).status).to.equal(200);
      expect(reminded).to.deep.equal([['tick', 'hello']]);
      expect((await fetch(`${url}/actors/Counter/a`, { method: 'DELETE' })).status).to.equal(200);
      expect((await fetch(`${url}/actors/Counter/unknown`, { method: 'DELETE' })).status).to.equal(200);
    });

    it('answers 404 for what is not on the list, 500 for a turn that failed, and a refusal as an answer', async () => {
      expect((await put('/actors/Counter/a/method/constructor', null)).status).to.equal(404);
      expect((await fetch(`${url}/actors/Counter/a/method/add`, { method: 'PUT', body: '{' })).status).to.equal(400);
      expect((await put('/actors/Counter/a/method/timer/tick')).status).to.equal(404);
      expect((await put('/actors/Counter/a/method/remind/tock', {})).status).to.equal(404);
      expect((await put('/actors/Counter/a/method/writeTwoThenThrow', null)).status).to.equal(500);
      expect(await (await put('/actors/Counter/a/method/refuseAfterWriting', null)).json()).to.deep.include({
        refused: { code: 'sold_out', message: 'Sold out', details: { left: 0 } },
      });
    });
  });
});
