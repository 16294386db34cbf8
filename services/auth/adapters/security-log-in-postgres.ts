import { SecurityNoticed } from '@cartwright/kernel/events/security-noticed';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import { isNotified } from '../domain/security-events.ts';
import type { SecurityEventKind } from '../domain/security-events.ts';
import type { Addressee, SecurityEntry, SecurityLog, SecurityRecord } from '../ports.ts';
import { nextVersion } from './user-version.ts';
import { utc } from './utc.ts';

/** The audit log in auth's own database, where rows are added and never changed. */
export function securityLogIn(database: Database): SecurityLog {
  return {
    record: (entry, unit) => (unit === undefined ? database.transaction((own) => append(own, entry)) : append(unit, entry)),

    list: ({ userId, kind, beforeId, limit }) =>
      database.sql<SecurityRecord>(
        `select id, user_id as "userId", kind, session_id as "sessionId", actor_id as "actorId", subject_id as "subjectId", network, ${utc('at')} as at
         from security_events
         where (?::uuid is null or user_id = ?::uuid) and (?::text is null or kind = ?::text) and (?::uuid is null or id < ?::uuid)
         order by id desc limit ?`,
        [userId ?? null, userId ?? null, kind ?? null, kind ?? null, beforeId ?? null, beforeId ?? null, limit],
      ),

    async notice(id) {
      const [row] = await database.sql<Addressee & { kind: SecurityEventKind; at: string }>(
        `select coalesce(n.email, u.email) as email, u.name, u.locale, e.kind, ${utc('e.at')} as at
         from security_notices n join security_events e on e.id = n.event_id join users u on u.id = n.user_id where n.event_id = ?`,
        [id],
      );
      return row;
    },
  };
}

async function append(unit: UnitOfWork, { userId, kind, sessionId, actorId, subjectId, network, noticeTo }: SecurityEntry): Promise<void> {
  const id = v7();
  const added = await unit.em.execute<object[]>(
    `insert into security_events (id, user_id, kind, session_id, actor_id, subject_id, network) values (?, ?, ?, ?, ?, ?, ?)
     on conflict do nothing returning id`,
    [id, userId, kind, sessionId ?? null, actorId ?? null, subjectId ?? null, network ?? null],
  );
  if (added.length === 0 || userId === null || !isNotified(kind)) return;
  const version = await nextVersion(unit, userId);
  if (version === undefined) return; // the account is gone, and with it whoever could be told
  await unit.em.execute('insert into security_notices (event_id, user_id, email) values (?, ?, ?)', [id, userId, noticeTo ?? null], 'run');
  unit.publish(SecurityNoticed.create({ aggregateId: userId, aggregateVersion: version, data: { userId, noticeId: id, kind } }));
}
