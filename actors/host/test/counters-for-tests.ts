import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { Type } from 'typebox';
import { ActorError } from '../actor-error.ts';
import { actorClient } from '../client.ts';
import { defineActor } from '../definition.ts';
import type { MethodsOf } from '../definition.ts';
import { ActorHost, hostedActor } from '../host.ts';
import type { HostedActor } from '../host.ts';
import { ActorApiForTests } from './actor-api-for-tests.ts';

const Nothing = Type.Null();
export const Counter = defineActor({
  type: 'Counter',
  methods: {
    add: { input: Type.Object({ by: Type.Integer() }, { additionalProperties: false }), output: Type.Integer() },
    read: { input: Nothing, output: Type.Unknown() },
    write: { input: Type.Unknown(), output: Nothing },
    writeTwoThenThrow: { input: Nothing, output: Nothing },
    changeWhatWasReadThenThrow: { input: Nothing, output: Nothing },
    refuseAfterWriting: { input: Nothing, output: Nothing },
    clear: { input: Nothing, output: Nothing },
    hang: { input: Nothing, output: Nothing },
    readLate: { input: Nothing, output: Type.Unknown() },
    promiseANumber: { input: Nothing, output: Type.Integer() },
    remindMe: { input: Type.Unknown(), output: Nothing },
  },
  reminders: ['tick'],
  turnTimeoutMs: 200,
});

/** A host of counters that do what actors should not do, and what was seen of them. */
export class Counters {
  readonly api = new ActorApiForTests();
  readonly reminded: [string, unknown][] = [];
  readonly order: string[] = [];
  /** What the activation that worked last has in memory. */
  remembered = 0;
  activations = 0;
  /** Lets `hang` go on. */
  release: () => void = () => undefined;
  readonly host: ActorHost;

  constructor() {
    this.host = new ActorHost(this.api, createLogger('test', 'silent'), [counterType(this)]);
    this.api.host = (...call) => this.host.call(...call);
  }

  client(id = 'a'): MethodsOf<typeof Counter> {
    return actorClient({ actors: this.api }, Counter, id);
  }
}

function counterType(counters: Counters): HostedActor {
  return hostedActor(Counter, (context) => {
    const { state } = context;
    counters.activations++;
    let inMemory = 0;
    return {
      async add({ by }) {
        const count = (((await state.get('count')) as number | undefined) ?? 0) + by;
        inMemory += by;
        counters.remembered = inMemory;
        state.set('count', count);
        return count;
      },
      read: () => state.get('count'),
      write: (value) => {
        state.set('count', value);
        return Promise.resolve(null);
      },
      clear: () => {
        state.remove('count');
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
        counters.order.push('hang');
        await new Promise<void>((done) => {
          counters.release = done;
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
        counters.reminded.push([name, data]);
        state.set('count', 7);
        return name === 'tick' && data === 'throw' ? Promise.reject(new Error('reminder failed')) : Promise.resolve();
      },
    };
  });
}

/** What a call throws; undefined when it throws nothing. */
export function thrown(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
