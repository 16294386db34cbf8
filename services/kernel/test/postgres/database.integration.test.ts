import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { isTransient } from '../../messaging/transient.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { applyMigrations, emptyDatabase, kernelMigrations } from '../../postgres/migrations.ts';
import { sweepRetention } from '../../postgres/retention.ts';
import { inContext } from '../../telemetry/context.ts';
import { orderEvents, publishAll } from '../messaging/fixtures.ts';
import { pausingProxy } from './pausing-proxy.ts';
import { adminUrl, createTestDatabase, until } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

describe('a database', () => {
  let place: TestDatabase;
  let database: Database;
  let woken: number;

  before(async () => {
    place = await createTestDatabase(adminUrl(), 'database');
    database = await openDatabaseAt(place.url, { name: 'orders' });
    await database.sql('create table notes (text text primary key)');
  });
  after(async () => {
    await database.close();
    await place.drop();
  });
  beforeEach(async () => {
    await database.sql('truncate outbox, notes');
    woken = 0;
    database.onWake(() => {
      woken += 1;
    });
  });

  const outbox = () =>
    database.sql<{ aggregate_version: number; type: string; traceparent: string | null; data: unknown }>(
      'select * from outbox order by position',
    );

  it('commits an effect and its events together, in their order, and wakes the relay once', async () => {
    const events = orderEvents(v7(), 3);
    await database.transaction(async ({ em, publish }) => {
      await em.execute("insert into notes values ('placed')");
      publish(events[0]!, events[1]!);
      publish(events[2]!);
    });
    expect((await outbox()).map(({ type }) => type)).to.deep.equal(['OrderPlaced', 'OrderAuthorized', 'OrderConfirmed']);
    expect(await database.sql('select * from notes')).to.deep.equal([{ text: 'placed' }]);
    expect(woken).to.equal(1);
  });

  it('wakes nobody when it published nothing', async () => {
    await database.transaction(({ em }) => em.execute("insert into notes values ('quiet')"));
    expect(woken).to.equal(0);
  });

  it('leaves nothing when the work throws, and says what was thrown', async () => {
    let after = false;
    const failing = database.transaction(async ({ em, publish, afterCommit }) => {
      afterCommit(() => {
        after = true;
      });
      publish(...orderEvents(v7(), 1));
      await em.execute("insert into notes values ('lost')");
      throw new Error('no');
    });
    expect(await failing.catch((error: unknown) => error)).to.have.property('message', 'no');
    expect(await outbox()).to.deep.equal([]);
    expect(await database.sql('select * from notes')).to.deep.equal([]);
    expect([woken, after]).to.deep.equal([0, false]);
  });

  it('refuses a second event with the same version of an aggregate, with all that came with it', async () => {
    const orderId = v7();
    await publishAll(database, orderEvents(orderId, 1));
    const again = database.transaction(async ({ em, publish }) => {
      await em.execute("insert into notes values ('twice')");
      publish(...orderEvents(orderId, 1));
    });
    expect(await again.catch((error: unknown) => error)).to.have.property('code', '23505');
    expect(await database.sql('select * from notes')).to.deep.equal([]);
  });

  it('keeps any text of an event as it is', async () => {
    const [event] = orderEvents(v7(), 1);
    const data = { ...(event!.data as object), number: `it's ? \\ "x" ?? $1 \u{1F6D2} ' or 1=1` };
    await publishAll(database, [{ ...event!, data }]);
    expect((await outbox())[0]?.data).to.deep.equal(data);
  });

  it('keeps the trace in which an event was published', async () => {
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };
    await inContext({ requestId: 'r', trace }, () => publishAll(database, orderEvents(v7(), 1)));
    expect((await outbox())[0]?.traceparent).to.equal(`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`);
  });

  it('runs what shall follow the commit after it', async () => {
    let seen = -1;
    const counted = Promise.withResolvers<undefined>();
    await database.transaction(({ publish, afterCommit }) => {
      publish(...orderEvents(v7(), 1));
      afterCommit(() => {
        void outbox().then((rows) => {
          seen = rows.length;
          counted.resolve(undefined);
        });
      });
      return Promise.resolve();
    });
    await counted.promise;
    expect(seen).to.equal(1);
  });

  it('gets its connections back from transactions whose connection broke', async () => {
    for (let time = 0; time < 12; time += 1) {
      const broken = database.transaction(({ em }) => em.execute('select pg_terminate_backend(pg_backend_pid())'));
      expect(isTransient(await broken.catch((error: unknown) => error))).to.equal(true);
    }
    await database.transaction(({ em }) => em.execute("insert into notes values ('still here')"));
  });

  it('ends though a connection is just being made: who asked for it is answered first', async () => {
    const proxy = await pausingProxy(place.url);
    const other = await openDatabaseAt(proxy.url, { name: 'orders' });
    await other.sql('select 1');
    const before = proxy.opened();
    proxy.pause();
    const one = 'select 1 as one';
    const answers = Promise.all([other.sql(one), other.sql(one), other.transaction(({ em }) => em.execute(one))]);
    await until('two of them connect, beside the connection that is there', () => proxy.opened() === before + 2);
    const closed = other.close();
    proxy.resume();
    expect(await answers).to.deep.equal(Array(3).fill([{ one: 1 }]));
    await closed;
    await proxy.close();
  });

  it('forgets published events after 90 days, and dead letters that are settled after 30, however many', async () => {
    await database.sql('truncate event_log, dead_letters');
    await database.sql(
      `insert into event_log (id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, time, published_at)
       select gen_random_uuid(), 'orders', 'OrderPlaced', 'order', 'old', n, '{}'::jsonb, now(), now() - interval '91 days' from generate_series(1, 5001) n
       union all
       select gen_random_uuid(), 'orders', 'OrderPlaced', 'order', 'new', 1, '{}'::jsonb, now() - interval '1 year', now() - interval '89 days'`,
    );
    await database.sql(
      `insert into dead_letters (id, topic, envelope, reason, error, created_at, resolved_at, resolution)
       select gen_random_uuid(), topic, '{}', 'error', 'e', now() - interval '1 year', now() - age::interval, resolution
       from (values ('old', '31 days', 'closed'), ('new', '29 days', 'replayed'), ('open', null, null)) as letters(topic, age, resolution)`,
    );
    await sweepRetention(database);
    expect(await database.sql('select aggregate_id from event_log')).to.deep.equal([{ aggregate_id: 'new' }]);
    expect(await database.sql('select topic from dead_letters order by topic')).to.deep.equal([{ topic: 'new' }, { topic: 'open' }]);
  });

  it('forgets answers to idempotency keys after a day', async () => {
    await database.sql(
      `insert into idempotency_keys (scope, principal, key, request_hash, created_at)
       values ('s', 'p', 'old', 'h', now() - interval '25 hours'), ('s', 'p', 'new', 'h', now() - interval '23 hours')`,
    );
    await sweepRetention(database);
    expect(await database.sql('select key from idempotency_keys')).to.deep.equal([{ key: 'new' }]);
  });
});

