import { setTimeout as delay } from 'node:timers/promises';
import { Gauge } from 'prom-client';
import type { Database, DatabaseHost } from '../postgres/database.ts';
import { counter } from '../telemetry/metrics.ts';
import { Bell } from './bell.ts';
import { once } from './consumption-metrics.ts';
import { OutboxConnection } from './outbox-connection.ts';
import { aggregateOf, backoffMs, cut, settle } from './relay-rules.ts';
import type { PendingRow } from './relay-rules.ts';
import { toEnvelope } from './wire.ts';

export interface RelayOptions {
  /** Rows that are read at a time. */
  readonly batchSize?: number;
  /** How often the outbox is looked at though nobody rang. */
  readonly sweepMs?: number;
  /** How often one that stands by tries to take over. */
  readonly standbyMs?: number;
  /**
   * How long the active one may say nothing to Postgres until that ends its session, and another takes over; far longer than it is silent while it
   * lives. For one that hangs with its connection open, as a stopped process does.
   */
  readonly silentMs?: number;
  /** Runs between publishing and removing; for tests that die there. */
  readonly published?: () => Promise<void>;
}

/** Publishes what a database's outbox holds. */
export interface Relay {
  /** Whether this one publishes, and not another of the same database. */
  isActive(): boolean;
  /** Ends after publishing what is there, or after two seconds. */
  close(): Promise<void>;
}

export type RelayHost = Pick<DatabaseHost, 'name' | 'log' | 'metrics' | 'onClose'> & {
  readonly dapr: Pick<DatabaseHost['dapr'], 'publishBulk'>;
};

/** Most bytes of a publish call: half of what a sidecar takes. */
const maxCallBytes = 2_000_000;
const drainMs = 2000;

/**
 * Starts the relay of a database: of all replicas' relays one is active, by an advisory lock on a connection of its own, on which it also
 * reads and removes; when that connection breaks, another takes over. Woken by commits of this process directly, by those of others
 * through NOTIFY, and by a timer.
 *
 * Rows are read from the lowest position and removed when published, with no mark of how far it got: a transaction that commits late, with a
 * lower position, is not passed over. Within an aggregate versions are written one after the other, each after the one before it was
 * committed, so positions follow versions.
 */
export function startRelay(host: RelayHost, database: Database, options: RelayOptions = {}): Relay {
  const relay = new OutboxRelay(host, database, options);
  host.onClose('relay', () => relay.close());
  return relay;
}

class OutboxRelay implements Relay {
  readonly #host: RelayHost;
  readonly #database: Database;
  readonly #options: Required<RelayOptions>;
  readonly #bell = new Bell();
  readonly #published;
  readonly #running: Promise<void>;
  #active = false;
  readonly #ending = new AbortController();
  #drainUntil: number | undefined;
  #failures = 0;
  #notifying = false;
  /** Aggregates whose first event the broker did not take, until when they are left alone. */
  #held = new Set<string>();
  #heldUntil = 0;

  constructor(host: RelayHost, database: Database, options: RelayOptions) {
    this.#host = host;
    this.#database = database;
    this.#options = { batchSize: 200, sweepMs: 1000, standbyMs: 1000, silentMs: 30_000, published: () => Promise.resolve(), ...options };
    this.#published = once(host.metrics, 'events_published_total', (name) => counter(host.metrics, name, 'Events published', ['topic']));
    watchOutbox(host, database);
    database.onWake(() => {
      this.#wake();
    });
    this.#running = this.#run();
  }

  isActive(): boolean {
    return this.#active;
  }

  async close(): Promise<void> {
    this.#drainUntil ??= Date.now() + drainMs;
    this.#ending.abort();
    this.#bell.ring();
    await this.#running;
  }

  /**
   * A commit in this process: the active relay is told directly; where that is another's, through Postgres, outside of the transaction,
   * because NOTIFY within a transaction makes commits wait for each other (a quarter fewer a second). One that is lost is made up for by the timer.
   */
  #wake(): void {
    if (this.#active) {
      this.#bell.ring();
      return;
    }
    if (this.#notifying) return;
    this.#notifying = true;
    this.#database
      .sql("select pg_notify('outbox', '')")
      .catch(() => undefined)
      .finally(() => {
        this.#notifying = false;
      });
  }

