import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { PendingRow } from './relay-rules.ts';
import { outboxColumns } from './wire.ts';

/** Key of the advisory lock whose holder is a database's active relay. */
const relayLock = 7_203_002;

/** The relay's own connection: lock, LISTEN, and all its statements, so that losing the lock and losing the outbox are one. */
export class OutboxConnection {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** Connects and listens; `onNotice` is called for each notice, and when the connection breaks. */
  static async open(
    url: string,
    { name, silentMs }: { readonly name: string; readonly silentMs: number },
    onNotice: () => void,
  ): Promise<OutboxConnection> {
    const client = new Client({
      connectionString: url,
      application_name: name,
      connectionTimeoutMillis: 5000,
      query_timeout: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5000,
    });
    client.on('error', onNotice); // the next statement reports it
    client.on('notification', onNotice);
    try {
      await client.connect();
      // When a removal is lost in a crash, its events are published again, which consumers recognise: no need to wait for the disk.
      await client.query('set synchronous_commit = off');
      await client.query(`set idle_session_timeout = ${String(silentMs)}`);
      await client.query('listen outbox');
    } catch (error) {
      await end(client);
      throw error;
    }
    return new OutboxConnection(client);
  }

  /** Whether this connection's relay is the active one now. */
  async takeLead(): Promise<boolean> {
    const { rows } = await this.#client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [relayLock]);
    return rows[0]?.taken ?? false;
  }

  /** The next rows in order. Of the aggregates in `held` either none, or, with `retryHeld`, the first only. */
  async read(limit: number, held: readonly string[], retryHeld: boolean): Promise<PendingRow[]> {
    if (held.length === 0) {
      const { rows } = await this.#client.query<PendingRow>({
        name: 'next',
        text: `select position, ${outboxColumns} from outbox order by position limit $1`,
        values: [limit],
      });
      return rows;
    }
    const { rows } = await this.#client.query<PendingRow>(
      `select position, ${outboxColumns} from outbox o
       where (aggregate_type || '/' || aggregate_id) <> all($2)
         or ($3 and not exists (select from outbox p where p.aggregate_type = o.aggregate_type and p.aggregate_id = o.aggregate_id
                                and p.aggregate_version < o.aggregate_version))
       order by o.position limit $1`,
      [limit, held, retryHeld],
    );
    return rows;
  }

  /** Moves rows from the outbox to the log, in one statement. */
  async remove(positions: readonly string[]): Promise<void> {
    await this.#client.query({
      name: 'remove',
      text: `with gone as (delete from outbox where position = any($1::bigint[]) returning *)
        insert into event_log (id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, traceparent, time)
        select id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, traceparent, time from gone
        on conflict do nothing`,
      values: [positions],
    });
  }

  async close(): Promise<void> {
    await end(this.#client);
  }
}

/** Ends a connection that may be broken already: one that does not even answer the goodbye within two seconds is left to its fate. */
async function end(client: Client): Promise<void> {
  await Promise.race([client.end().catch(() => undefined), delay(2000, undefined, { ref: false })]);
}
