import type { Client, ClientConfig, Pool } from 'pg';
import { every } from '../every.ts';
import type { Periodic } from '../every.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Postgres does not answer, so it was not asked. SQLSTATE 08006: the connection failed. */
export class PostgresAway extends Error {
  override readonly name = 'PostgresAway';
  readonly code = '08006';

  constructor() {
    super('Postgres does not answer');
  }
}

export interface WatchdogOptions {
  readonly url: string;
  readonly log: Logger | undefined;
  /** How long nothing may be answered, while something is asked, until Postgres is asked whether it is there at all. 700 ms unless told. */
  readonly silentMs?: number;
  /** How long that answer may take. 800 ms unless told. */
  readonly probeMs?: number;
}

type ClientClass = new (config?: ClientConfig | string) => Client;
type Connected = (...result: unknown[]) => void;

const tickMs = 200;

/**
 * Notices within two seconds that Postgres hangs: a server that is stopped, overwhelmed, or behind a network that swallows packets keeps its
 * connections open, and who waits for an answer waits for ever (`statement_timeout` is the server's own). It then breaks all connections of the pool, so that
 * who waits fails at once and nothing of theirs is left, and opens none until the server answers again.
 *
 * A slow statement alone is no sign: the server counts as away when no connection was answered for a while and a new one is not either.
 */
export class Watchdog {
  readonly #options: Required<WatchdogOptions>;
  readonly #ticking: Periodic | undefined;
  readonly #clients = new Set<Client>();
  /** What is asked and not answered, and since when. */
  readonly #asked = new Map<object, number>();
  #answeredAt = 0;
  #tickedAt = Date.now();
  #away = false;
  /** The pool's own kind of client, which nobody watches. */
  #plain: ClientClass | undefined;

  constructor(options: WatchdogOptions) {
    this.#options = { silentMs: 700, probeMs: 800, ...options };
    this.#ticking = options.log === undefined ? undefined : every(tickMs, 'watching Postgres', options.log, () => this.#tick());
  }

  get isAway(): boolean {
    return this.#away;
  }

  /** Makes a pool open connections that are watched. To be called before it opens the first. */
  watch(pool: Pool): void {
    const owner = pool as unknown as { Client: ClientClass };
    const plain = owner.Client;
    const watched = (config?: ClientConfig | string): Client => this.#watched(new plain(config));
    owner.Client = function WatchedClient(config?: ClientConfig | string) {
      return watched(config);
    } as unknown as ClientClass;
    this.#plain = plain;
  }

  async stop(): Promise<void> {
    await this.#ticking?.stop();
  }

  #watched(client: Client): Client {
    const loose = client as unknown as { connect: (told?: Connected) => unknown; query: (...given: unknown[]) => unknown };
    const connect = loose.connect.bind(client);
    const query = loose.query.bind(client);
    loose.connect = (told) => {
      if (this.#away) return refused(told);
      const done = this.#begin(client);
      const answer = connect(
        told &&
          ((...result) => {
            done();
            told(...result);
          }),
      );
      if (answer instanceof Promise) answer.then(done, done);
      return answer;
    };
    loose.query = (...given) => {
      const answer = query(...given);
      if (answer instanceof Promise) {
        const done = this.#begin(client);
        answer.then(done, done);
      }
      return answer;
    };
    return client;
  }

  #begin(client: Client): () => void {
    if (!this.#clients.has(client)) {
      this.#clients.add(client);
      client.once('end', () => this.#clients.delete(client));
    }
    const question = {};
    this.#asked.set(question, Date.now());
    return () => {
      if (this.#asked.delete(question)) this.#answeredAt = Date.now();
    };
  }

  async #tick(): Promise<void> {
    const now = Date.now();
    const slept = now - this.#tickedAt > tickMs + 500;
    this.#tickedAt = now;
    if (slept) this.#answeredAt = now; // it was this process that did nothing: answers may lie here unread
    if (this.#away) {
      if (await this.#answers()) this.#change(false);
      return;
    }
    const [oldest = now] = this.#asked.values();
    const isSilent = (): boolean => Date.now() - Math.max(oldest, this.#answeredAt) >= this.#options.silentMs;
    if (this.#asked.size > 0 && isSilent()) {
      if (await this.#answers()) this.#answeredAt = Date.now();
      else if (isSilent() && this.#asked.size > 0) this.#change(true);
    }
    this.#tickedAt = Date.now();
  }

  /** Whether a new connection is answered in time. A refusal for want of connections is an answer too. */
  async #answers(): Promise<boolean> {
    if (this.#plain === undefined) return true;
    const client = new this.#plain({ connectionString: this.#options.url, application_name: 'cartwright-probe' });
    client.on('error', () => undefined); // told by connect or query
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, fail) => {
      timer = setTimeout(() => {
        fail(new PostgresAway());
      }, this.#options.probeMs);
    });
    try {
      await Promise.race([client.connect().then(() => client.query('select 1')), late]);
      return true;
    } catch (error) {
      return (error as { code?: unknown }).code === '53300';
    } finally {
      clearTimeout(timer);
      breakOff(client);
    }
  }

  #change(away: boolean): void {
    this.#away = away;
    this.#tickedAt = Date.now();
    if (!away) {
      this.#options.log?.info('Postgres answers again');
      return;
    }
    this.#options.log?.error({ connections: this.#clients.size }, 'Postgres does not answer: its connections are broken off');
    for (const client of this.#clients) breakOff(client);
    this.#clients.clear();
  }
}

function refused(told: Connected | undefined): Promise<never> | undefined {
  if (told === undefined) return Promise.reject(new PostgresAway());
  process.nextTick(told, new PostgresAway());
  return undefined;
}

/** Ends a connection without a word: the other side may not listen. */
function breakOff(client: Client): void {
  const { connection } = client as unknown as { connection: { stream: { destroy: (error?: Error) => void } } };
  connection.stream.destroy(new PostgresAway());
}
