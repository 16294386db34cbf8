import { every } from '@cartwright/kernel/every';
import type { NewEvent } from '@cartwright/kernel/events/event';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';

export interface SearchJournal {
  /** Takes an event that is published within a second. */
  note(event: NewEvent): void;
  /** Publishes what is there. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const most = 5000;
const batch = 500;
const flushEveryMs = 500;

/**
 * Publishes what is looked for, many events a transaction: no search waits for Postgres. That is worth less than a sale, so what was noted in the
 * last half second is lost when the process is killed, and the newest is not kept where Postgres is away for so long that 5000 wait.
 */
export function searchJournal(database: Database, log: Logger): SearchJournal {
  const waiting: NewEvent[] = [];
  let lost = 0;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const events = waiting.slice(0, batch);
      await database.transaction((unit) => {
        unit.publish(...events);
        return Promise.resolve();
      });
      waiting.splice(0, events.length);
    }
    if (lost > 0) log.warn({ lost }, 'searches were not written down while the database was away');
    lost = 0;
  }

  const flushing = every(flushEveryMs, 'journal of searches', log, flush);
  return {
    note: (event) => {
      if (waiting.length < most) waiting.push(event);
      else lost++;
    },
    flush,
    async stop() {
      await flushing.stop();
      await flush();
    },
  };
}
