import { UserDeleted } from '@cartwright/kernel/events/user-deleted';
import type { Database } from '@cartwright/kernel/postgres/database';
import { endSessions } from '../domain/end-sessions.ts';
import type { Sessions } from '../ports.ts';

/**
 * From an account's end until the others are told. Ended sessions are let in nowhere after two seconds, and what was let in before is done by then:
 * whoever erases what they hold about a person can be sure that nothing is added afterwards.
 */
export const quietSeconds = 12;

const mostAtOnce = 50;

export interface Erasures {
  /** Tells the other services of accounts that are gone for long enough. Answers how many those were. */
  work(): Promise<number>;
}

export function erasuresIn(database: Database, sessions: Sessions, { afterSeconds = quietSeconds } = {}): Erasures {
  return {
    async work() {
      const due = await database.sql<{ userId: string }>(
        'select user_id as "userId" from erasures where gone_at <= now() - make_interval(secs => ?) order by gone_at limit ?',
        [afterSeconds, mostAtOnce],
      );
      for (const { userId } of due) {
        // Once more: who deleted the account may have died before the sessions ended.
        await endSessions(sessions, userId);
        await database.transaction(async (unit) => {
          const [gone] = await unit.em.execute<{ version: number }[]>('delete from erasures where user_id = ? returning version', [userId]);
          if (gone === undefined) return; // another replica was first
          unit.publish(UserDeleted.create({ aggregateId: userId, aggregateVersion: gone.version, data: { userId } }));
        });
      }
      return due.length;
    },
  };
}
