import { expect } from 'chai';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { outboxInsert } from '../../messaging/outbox.ts';
import { startRelay } from '../../messaging/relay.ts';
import type { Relay, RelayOptions } from '../../messaging/relay.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { adminUrl, createTestDatabase, until } from '../postgres/test-database.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { orderEvents, publishAll, testHost } from './fixtures.ts';
import type { TestHost } from './fixtures.ts';

describe('the relay', () => {
  let place: TestDatabase;
  let database: Database;
  let host: TestHost;
  const relays: Relay[] = [];
  const others: Database[] = [];

  before(async () => {
    place = await createTestDatabase(adminUrl(), 'relay');
    database = await openDatabaseAt(place.url, { name: 'orders' });
  });
  after(async () => {
    await database.close();
    await place.drop();
  });
  beforeEach(async () => {
    await database.sql('truncate outbox, event_log');
    host = testHost();
  });
  afterEach(async () => {
    await Promise.all(relays.splice(0).map((relay) => relay.close()));
    await Promise.all(others.splice(0).map((other) => other.close()));
  });

  /** A relay that would sweep only after a minute, so that a test shows what woke it. */
  function start(options: RelayOptions = {}, on: Database = database, at: TestHost = host): Relay {
    const relay = startRelay(at, on, { sweepMs: 60_000, standbyMs: 20, ...options });
    relays.push(relay);
    return relay;
  }
  async function active(relay: Relay): Promise<void> {
    await until('active', () => relay.isActive());
  }
  async function publish(orderId: string, count: number, from = 1, on: Database = database): Promise<void> {
    await publishAll(on, orderEvents(orderId, count, from));
  }
  async function replica(): Promise<Database> {
    const other = await openDatabaseAt(place.url, { name: 'orders' });
    others.push(other);
    return other;
  }
  async function killRelayOf(name: string): Promise<void> {
    await database.sql(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = ? and datname = current_database()',
      [`${name}-relay`],
    );
  }
  const outboxSize = async (): Promise<number> => (await database.sql<{ n: number }>('select count(*)::int as n from outbox'))[0]!.n;
  const logSize = async (): Promise<number> => (await database.sql<{ n: number }>('select count(*)::int as n from event_log'))[0]!.n;

  it('publishes at the commit, as a CloudEvent keyed by its aggregate, and keeps it in the log', async () => {
    await active(start());
    const orderId = v7();
    await publish(orderId, 2);
    await host.sidecar.whenPublished(2);
    const [first] = host.sidecar.published;
    expect(first).to.include({ topic: 'orders', key: orderId });
    expect(first?.event).to.include({
      specversion: '1.0',
      source: 'cartwright/orders',
      type: 'OrderPlaced',
      subject: orderId,
      aggregatetype: 'order',
      aggregateversion: 1,
    });
    expect(Date.parse(first!.event.time)).to.be.closeTo(Date.now(), 10_000);
    await until('removed', async () => (await outboxSize()) === 0);
    expect(await logSize()).to.equal(2);
  });

  it('publishes what it finds when it starts', async () => {
    await publish(v7(), 3);
    start();
    await host.sidecar.whenPublished(3);
  });

  it('publishes what was written by a statement of its own, once it is woken', async () => {
    await active(start());
    const { sql, params } = outboxInsert(orderEvents(v7(), 2));
    await database.sql(`with published as (${sql}) select 1`, params);
    database.wakeRelay();
    await host.sidecar.whenPublished(2);
    expect(host.sidecar.published.map(({ event }) => event.aggregateversion)).to.deep.equal([1, 2]);
  });

  it('publishes commits of another replica, told by Postgres', async () => {
    await active(start());
    const other = await replica();
    const standby = start({}, other, testHost());
    await publish(v7(), 1, 1, other);
    await host.sidecar.whenPublished(1);
    expect(standby.isActive()).to.equal(false);
  });

  it('that is active is told by commits of its own process directly, not through Postgres', async () => {
    await active(start());
    const heard: string[] = [];
    const listener = new Client({ connectionString: place.url });
    await listener.connect();
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listener.query('listen outbox');
    await publish(v7(), 1);
    await host.sidecar.whenPublished(1);
    await database.sql("select pg_notify('outbox', 'of the test')");
    await until('the notice of the test', () => heard.includes('of the test'));
    await listener.end();
    expect(heard).to.deep.equal(['of the test']);
  });

  it('publishes by its timer what nobody told it of', async () => {
    await active(start({ sweepMs: 30 }));
    const { sql, params } = outboxInsert(orderEvents(v7(), 1));
    await database.sql(sql, params);
    await host.sidecar.whenPublished(1);
  });

  it('does not pass over a transaction that commits late with a lower position', async () => {
    const late = v7();
    const early = v7();
    const begun = Promise.withResolvers<undefined>();
    const go = Promise.withResolvers<undefined>();
    await active(start());
    const slow = database.transaction(async ({ em }) => {
      const { sql, params } = outboxInsert(orderEvents(late, 1));
      await em.execute(sql, [...params], 'run');
      begun.resolve(undefined);
      await go.promise;
    });
    await begun.promise;
    await publish(early, 1);
    await host.sidecar.whenPublished(1);
    go.resolve(undefined);
    await slow;
    database.wakeRelay();
    await host.sidecar.whenPublished(2);
    expect(host.sidecar.published.map(({ key }) => key)).to.deep.equal([early, late]);
  });

  it('holds an aggregate back behind an event that the broker refuses, and nobody else', async () => {
    const [stuck, free] = [v7(), v7()];
    let refusing = true;
    host.sidecar.refuse = (entries) =>
      refusing ? entries.filter(({ event }) => (event as { subject?: string }).subject === stuck).map(({ event }) => event.id) : [];
    await publish(stuck, 2);
    await publish(free, 1);
    await active(start());
    await host.sidecar.whenPublished(1);
    await publish(stuck, 1, 3);
    await publish(free, 2, 2);
    await host.sidecar.whenPublished(3);
    expect(host.sidecar.versionsOf(free)).to.deep.equal([1, 2, 3]);
    refusing = false;
    await host.sidecar.whenPublished(6);
    expect(host.sidecar.versionsOf(stuck)).to.deep.equal([1, 2, 3]);
    await until('removed', async () => (await outboxSize()) === 0);
  });

  it('tries again while the sidecar is away, and loses nothing', async () => {
    let away = 3;
    host.sidecar.refuse = () => {
      away -= 1;
      if (away >= 0) throw new Error('connect ECONNREFUSED');
      return [];
    };
    await active(start());
    await publish(v7(), 3);
    await host.sidecar.whenPublished(3);
    expect(host.sidecar.published.map(({ event }) => event.aggregateversion)).to.deep.equal([1, 2, 3]);
  });

  it('keeps the order of every aggregate while many transactions publish at once', async () => {
    await active(start({ batchSize: 7 }));
    const orders = Array.from({ length: 12 }, () => v7());
    await Promise.all(
      orders.map(async (orderId) => {
        for (let version = 1; version <= 6; version += 1) await publish(orderId, 1, version);
      }),
    );
    await host.sidecar.whenPublished(72);
    for (const orderId of orders) expect(host.sidecar.versionsOf(orderId)).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it('is active once a database; when its connection is killed, another takes over and nothing is lost', async () => {
    const first = start();
    await active(first);
    const other = await replica();
    const otherHost = testHost('other');
    const second = start({}, other, otherHost);
    await publish(v7(), 1);
    await host.sidecar.whenPublished(1);
    expect(second.isActive()).to.equal(false);

    host.sidecar.refuse = () => {
      throw new Error('cut off'); // what was the active one can do no more
    };
    // The one that is killed may win the lock again before the other looks: then it is killed again.
    await until('taken over', async () => {
      if (!second.isActive()) await killRelayOf('orders');
      return second.isActive();
    });
    await publish(v7(), 2, 1, other);
    await otherHost.sidecar.whenPublished(2);
  });

  it('publishes again what it had no time to remove, so that consumers see it twice and never not at all', async () => {
    let dying = true;
    const published = async (): Promise<void> => {
      if (!dying) return;
      dying = false;
      await killRelayOf('orders');
    };
    await publish(v7(), 2);
    start({ published });
    await host.sidecar.whenPublished(4);
    const ids = host.sidecar.published.map(({ event }) => event.id);
    expect(ids.slice(2)).to.deep.equal(ids.slice(0, 2));
    await until('removed', async () => (await outboxSize()) === 0);
    expect(await logSize()).to.equal(2);
  });

  it('publishes what is there before it ends', async () => {
    const relay = start();
    await active(relay);
    await publish(v7(), 3);
    await relay.close();
    expect(host.sidecar.published).to.have.length(3);
    expect(await outboxSize()).to.equal(0);
  });

  it('ends while the sidecar is away, and leaves the rest to the next', async () => {
    host.sidecar.refuse = () => {
      throw new Error('away');
    };
    const relay = start();
    await active(relay);
    await publish(v7(), 1);
    await relay.close();
    expect(await outboxSize()).to.equal(1);
  });

  it('shows how much waits, and how long the oldest has', async () => {
    await database.sql(
      "insert into outbox (id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, time) values (gen_random_uuid(), 'orders', 'OrderPlaced', 'order', 'x', 1, '{}', now() - interval '90 seconds')",
    );
    host.sidecar.refuse = () => {
      throw new Error('away');
    };
    start();
    const text = await host.metrics.metrics();
    expect(text).to.match(/outbox_pending\{[^}]*\} 1\n/);
    expect(Number(/outbox_oldest_seconds\{[^}]*\} ([\d.]+)/.exec(text)?.[1])).to.be.within(90, 120);
  });
});
