import type { Database } from '@cartwright/kernel/postgres/database';
import type { StaffAlert, StaffAlerts } from '../alert-ports.ts';
import type { MessageJob, Messages } from '../ports.ts';

const putOffSeconds = 15;

/** Alerts to staff in Postgres, until they are messages. */
export function staffAlertsIn(database: Database, messages: Pick<Messages, 'claim'>): StaffAlerts {
  return {
    async keep({ em }, { eventId, template, orderId, data }) {
      await em.execute(
        'insert into staff_alerts (event_id, template, order_id, data) values (?, ?, ?, ?::jsonb) on conflict do nothing',
        [eventId, template, orderId, JSON.stringify(data)],
        'run',
      );
    },
    due: (limit) =>
      database.sql<StaffAlert>(
        `select event_id as "eventId", template, order_id as "orderId", data from staff_alerts where due_at <= now() order by due_at limit ?`,
        [limit],
      ),
    tell: ({ eventId, template, orderId, data }, userIds) =>
      database.transaction(async (unit) => {
        const taken = await unit.em.execute<object[]>('delete from staff_alerts where event_id = ? returning 1', [eventId]);
        if (taken.length === 0) return [];
        const jobs: MessageJob[] = [];
        // In one order everywhere: each locks a person's count of live messages until the end.
        for (const userId of userIds.toSorted()) jobs.push(...(await messages.claim(unit, { eventId, template, orderId, userId, data })));
        return jobs;
      }),
    async putOff(eventId) {
      await database.sql(`update staff_alerts set due_at = now() + interval '${String(putOffSeconds)} s' where event_id = ?`, [eventId]);
    },
  };
}