describe('migrations', () => {
  let place: TestDatabase;
  let folder: string;
  const write = (name: string, sql: string) => {
    writeFileSync(join(folder, name), sql);
  };
  const apply = () => applyMigrations(place.url, [kernelMigrations, { owner: 'shop', folder }]);

  beforeEach(async () => {
    place = await createTestDatabase(adminUrl(), 'migrations');
    folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await place.drop();
  });

  it('are applied once, in order, the tables of the kernel first', async () => {
    write('002-more.sql', 'alter table one add column b int');
    write('001-one.sql', 'create table one (a int)');
    expect(await apply()).to.include.ordered.members([
      'kernel/001-messaging.sql',
      'kernel/002-resolutions.sql',
      'shop/001-one.sql',
      'shop/002-more.sql',
    ]);
    expect(await apply()).to.deep.equal([]);
  });

  it('leave nothing of a file that fails, keep those before it, and say which it was', async () => {
    write('001-one.sql', 'create table one (a int)');
    write('002-bad.sql', 'create table two (a int); create table two (a int)');
    expect(await apply().catch((error: unknown) => error))
      .to.have.property('message')
      .that.includes('shop/002-bad.sql: relation "two" already exists');
    write('002-bad.sql', 'create table two (a int)');
    expect(await apply()).to.deep.equal(['shop/002-bad.sql']);
  });

  it('refuse a file that has changed since it was applied', async () => {
    write('001-one.sql', 'create table one (a int)');
    await apply();
    write('001-one.sql', 'create table one (a bigint)');
    expect(await apply().catch((error: unknown) => error))
      .to.have.property('message')
      .that.includes('shop/001-one.sql has changed');
  });

  it('are applied once by several that start at the same time', async () => {
    write('001-one.sql', 'create table one (a int)');
    const applied = await Promise.all([apply(), apply(), apply()]);
    expect(applied.flat().filter((name) => name === 'shop/001-one.sql')).to.have.length(1);
  });

  it('begin anew in a database that was emptied', async () => {
    write('001-one.sql', 'create table one (a int)');
    const first = await apply();
    await emptyDatabase(place.url);
    expect(await apply()).to.deep.equal(first);
  });
});
