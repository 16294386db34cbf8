import type { NewEvent } from '@cartwright/kernel/events/event';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import { journal } from './journal.ts';
import type { Journal } from './journal.ts';

export type SearchJournal = Journal<NewEvent>;

/** Publishes what is looked for. */
export function searchJournal(database: Database, log: Logger): SearchJournal {
  return journal({
    name: 'journal of searches',
    database,
    log,
    write: (unit, events) => {
      unit.publish(...events);
      return Promise.resolve();
    },
  });
}
