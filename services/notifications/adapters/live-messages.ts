import type { Database } from '@cartwright/kernel/postgres/database';
import type { MessageData } from '../domain/message-data.ts';
import type { TemplateName } from '../domain/templates.ts';
import type { LiveMessage, LiveMessages, LiveStanding } from '../live-ports.ts';

const keptDays = 90;

interface Row {
  seq: string;
  template: TemplateName;
  order_id: string | null;
  data: MessageData;
  created_at: string;
}

const columns = 'seq, template, order_id, data, created_at';

const messageOf = (row: Row): LiveMessage => ({
  seq: Number(row.seq),
  template: row.template,
  orderId: row.order_id,
  data: row.data,
  createdAt: new Date(row.created_at).toISOString(),
});

const nothing: LiveStanding = { last: 0, readTo: 0 };

/**
 * Live messages in Postgres.
 * @param announce told who has news, after each commit that brought them
 */
export function liveMessagesIn(database: Database, announce: (userId: string) => void): LiveMessages & { forgetOld(): Promise<void> } {
  return {
    async append(unit, userId, { messageId, template, orderId, data }) {
      await unit.em.execute(
        `with counted as (
           insert into live_counters (user_id, last) values (?, 1)
           on conflict (user_id) do update set last = live_counters.last + 1 returning last)
         insert into live_messages (user_id, seq, message_id, template, order_id, data)
         select ?, last, ?, ?, ?, ?::jsonb from counted`,
        [userId, userId, messageId, template, orderId, JSON.stringify(data)],
        'run',
      );
      unit.afterCommit(() => {
        announce(userId);
      });
    },

    async after(userId, seq, limit) {
      const rows = await database.sql<Row>(`select ${columns} from live_messages where user_id = ? and seq > ? order by seq limit ?`, [
        userId,
        seq,
        limit,
      ]);
      return rows.map(messageOf);
    },

    async list(userId, { beforeSeq, limit }) {
      const rows = await database.sql<Row>(
        `select ${columns} from live_messages where user_id = ? and (?::bigint is null or seq < ?::bigint) order by seq desc limit ?`,
        [userId, beforeSeq ?? null, beforeSeq ?? null, limit],
      );
      return rows.map(messageOf);
    },

    async standings(userIds) {
      const rows = await database.sql<{ user_id: string; last: string; read_to: string }>(
        'select user_id, last, read_to from live_counters where user_id = any (?::uuid[])',
        [`{${userIds.join(',')}}`],
      );
      return new Map(rows.map((row) => [row.user_id, { last: Number(row.last), readTo: Number(row.read_to) }]));
    },

    async read(userId, upTo) {
      const [row] = await database.sql<{ last: string; read_to: string }>(
        'update live_counters set read_to = greatest(read_to, least(?::bigint, last)) where user_id = ? returning last, read_to',
        [upTo, userId],
      );
      announce(userId);
      return row === undefined ? nothing : { last: Number(row.last), readTo: Number(row.read_to) };
    },

    async forget({ em }, userId) {
      await em.execute('delete from live_messages where user_id = ?', [userId], 'run');
      await em.execute('delete from live_counters where user_id = ?', [userId], 'run');
    },

    async forgetOld() {
      await database.sql(`delete from live_messages where created_at < now() - interval '${String(keptDays)} days'`);
    },
  };
}
