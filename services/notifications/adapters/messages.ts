import type { Database } from '@cartwright/kernel/postgres/database';
import { v4, v7 } from 'uuid';
import type { Delivery } from '../domain/delivery.ts';
import type { MessageData } from '../domain/message-data.ts';
import { isForStaff, ruleOf } from '../domain/templates.ts';
import type { Channel, TemplateName } from '../domain/templates.ts';
import { announceSent } from './announce-sent.ts';
import type { LiveMessages } from '../live-ports.ts';
import type { MessageJob, Messages, NewMessage } from '../ports.ts';

export interface MessagesOptions {
  /**
   * Well above the time that a provider is given to answer: what a crash leaves is not touched before a late answer would be there. A minute unless
   * told.
   */
  readonly leaseSeconds?: number;
}

interface JobRow {
  id: string;
  lease: string;
  channel: Channel;
  template: TemplateName;
  order_id: string | null;
  user_id: string | null;
  data: MessageData;
  tries: number;
  resends: number;
  state: string;
  ago_ms: string | null;
}

const jobColumns = `id, lease, channel, template, order_id, user_id, data, tries, resends, state,
  extract(epoch from clock_timestamp() - handed_over_at) * 1000 as ago_ms`;

const jobOf = (row: JobRow & { channel: MessageJob['channel'] }): MessageJob => ({
  id: row.id,
  lease: row.lease,
  channel: row.channel,
  template: row.template,
  orderId: row.order_id,
  userId: row.user_id,
  data: row.data,
  tries: row.tries,
  resends: row.resends,
  inDoubt: row.state === 'sending',
  handedOverAgoMs: row.ago_ms === null ? null : Number(row.ago_ms),
});