  async #run(): Promise<void> {
    while (this.#drainUntil === undefined) {
      try {
        await this.#connected();
      } catch (error) {
        this.#failures += 1;
        this.#host.log.warn({ error, failures: this.#failures }, 'the relay lost its connection');
        await this.#pause(backoffMs(this.#failures));
      }
    }
  }

  /** Works on one connection until it breaks or the relay ends. */
  async #connected(): Promise<void> {
    const { silentMs } = this.#options;
    const outbox = await OutboxConnection.open(this.#database.url, { name: `${this.#host.name}-relay`, silentMs }, () => {
      this.#bell.ring();
    });
    try {
      for (let tries = 0; !(await outbox.takeLead()); tries += 1) {
        if (this.#drainUntil !== undefined) return;
        if (tries === 0) this.#host.log.info('the relay stands by');
        await this.#pause(this.#options.standbyMs);
      }
      this.#active = true;
      this.#host.log.info('the relay is active');
      await this.#lead(outbox);
    } finally {
      this.#active = false;
      await outbox.close();
    }
  }

  async #lead(outbox: OutboxConnection): Promise<void> {
    for (;;) {
      const left = this.#drainUntil === undefined ? undefined : this.#drainUntil - Date.now();
      if (left !== undefined && left <= 0) return;
      const everything = this.#held.size === 0;
      const rows = await this.#next(outbox);
      if (rows.length > 0) {
        const went = await this.#publish(outbox, rows);
        if (!went && left !== undefined) return; // whoever comes next publishes the rest
        if (!went || left !== undefined || !everything || rows.length >= this.#options.batchSize) continue;
      } else if (left !== undefined) return;
      // All there was is done; what was committed since has rung, and lets this wait end at once.
      await this.#bell.wait(this.#held.size > 0 ? Math.max(1, this.#heldUntil - Date.now()) : this.#options.sweepMs);
    }
  }

  #next(outbox: OutboxConnection): Promise<PendingRow[]> {
    const retryHeld = this.#held.size > 0 && Date.now() >= this.#heldUntil;
    return outbox.read(this.#options.batchSize, [...this.#held], retryHeld);
  }

  /** Answers false where nothing could be published. */
  async #publish(outbox: OutboxConnection, rows: readonly PendingRow[]): Promise<boolean> {
    const failed = new Set<string>();
    try {
      for (const call of cut(rows, maxCallBytes)) await this.#send(call, failed);
    } catch (error) {
      for (const { id } of rows) failed.add(id);
      this.#host.log.warn({ error, events: rows.length }, 'events could not be published');
    }
    await this.#options.published();
    const { published, held } = settle(rows, failed);
    if (published.length > 0) await outbox.remove(published.map(({ position }) => position));
    for (const row of published) {
      this.#published.inc({ topic: row.topic });
      this.#held.delete(aggregateOf(row));
    }
    if (published.length > 0 || held.size === 0) this.#failures = 0;
    if (held.size === 0) return true;
    this.#failures += 1;
    const pause = backoffMs(this.#failures);
    if (published.length === 0) {
      await this.#pause(pause); // nothing goes: the broker or the sidecar is away
      return false;
    }
    for (const aggregate of held) this.#held.add(aggregate);
    this.#heldUntil = Date.now() + pause;
    return true;
  }

  async #send(rows: readonly PendingRow[], failed: Set<string>): Promise<void> {
    const topic = rows[0]?.topic ?? '';
    const entries = rows.map((row) => ({ key: row.aggregate_id, event: toEnvelope(row, this.#database.service) }));
    const answer = await this.#host.dapr.publishBulk(topic, entries);
    if (answer.failed.size > 0) this.#host.log.warn({ topic, events: rows.length, failed: answer.failed.size }, 'events were not accepted');
    for (const id of answer.failed) failed.add(id);
  }

  /** Waits, whoever rings; cut short when the relay ends. */
  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}

/** How much waits to be published, and how long the oldest has. */
function watchOutbox(host: RelayHost, database: Database): void {
  once(
    host.metrics,
    'outbox_oldest_seconds',
    (name) =>
      new Gauge({
        name,
        help: 'Age of the oldest event that is not published',
        registers: [host.metrics],
        async collect() {
          const [row] = await database.sql<{ age: number }>(
            'select coalesce(extract(epoch from clock_timestamp() - min(time)), 0)::float8 as age from outbox',
          );
          this.set(row?.age ?? 0);
        },
      }),
  );
  once(
    host.metrics,
    'outbox_pending',
    (name) =>
      new Gauge({
        name,
        help: 'Events that are not published',
        registers: [host.metrics],
        async collect() {
          const [row] = await database.sql<{ n: number }>('select count(*)::int as n from outbox');
          this.set(row?.n ?? 0);
        },
      }),
  );
}
