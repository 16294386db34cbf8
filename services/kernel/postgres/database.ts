import { MikroORM } from '@mikro-orm/postgresql';
import type { EntityManager, Options } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import type { Sidecar } from '../dapr/sidecar.ts';
import type { NewEvent } from '../events/event.ts';
import { every } from '../every.ts';
import { outboxInsert } from '../messaging/outbox.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Registry } from '../telemetry/metrics.ts';
import type { Spans } from '../telemetry/spans.ts';
import { applyMigrations, kernelMigrations } from './migrations.ts';
import { sweepRetention } from './retention.ts';
import { Watchdog } from './watchdog.ts';

/** One transaction: its entity manager, and what it publishes when it commits. */
export interface UnitOfWork {
  /** `em.execute(sql, params)` takes `?` placeholders; timestamps and bigints come as text. */
  readonly em: EntityManager;
  /** Adds events to the outbox within the transaction, in this order. */
  readonly publish: (...events: readonly NewEvent[]) => void;
  /** Runs after the commit, not after a rollback. What it throws is not caught: it shall not throw. */
  readonly afterCommit: (work: () => void) => void;
}

export interface Database {
  readonly url: string;
  /** The kernel of the service; undefined for a database that was opened by its address alone. */
  readonly host: DatabaseHost | undefined;
  /** Name of the service whose database it is. */
  readonly service: string;
  /** An entity manager of its own, for reads. */
  em(): EntityManager;
  /** Rows of a statement with `?` placeholders, outside of a transaction. Timestamps and bigints come as text. */
  sql<Row extends object>(statement: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Runs `work`, flushes, publishes and commits; where anything throws, nothing is left. */
  transaction<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T>;
  /** Tells the relay that the outbox has rows. `transaction` does so by itself. */
  wakeRelay(): void;
  /** Sets what `wakeRelay` does; the relay calls it. */
  onWake(wake: () => void): void;
  /** Fails where the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** What a database, and the messaging on it, need of the kernel. */
export interface DatabaseHost {
  readonly name: string;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly spans: Spans;
  readonly dapr: Pick<Sidecar, 'invoke' | 'publishBulk'> & { readonly secrets: Pick<Sidecar['secrets'], 'get'> };
  onReady(name: string, check: () => Promise<void>): void;
  onClose(name: string, close: () => Promise<void>): void;
}

export interface DatabaseOptions {
  readonly entities?: NonNullable<Options['entities']>;
  /** Folder of the service's SQL files. */
  readonly migrations?: string;
  /** Most connections at a time; 10 unless told. */
  readonly poolSize?: number;
}

/**
 * Opens the service's database, whose address is the secret `<service>-postgres-url`, brings it to its newest version, and puts it on
 * the service's readiness and shutdown.
 */
export async function openDatabase(kernel: DatabaseHost, options: DatabaseOptions): Promise<Database> {
  const url = await kernel.dapr.secrets.get(`${kernel.name}-postgres-url`);
  const database = await openDatabaseAt(url, { ...options, name: kernel.name, host: kernel });
  const retention = every(3_600_000, 'retention', kernel.log, () => sweepRetention(database));
  kernel.onReady('postgres', () => database.ping());
  kernel.onClose('postgres', async () => {
    await retention.stop();
    await database.close();
  });
  return database;
}

/** Opens a database by its address and brings it to its newest version: kernel tables, then those of `migrations`. */
export async function openDatabaseAt(
  url: string,
  options: DatabaseOptions & { readonly name: string; readonly host?: DatabaseHost },
): Promise<Database> {
  const { name, host, entities = [], migrations, poolSize = 10 } = options;
  await applyMigrations(url, [kernelMigrations, ...(migrations === undefined ? [] : [{ owner: name, folder: migrations }])]);
  const watchdog = new Watchdog({ url, log: host?.log });
  let endPool = (): Promise<void> => Promise.resolve(); // there is none until something is asked
  const orm = await MikroORM.init({
    clientUrl: url,
    entities,
    discovery: { warnWhenNoEntities: false },
    pool: { min: 0, max: poolSize },
    // Nothing waits for ever: a lock or statement that takes this long fails, and the caller may try again.
    driverOptions: {
      application_name: name,
      connectionTimeoutMillis: 3000, // also the longest wait for one of the pool's
      statement_timeout: 15_000,
      lock_timeout: 10_000,
      idle_in_transaction_session_timeout: 30_000,
      options: '-c timezone=UTC',
      keepAlive: true,
      onPoolCreated: (pool: Pool) => {
        watchdog.watch(pool);
        endPool = () => end(pool);
      },
    },
  });
  let wake: () => void = () => undefined;
  return {
    url,
    host,
    service: name,
    em: () => orm.em.fork(),
    sql: (statement, params = []) => orm.em.fork().execute(statement, [...params]),
    transaction: (work) =>
      transact(orm.em.fork(), work, () => {
        wake();
      }),
    wakeRelay: () => {
      wake();
    },
    onWake: (work) => {
      wake = work;
    },
    ping: async () => {
      await orm.em.fork().execute('select 1');
    },
    close: async () => {
      await watchdog.stop();
      await endPool();
      await orm.close(true);
    },
  };
}

/**
 * Ends a pool once whoever has one of its connections, or just gets one, has given it back. Kysely (0.29) forgets its pool before it ends it: a connection
 * that is being made at that moment is never given back, and the end is waited for without end. So it is told to end it only when it has ended.
 */
async function end(pool: Pool): Promise<void> {
  await pool.end();
  pool.end = () => Promise.resolve();
}

/**
 * Runs a transaction on a connection that is given back whatever happens. MikroORM's own `transactional` (7.2, Kysely 0.29) keeps the
 * connection for ever when ROLLBACK or COMMIT fails because it broke: after ten such the pool would be empty.
 */
async function transact<T>(em: EntityManager, work: (unit: UnitOfWork) => Promise<T>, wake: () => void): Promise<T> {
  const events: NewEvent[] = [];
  const after: (() => void)[] = [];
  const unit: UnitOfWork = {
    em,
    publish: (...more) => {
      events.push(...more);
    },
    afterCommit: (later) => {
      after.push(later);
    },
  };
  const connection = em.getConnection();
  await connection.initClient();
  const result = await connection
    .getClient()
    .connection()
    .execute(async (reserved) => {
      em.setTransactionContext(await reserved.startTransaction().execute());
      try {
        const answer = await work(unit);
        await em.flush();
        if (events.length > 0) await insertEvents(em, events);
        await em.commit();
        return answer;
      } catch (error) {
        // A connection that broke rolls back by itself; the first error is the one that tells why.
        if (em.isInTransaction()) await em.rollback().catch(() => undefined);
        throw error;
      }
    });
  if (events.length > 0) wake();
  for (const later of after) later();
  return result;
}

async function insertEvents(em: EntityManager, events: readonly NewEvent[]): Promise<void> {
  const { sql, params } = outboxInsert(events);
  await em.execute(sql, [...params], 'run');
}
