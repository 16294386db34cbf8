import { every } from '@cartwright/kernel/every';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';

export interface Journal<Note> {
  /** Takes a note that is written down within a second. */
  note(note: Note): void;
  /** Writes down what is there. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const most = 5000;
const batch = 500;
const flushEveryMs = 500;

/**
 * Writes notes down, many a transaction: nobody who looks for something waits for Postgres. They are worth less than a sale, so what was noted in
 * the last half second is lost when the process is killed, and the newest are not kept where Postgres is away for so long that 5000 wait.
 */
export function journal<Note>(options: {
  /** As it stands in logs. */
  readonly name: string;
  readonly database: Database;
  readonly log: Logger;
  readonly write: (unit: UnitOfWork, notes: readonly Note[]) => Promise<void>;
}): Journal<Note> {
  const { name, database, log, write } = options;
  const waiting: Note[] = [];
  let lost = 0;
  let flushing: Promise<void> | undefined;

  async function flushAll(): Promise<void> {
    while (waiting.length > 0) {
      const notes = waiting.slice(0, batch);
      await database.transaction((unit) => write(unit, notes));
      waiting.splice(0, notes.length);
    }
    if (lost > 0) log.warn({ lost, journal: name }, 'notes were not written down while the database was away');
    lost = 0;
  }

  /** One at a time: two would write the same notes. */
  function flush(): Promise<void> {
    flushing ??= flushAll().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  const sweeping = every(flushEveryMs, name, log, flush);
  return {
    note: (note) => {
      if (waiting.length < most) waiting.push(note);
      else lost++;
    },
    async flush() {
      await flushing?.catch(() => undefined); // it may have begun before the last note
      await flush();
    },
    async stop() {
      await sweeping.stop();
      await flush();
    },
  };
}
