import type { Database } from '@cartwright/kernel/postgres/database';
import { v4 } from 'uuid';
import type { DataExport, ExportJob, Exports } from '../export-ports.ts';
import { utc } from './utc.ts';

/** Above the time that all services together may take to answer. */
const leaseSeconds = 60;
/** Asking again so soon gets the same export. */
const atMostEvery = `interval '1 minute'`;
const keptFor = `interval '1 day'`;

const columns = `state, ${utc('asked_at')} as "askedAt", ${utc('ready_at')} as "readyAt"`;

/** Exports in auth's own database. */
export function exportsIn(database: Database): Exports {
  return {
    async ask({ em }, userId) {
      const lease = v4();
      const [begun] = await em.execute<DataExport[]>(
        `insert into exports as e (user_id, lease, leased_until) values (?, ?, now() + interval '${String(leaseSeconds)} s')
         on conflict (user_id) do update set state = 'collecting', document = null, asked_at = now(), ready_at = null, due_at = now(),
           lease = excluded.lease, leased_until = excluded.leased_until
         where e.state = 'ready' and e.asked_at < now() - ${atMostEvery}
         returning ${columns}`,
        [userId, lease],
      );
      if (begun !== undefined) return { status: begun, job: { userId, lease } };
      const [known] = await em.execute<DataExport[]>(`select ${columns} from exports where user_id = ?`, [userId]);
      if (known === undefined) throw new Error('The export went between two statements');
      return { status: known, job: undefined };
    },

    async find(userId) {
      const [row] = await database.sql<DataExport>(`select ${columns} from exports where user_id = ?`, [userId]);
      return row;
    },

    async document(userId) {
      const [row] = await database.sql<{ document: string }>(
        `select jsonb_pretty(document) as document from exports where user_id = ? and state = 'ready'`,
        [userId],
      );
      return row?.document;
    },

    lease: (limit) =>
      database.sql<ExportJob>(
        `with due as (
           select user_id from exports where state = 'collecting' and due_at <= now() and (leased_until is null or leased_until < now())
           order by due_at limit ? for update skip locked)
         update exports e set lease = gen_random_uuid(), leased_until = now() + interval '${String(leaseSeconds)} s'
         from due where e.user_id = due.user_id returning e.user_id as "userId", e.lease`,
        [limit],
      ),

    async finish({ userId, lease }, document) {
      await database.sql(
        `update exports set state = 'ready', document = ?::jsonb, ready_at = now(), lease = null, leased_until = null
         where user_id = ? and lease = ? and state = 'collecting'`,
        [JSON.stringify(document), userId, lease],
      );
    },

    async later({ userId, lease }, seconds) {
      await database.sql(
        `update exports set due_at = now() + make_interval(secs => ?), lease = null, leased_until = null where user_id = ? and lease = ?`,
        [seconds, userId, lease],
      );
    },

    async forgetOld() {
      await database.sql(`delete from exports where asked_at < now() - ${keptFor}`);
    },
  };
}
