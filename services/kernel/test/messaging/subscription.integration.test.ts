import { expect } from 'chai';
import { v7 } from 'uuid';
import { OrderConfirmed } from '../../events/order-confirmed.ts';
import { OrderPlaced } from '../../events/order-placed.ts';
import { PaymentFailed } from '../../events/payment-failed.ts';
import { advanceAll } from '../../messaging/inbox.ts';
import { TransientError, on, subscription } from '../../messaging/subscription.ts';
import type { EventSubscription, SubscriptionOptions } from '../../messaging/subscription.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database, UnitOfWork } from '../../postgres/database.ts';
import { currentTraceparent } from '../../telemetry/context.ts';
import { adminUrl, createTestDatabase, untilWaiting } from '../postgres/test-database.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { bulk, envelope, orderEvents, testHost } from './fixtures.ts';

describe('a subscription', () => {
  let place: TestDatabase;
  let database: Database;
  let events: EventSubscription;
  let applied: string[];
  /** What a test lets the handler of OrderPlaced do before its effect. */
  let before_: (orderId: string, unit: UnitOfWork) => Promise<void>;
  let duringConfirmed: () => Promise<void>;
  const host = testHost('inventory');

  before(async () => {
    place = await createTestDatabase(adminUrl(), 'subscription');
    database = await openDatabaseAt(place.url, { name: 'inventory', host });
    await database.sql('create table effects (order_id text, what text)');
  });
  after(async () => {
    await database.close();
    await place.drop();
  });
  beforeEach(async () => {
    await database.sql('truncate inbox, dead_letters, effects');
    applied = [];
    before_ = () => Promise.resolve();
    duringConfirmed = () => Promise.resolve();
    host.sidecar.invoked.length = 0;
    events = open();
  });

  function open(options: Partial<SubscriptionOptions> = {}): EventSubscription {
    return subscription({
      topic: 'orders',
      database,
      handlers: [
        on(OrderPlaced, {
          apply: async ({ aggregateId }, unit) => {
            await unit.em.execute("insert into effects values (?, 'placed')", [aggregateId]);
            await before_(aggregateId, unit);
            applied.push(`placed ${aggregateId}`);
          },
        }),
        on(OrderConfirmed, {
          prepare: ({ data }) => Promise.resolve(data.amount),
          apply: async ({ aggregateId }, unit, amount) => {
            await unit.em.execute('insert into effects values (?, ?)', [aggregateId, `confirmed ${String(amount)}`]);
            await duringConfirmed();
          },
        }),
      ],
      ...options,
    });
  }

  async function receive(...envelopes: readonly unknown[]): Promise<string[]> {
    const { statuses } = await events.receive(bulk(...envelopes));
    return statuses.toSorted((a, b) => Number(a.entryId) - Number(b.entryId)).map(({ status }) => status);
  }
  const effects = async (orderId: string): Promise<string[]> =>
    (await database.sql<{ what: string }>('select what from effects where order_id = ?', [orderId])).map(({ what }) => what);
  const version = async (orderId: string): Promise<number | undefined> =>
    (await database.sql<{ version: number }>('select version from inbox where aggregate_id = ?', [orderId]))[0]?.version;
  const dead = () => database.sql<{ reason: string; error: string; event_id: string }>('select reason, error, event_id from dead_letters');
  const placed = (id: string, more: object = {}) => envelope({ id, version: 1, ...more });
  const authorized = (id: string, at: number, more: object = {}) =>
    envelope({ id, version: at, type: 'OrderAuthorized', data: { orderId: v7() }, ...more });
  const confirmed = (id: string, at: number) => envelope({ id, version: at, type: 'OrderConfirmed', data: OrderConfirmed.example });

  it('applies an event once, however often it comes', async () => {
    const id = v7();
    const event = placed(id);
    expect(await receive(event)).to.deep.equal(['SUCCESS']);
    expect(await receive(event, event)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    expect(await effects(id)).to.deep.equal(['placed']);
  });

  it('applies an event once when it is delivered twice at the same time', async () => {
    const id = v7();
    const event = placed(id);
    const answers = await Promise.all(Array.from({ length: 5 }, () => receive(event)));
    expect(answers.flat()).to.include('SUCCESS');
    await receive(event);
    expect(await effects(id)).to.deep.equal(['placed']);
    expect(await dead()).to.deep.equal([]);
  });

  it('waits for another delivery that is applying the event, and does not apply it again', async () => {
    const id = v7();
    const event = placed(id);
    let second: Promise<string[]> | undefined;
    before_ = async () => {
      if (second !== undefined) return;
      second = receive(event);
      await untilWaiting(database, 1);
    };
    expect(await receive(event)).to.deep.equal(['SUCCESS']);
    expect(await second).to.deep.equal(['RETRY']); // it had read an older state; the next delivery finds a duplicate
    expect(await receive(event)).to.deep.equal(['SUCCESS']);
    expect(await effects(id)).to.deep.equal(['placed']);
  });

  it('never moves back over what another delivery has done', async () => {
    const [second] = orderEvents(v7(), 1, 2);
    const event = { ...second!, time: '', traceparent: undefined };
    await advanceAll(database, [{ ...event, aggregateVersion: 5 }]);
    await advanceAll(database, [event]);
    expect(await version(event.aggregateId)).to.equal(5);
  });

  it('gives the effect what was prepared outside of its transaction', async () => {
    const id = v7();
    await receive(placed(id), confirmed(id, 2));
    expect(await effects(id)).to.deep.equal(['placed', 'confirmed 11124']);
  });

  it('moves on over types that nobody handles, also between those that somebody does', async () => {
    const id = v7();
    expect(await receive(placed(id), authorized(id, 2), confirmed(id, 3), authorized(id, 4))).to.deep.equal(Array(4).fill('SUCCESS'));
    expect(await effects(id)).to.have.length(2);
    expect(await version(id)).to.equal(4);
  });

  it('leaves no trace of aggregates that it does not follow', async () => {
    const cart = { ...envelope({ type: 'CartAbandoned', data: {} }), aggregatetype: 'cart' };
    const foreign = { ...envelope({ type: 'PaymentFailed', data: PaymentFailed.example }), aggregatetype: 'payment' };
    expect(await receive(cart, foreign)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    expect(await database.sql('select * from inbox')).to.deep.equal([]);
  });

  it('acknowledges a version that is older than what it has', async () => {
    const id = v7();
    const first = placed(id);
    await receive(first, authorized(id, 2));
    expect(await receive(first)).to.deep.equal(['SUCCESS']);
    expect(await effects(id)).to.deep.equal(['placed']);
  });

  it('asks to retry what comes too early, and all of that aggregate behind it, and nobody else', async () => {
    const [early, other] = [v7(), v7()];
    await receive(placed(early));
    const third = confirmed(early, 3);
    expect(await receive(third, authorized(early, 4), placed(other))).to.deep.equal(['RETRY', 'RETRY', 'SUCCESS']);
    expect(await effects(early)).to.deep.equal(['placed']);
    expect(await receive(authorized(early, 2), third)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    expect(await effects(early)).to.deep.equal(['placed', 'confirmed 11124']);
  });

  it('fills a gap that lasts from the producer, applies what was missing, and takes the late one for a duplicate', async () => {
    let clock = 0;
    events = open({ now: () => clock });
    const id = v7();
    const [second, third, fourth] = [authorized(id, 2), confirmed(id, 3), authorized(id, 4)];
    host.sidecar.answer = () => ({ events: [second, third, fourth] });
    await receive(placed(id));
    expect(await receive(fourth)).to.deep.equal(['RETRY']);
    clock = 10_000;
    expect(await receive(fourth)).to.deep.equal(['SUCCESS']);
    expect(host.sidecar.invoked).to.deep.equal([`orders /internal/events/order/${id}?after=1`]);
    expect(await receive(second, third)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    expect(await effects(id)).to.deep.equal(['placed', 'confirmed 11124']);
    expect(await version(id)).to.equal(4);
  });

  it('takes the late filler of a gap that closes by itself before the producer is asked, each event once and in order', async () => {
    events = open({ now: () => 0 }); // time stands still: nobody is asked
    const id = v7();
    const [second, third, fourth] = [authorized(id, 2), confirmed(id, 3), authorized(id, 4)];
    await receive(placed(id));
    expect(await receive(fourth)).to.deep.equal(['RETRY']);
    expect(await receive(third, fourth)).to.deep.equal(['RETRY', 'RETRY']);
    expect(await receive(second)).to.deep.equal(['SUCCESS']);
    expect(await receive(third, fourth)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    expect(await receive(second, third)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    expect(host.sidecar.invoked).to.deep.equal([]);
    expect(await effects(id)).to.deep.equal(['placed', 'confirmed 11124']);
  });

  it('fills a gap and meets its filler in another delivery at the same moment, and applies it once', async () => {
    const id = v7();
    const [second, third, fourth] = [authorized(id, 2), confirmed(id, 3), authorized(id, 4)];
    await receive(placed(id));
    events = open({ gapPatienceMs: 0 });
    let late: Promise<string[]> | undefined;
    host.sidecar.answer = () => ({ events: [second, third] });
    duringConfirmed = async () => {
      late ??= receive(second, third); // while the filler from the producer is being applied
      await untilWaiting(database, 1);
    };
    const answers = [await receive(fourth), await late];
    expect(answers[0]).to.deep.equal(['SUCCESS']);
    expect(await receive(second, third, fourth)).to.deep.equal(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    expect(await effects(id)).to.deep.equal(['placed', 'confirmed 11124']);
    expect(await version(id)).to.equal(4);
  });

  it('shows by topic how many aggregates wait for a missing event, and for how long the first has', async () => {
    let clock = 0;
    events = open({ now: () => clock });
    const [one, other] = [v7(), v7()];
    await receive(placed(one), placed(other));
    const gauges = async (): Promise<(number | undefined)[]> => {
      const text = await host.metrics.metrics();
      return ['event_gaps_waiting', 'event_gap_oldest_seconds'].map((name) => {
        const found = new RegExp(`^${name}\\{[^}]*topic="orders"[^}]*\\} ([\\d.]+)$`, 'm').exec(text)?.[1];
        return found === undefined ? undefined : Number(found);
      });
    };
    expect(await gauges()).to.deep.equal([0, 0]);
    host.sidecar.answer = () => {
      throw new Error('away');
    };
    await receive(confirmed(one, 3));
    clock = 40_000;
    await receive(confirmed(one, 3), confirmed(other, 3));
    clock = 50_000;
    expect(await gauges()).to.deep.equal([2, 50]);
    await receive(authorized(one, 2));
    expect(await gauges()).to.deep.equal([1, 10]);
    host.sidecar.answer = () => ({ events: [authorized(other, 2)] });
    await receive(confirmed(other, 3));
    expect(await gauges()).to.deep.equal([0, 0]);
  });

  it('that begins late gets the earlier events of an aggregate from the producer first', async () => {
    const id = v7();
    host.sidecar.answer = () => ({ events: [placed(id), authorized(id, 2)] });
    expect(await receive(confirmed(id, 3))).to.deep.equal(['SUCCESS']);
    expect(await effects(id)).to.deep.equal(['placed', 'confirmed 11124']);
  });

  it('goes on over versions that the producer does not have either', async () => {
    const id = v7();
    host.sidecar.answer = () => ({ events: [authorized(id, 2)] });
    expect(await receive(confirmed(id, 5))).to.deep.equal(['SUCCESS']);
    expect(await version(id)).to.equal(5);
    expect(host.lines.map(({ msg }) => msg)).to.include('events are missing for good');
  });

  it('waits while the producer cannot be asked', async () => {
    host.sidecar.answer = () => {
      throw new Error('away');
    };
    expect(await receive(confirmed(v7(), 3))).to.deep.equal(['RETRY']);
  });

  it('keeps an event that breaks its schema as a dead letter, acknowledges it, and goes on', async () => {
    const id = v7();
    const broken = placed(id, { data: { orderId: 5 } });
    expect(await receive(broken, confirmed(id, 2))).to.deep.equal(['SUCCESS', 'SUCCESS']);
    const [letter] = await dead();
    expect(letter).to.include({ reason: 'schema', event_id: broken.id });
    expect(letter?.error).to.include('/orderId');
    expect(await effects(id)).to.deep.equal(['confirmed 11124']);
  });

  it('keeps what has no proper envelope, and acknowledges it', async () => {
    expect(await receive('nonsense \0', { ...placed(v7()), aggregateversion: 'two' }, placed(v7()))).to.deep.equal(
      Array(3).fill('SUCCESS'),
    );
    expect((await dead()).map(({ reason }) => reason)).to.deep.equal(['envelope', 'envelope']);
  });

  it('keeps an event that fails three times, leaves nothing of its effect, and harms no other', async () => {
    const [poison, healthy] = [v7(), v7()];
    before_ = (id) => (id === poison ? Promise.reject(new TypeError('x is undefined')) : Promise.resolve());
    const event = placed(poison);
    expect(await receive(event, placed(healthy))).to.deep.equal(['RETRY', 'SUCCESS']);
    expect(await receive(event)).to.deep.equal(['RETRY']);
    expect(await dead()).to.deep.equal([]);
    expect(await receive(event, confirmed(poison, 2))).to.deep.equal(['SUCCESS', 'SUCCESS']);
    const [letter] = await dead();
    expect(letter).to.include({ reason: 'error', event_id: event.id, error: 'TypeError: x is undefined' });
    expect(await effects(poison)).to.deep.equal(['confirmed 11124']);
    expect(await effects(healthy)).to.deep.equal(['placed']);
  });

  it('does not try an event again in the same delivery', async () => {
    before_ = () => Promise.reject(new TypeError('x is undefined'));
    const event = placed(v7());
    expect(await receive(event, event, event, event)).to.deep.equal(Array(4).fill('RETRY'));
    expect(await dead()).to.deep.equal([]);
  });

  it('tries without limit what fails for a while only', async () => {
    const id = v7();
    before_ = () => Promise.reject(new TransientError('not yet'));
    const event = placed(id);
    for (let time = 0; time < 6; time += 1) expect(await receive(event)).to.deep.equal(['RETRY']);
    before_ = () => Promise.resolve();
    expect(await receive(event)).to.deep.equal(['SUCCESS']);
    expect(await dead()).to.deep.equal([]);
  });

  it('does not take a lost connection for poison, and counts only what is', async () => {
    const id = v7();
    const event = placed(id);
    const poison = () => Promise.reject(new TypeError('poison'));
    const lost = async (_: string, { em }: UnitOfWork) => {
      await em.execute('select pg_terminate_backend(pg_backend_pid())');
    };
    for (const fault of [poison, lost, lost, lost, poison]) {
      before_ = fault;
      expect(await receive(event)).to.deep.equal(['RETRY']);
    }
    expect(await dead()).to.deep.equal([]);
    before_ = poison;
    expect(await receive(event)).to.deep.equal(['SUCCESS']);
    expect(await dead()).to.have.length(1);
    expect(await effects(id)).to.deep.equal([]);
  });

  it('commits a dead letter and the acknowledgement together: where it cannot be kept, the event comes again', async () => {
    const id = v7();
    const broken = placed(id, { data: {} });
    await database.sql('alter table dead_letters rename to away');
    try {
      expect(await receive(broken)).to.deep.equal(['RETRY']);
      expect(await version(id)).to.equal(undefined);
    } finally {
      await database.sql('alter table away rename to dead_letters');
    }
    expect(await receive(broken)).to.deep.equal(['SUCCESS']);
    expect(await dead()).to.have.length(1);
  });

  it('answers RETRY for everything while the inbox cannot be read', async () => {
    await database.sql('alter table inbox rename to away');
    try {
      expect(await receive(placed(v7()), placed(v7()))).to.deep.equal(['RETRY', 'RETRY']);
    } finally {
      await database.sql('alter table away rename to inbox');
    }
  });

  it('keeps another event that claims a version which is taken', async () => {
    const id = v7();
    await receive(placed(id));
    expect(await receive(placed(id))).to.deep.equal(['SUCCESS']);
    expect((await dead()).map(({ reason }) => reason)).to.deep.equal(['conflict']);
    expect(await effects(id)).to.deep.equal(['placed']);
  });

  it('publishes what a handler publishes, with its effect and in its trace', async () => {
    const id = v7();
    const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-00`;
    let seen: string | undefined;
    before_ = (_, unit) => {
      seen = currentTraceparent();
      unit.publish(PaymentFailed.create({ aggregateId: id, aggregateVersion: 1, data: PaymentFailed.example }));
      return Promise.resolve();
    };
    await receive(placed(id, { traceparent }));
    expect(seen?.slice(0, 35)).to.equal(traceparent.slice(0, 35));
    const [row] = await database.sql<{ traceparent: string }>('select traceparent from outbox where aggregate_id = ?', [id]);
    expect(row?.traceparent.slice(0, 35)).to.equal(traceparent.slice(0, 35));
  });

  it('answers every entry of a large delivery, each aggregate in order', async () => {
    const ids = Array.from({ length: 30 }, () => v7());
    const delivery = [...ids.map((id) => placed(id)), ...ids.map((id) => authorized(id, 2)), ...ids.map((id) => confirmed(id, 3))];
    expect(await receive(...delivery)).to.deep.equal(Array(90).fill('SUCCESS'));
    for (const id of ids) expect(await effects(id)).to.deep.equal(['placed', 'confirmed 11124']);
  });

  it('counts what became of events', async () => {
    const id = v7();
    const event = placed(id);
    await receive(event);
    await receive(event);
    const text = await host.metrics.metrics();
    expect(text).to.match(/events_consumed_total\{topic="orders",type="OrderPlaced",outcome="duplicate"[^}]*\} \d+/);
    expect(text).to.match(/dead_letters_open\{[^}]*\} 0\n/);
  });

  it('refuses a handler of another topic when it is made', () => {
    const handlers = [on(PaymentFailed, { apply: () => Promise.resolve() })];
    expect(() => subscription({ topic: 'orders', database, handlers })).to.throw(TypeError, 'PaymentFailed is not on orders');
  });
});
