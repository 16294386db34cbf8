import { Problem } from '../http/problem.ts';
import type { Database } from '../postgres/database.ts';

export interface OutboxLimits {
  /** Most events that may wait to be published; 20,000 unless told. */
  readonly events?: number;
  /** Fewest events that may not wait for long: one that the broker refuses for ever holds back its own aggregate, and no shop. 100 unless told. */
  readonly few?: number;
  /** Longest time that so many may have waited; ten minutes unless told. */
  readonly seconds?: number;
  /** How long an answer of the database is good for; a second unless told. */
  readonly keptMs?: number;
}

/**
 * Answers a function that lets work pass which promises something that only later events bring about, such as an order. While the broker is away the outbox
 * holds events, and such work is accepted: nothing is lost. Where too much waits already, or for too long, it throws a Problem 503 with Retry-After:
 * better a plain no than a yes that nobody can say when to keep.
 */
export function outboxGate(database: Database, limits: OutboxLimits = {}): () => Promise<void> {
  const { events = 20_000, few = 100, seconds = 600, keptMs = 1000 } = limits;
  let looked: { readonly at: number; readonly behind: Promise<boolean> } | undefined;

  async function look(): Promise<boolean> {
    const [row] = await database.sql<{ behind: boolean }>(
      `select coalesce((select time < clock_timestamp() - make_interval(secs => ?) from outbox order by position offset ? limit 1), false)
         or (select count(*) from (select from outbox limit ?) as waiting) >= ? as behind`,
      [seconds, few - 1, events, events],
    );
    return row?.behind ?? false;
  }

  return async () => {
    const now = Date.now();
    if (looked === undefined || now - looked.at >= keptMs) {
      const mine = { at: now, behind: look() };
      looked = mine;
      mine.behind.catch(() => {
        if (looked === mine) looked = undefined;
      });
    }
    if (!(await looked.behind)) return;
    throw new Problem({
      status: 503,
      code: 'backlog',
      title: 'Unavailable',
      detail: 'Too much is waiting to be done; nothing was done of this',
      headers: { 'retry-after': '10' },
    });
  };
}