/** Messages in Postgres. */
export function messagesIn(database: Database, live: Pick<LiveMessages, 'append'>, { leaseSeconds = 60 }: MessagesOptions = {}): Messages {
  const leasedUntil = `now() + interval '${String(leaseSeconds)} s'`;
  return {
    // Texts are for those who asked for them, and nobody is live without an account: there is no row else. The preferences are looked at once more when
    // it is sent.
    async claim(unit, { eventId, template, orderId, userId, data }) {
      const recipient = recipientOf({ template, orderId, userId, data });
      const rows = ruleOf(template)
        .channels.filter((channel) => channel !== 'live' || userId !== null)
        .map((channel) => ({ id: v7(), channel, lease: v4() }));
      const claimed = await unit.em.execute<JobRow[]>(
        `insert into messages (id, event_id, channel, recipient, template, data, order_id, user_id, lease, leased_until, state, provider, settled_at)
         select (r->>'id')::uuid, ?::uuid, r->>'channel', ?::text, ?::text, ?::jsonb, ?::uuid, ?::uuid,
           case when not stored then (r->>'lease')::uuid end, case when not stored then ${leasedUntil} end,
           case when stored then 'sent' else 'waiting' end, case when stored then 'live' end, case when stored then now() end
         from jsonb_array_elements(?::jsonb) as rows(r), lateral (select r->>'channel' = 'live' as stored) as kind
         where case r->>'channel'
           when 'email' then true
           when 'sms' then exists (select 1 from preferences
             where user_id = ?::uuid and phone is not null and coalesce((events->?::text->>'sms')::boolean, sms_updates))
           else not exists (select 1 from preferences where user_id = ?::uuid and events->?::text->>'live' = 'false') end
         on conflict (event_id, channel, recipient) do nothing returning ${jobColumns}`,
        [eventId, recipient, template, JSON.stringify(data), orderId, userId, JSON.stringify(rows), userId, template, userId, template],
      );
      const toShow = claimed.find(({ channel }) => channel === 'live');
      if (toShow !== undefined && userId !== null) await live.append(unit, userId, { messageId: toShow.id, template, orderId, data });
      return claimed.flatMap(({ channel, ...row }) => (channel === 'live' ? [] : jobOf({ ...row, channel })));
    },

    async lease(limit) {
      const rows = await database.sql<JobRow & { channel: MessageJob['channel'] }>(
        `with due as (
           select id from messages
           where state in ('waiting', 'sending') and due_at <= now() and (leased_until is null or leased_until < now())
           order by due_at limit ? for update skip locked)
         update messages m set lease = gen_random_uuid(), leased_until = ${leasedUntil}
         from due where m.id = due.id returning ${jobColumns.replace('id,', 'm.id,')}`,
        [limit],
      );
      return rows.map(jobOf);
    },

    async sending({ id, lease, inDoubt, template }, recipientHash) {
      const sql = `update messages set state = 'sending', tries = tries + 1, resends = resends + ?, leased_until = ${leasedUntil},
           handed_over_at = clock_timestamp(), recipient_hash = ?
         where id = ? and lease = ? and state in ('waiting', 'sending') returning 1`;
      const params = [inDoubt ? 1 : 0, recipientHash, id, lease];
      const standing = (rows: readonly object[]) => (rows.length > 0 ? 'sending' : 'lost');
      if (ruleOf(template).askedForTwice !== true) return standing(await database.sql(sql, params));
      return database.transaction(async ({ em }) => {
        // Of two to one address, one waits here until the other is seen.
        await em.execute(`select pg_advisory_xact_lock(hashtextextended('sending:' || ?::text, 0))`, [recipientHash], 'run');
        const others = await em.execute<object[]>(
          `select 1 from messages m join messages other using (event_id, channel, template)
           where m.id = ? and other.id <> m.id and other.recipient_hash = ? and other.state in ('sending', 'sent')`,
          [id, recipientHash],
        );
        return others.length > 0 ? 'told already' : standing(await em.execute<object[]>(sql, params));
      });
    },

    settle: (job, provider, delivery) =>
      database.transaction(async (unit) => {
        const { id, lease, template, orderId, channel } = job;
        const { sql, params } = settlement(delivery);
        const rows = await unit.em.execute<object[]>(
          `update messages set provider = ?, lease = null, leased_until = null, ${sql}
           where id = ? and lease = ? and state in ('waiting', 'sending') returning 1`,
          [provider, ...params, id, lease],
        );
        if (rows.length > 0 && delivery.state === 'sent') announceSent(unit, { id, channel, template, order_id: orderId });
        return rows.length > 0;
      }),

    async skip({ id, lease }, reason, recipientHash) {
      const rows = await database.sql(
        `update messages set state = 'skipped', reason = ?, settled_at = now(), lease = null, leased_until = null,
           recipient_hash = coalesce(?, recipient_hash)
         where id = ? and lease = ? and state in ('waiting', 'sending') returning 1`,
        [reason, recipientHash, id, lease],
      );
      return rows.length > 0;
    },

    async forgetUser({ em }, userId) {
      // The mailbox of a local machine holds what a provider would have been given.
      await em.execute(
        `delete from mailbox using messages m left join orders o on o.order_id = m.order_id
         where m.id = mailbox.message_id and (m.user_id = ? or o.customer_id = ?)`,
        [userId, userId],
        'run',
      );
      await em.execute('update messages set user_id = null, recipient_hash = null where user_id = ?', [userId], 'run');
      await em.execute('update orders set customer_id = null where customer_id = ?', [userId], 'run');
    },
  };
}

/** Whom a message is for, as far as the claim tells people apart. */
function recipientOf({ template, orderId, userId, data }: Omit<NewMessage, 'eventId'>): string {
  if (orderId !== null && !isForStaff(template)) return `order:${orderId}`;
  return userId === null ? `request:${String(data.requestId)}` : `user:${userId}`;
}

function settlement(delivery: Delivery): { sql: string; params: unknown[] } {
  switch (delivery.state) {
    case 'sent':
      return { sql: `state = 'sent', settled_at = now(), reason = null, provider_message_id = ?`, params: [delivery.providerMessageId] };
    case 'failed':
      return { sql: `state = 'failed', settled_at = now(), reason = ?`, params: [delivery.reason] };
    case 'waiting':
      return {
        // Spread out, so that those who failed together do not come back together.
        sql: `state = ?, reason = ?, due_at = now() + ? * (1 + random() / 5) * interval '1 ms'`,
        params: [delivery.resend ? 'sending' : 'waiting', delivery.reason, delivery.againInMs],
      };
  }
}
