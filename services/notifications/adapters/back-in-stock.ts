import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import type { BackInStockRequest, BackInStockRequests, NamedSku, Waiter } from '../alert-ports.ts';
import { mostForGuests, mostForUsers, waitingDays } from '../domain/alerts.ts';
import type { MessageJob, MessageKeys, Messages } from '../ports.ts';

/** Two databases do not agree about the time to the second. */
const clocksDiffer = `interval '5 s'`;
/** A guest's mail is tried for half a day. */
const guestsKept = `interval '1 day'`;

interface DueRow {
  id: string;
  user_id: string | null;
  locale: string | null;
  event_id: string;
}

/** Requests to be told that a SKU is back, in Postgres. */
export function backInStockIn(
  database: Database,
  messages: Pick<Messages, 'claim'>,
  keys: Pick<MessageKeys, 'addressHash'>,
): BackInStockRequests {
  const subscriberOf = (waiter: Waiter): string => ('userId' in waiter ? `u.${waiter.userId}` : `a.${keys.addressHash(waiter.email)}`);

  async function tellOne(unit: UnitOfWork, sku: string, named: NamedSku, row: DueRow): Promise<MessageJob[]> {
    const { id: requestId, user_id: userId, locale, event_id: eventId } = row;
    const data = { sku, ...named, ...(locale === null ? {} : { locale }), ...(userId === null ? { requestId } : {}) };
    return messages.claim(unit, { eventId, template: 'back-in-stock', orderId: null, userId, data });
  }

  return {
    keep: (waiter, { sku, title, slug, locale }) =>
      database.transaction(async ({ em }) => {
        const subscriber = subscriberOf(waiter);
        const [userId, email, most] = 'userId' in waiter ? [waiter.userId, null, mostForUsers] : [null, waiter.email.trim(), mostForGuests];
        // Of many who ask at once for one person, each counts those before.
        await em.execute(`select pg_advisory_xact_lock(hashtextextended('back-in-stock:' || ?::text, 0))`, [subscriber], 'run');
        const [found] = await em.execute<{ others: number; unwanted: boolean }[]>(
          `select exists (select 1 from opt_outs where address_hash = substr(?::text, 3) and event in ('back-in-stock', '*')) as unwanted,
             (select count(*) from back_in_stock where subscriber = ?::text and state <> 'told' and sku <> ?::text)::int
             + (select count(*) from messages where ?::uuid is null and recipient_hash = substr(?::text, 3) and template = 'back-in-stock'
                and created_at > now() - interval '1 day')::int as others`,
          [subscriber, subscriber, sku, userId, subscriber],
        );
        if (found === undefined || found.unwanted || found.others >= most) return undefined;
        const [request] = await em.execute<{ id: string }[]>(
          `insert into back_in_stock (id, sku, subscriber, user_id, email, locale, title, slug, expires_at)
           values (?, ?, ?, ?, ?, ?, ?, ?, now() + interval '${String(waitingDays)} days')
           on conflict (sku, subscriber) where state <> 'told' do update set expires_at = excluded.expires_at, locale = excluded.locale,
             title = excluded.title, slug = excluded.slug
           returning id`,
          [v7(), sku, subscriber, userId, email, locale, title, slug],
        );
        return request?.id;
      }),

    async undo(id) {
      // Asked for more than once, it ends later than it would by the first time.
      await database.sql(
        `delete from back_in_stock where id = ? and state <> 'told' and expires_at = created_at + interval '${String(waitingDays)} days'`,
        [id],
      );
    },

    async withdraw(userId, sku) {
      const rows = await database.sql(`delete from back_in_stock where sku = ? and subscriber = ? and state <> 'told' returning 1`, [
        sku,
        `u.${userId}`,
      ]);
      return rows.length > 0;
    },

    async withdrawAll(addressHash) {
      await database.sql('delete from back_in_stock where subscriber = ?', [`a.${addressHash}`]);
    },

    async list(userId, { beforeId, sku, limit }) {
      const rows = await database.sql<Omit<BackInStockRequest, 'createdAt' | 'expiresAt'> & { created_at: string; expires_at: string }>(
        `select id, sku, title, slug, created_at, expires_at from back_in_stock
         where subscriber = ? and state <> 'told' and expires_at > now() and (?::uuid is null or id < ?::uuid) and (?::text is null or sku = ?::text)
         order by id desc limit ?`,
        [`u.${userId}`, beforeId ?? null, beforeId ?? null, sku ?? null, sku ?? null, limit],
      );
      return rows.map(({ created_at, expires_at, ...row }) => ({
        ...row,
        createdAt: new Date(created_at).toISOString(),
        expiresAt: new Date(expires_at).toISOString(),
      }));
    },

    async markDue({ em }, { sku, eventId, at }) {
      await em.execute(
        `update back_in_stock set state = 'due', event_id = ?, due_at = now()
         where sku = ? and state = 'waiting' and expires_at > now() and created_at <= ?::timestamptz + ${clocksDiffer}`,
        [eventId, sku, at],
        'run',
      );
    },

    async dueSkus(limit) {
      const rows = await database.sql<{ sku: string }>(
        `select distinct sku from back_in_stock where state = 'due' and due_at <= now() limit ?`,
        [limit],
      );
      return rows.map(({ sku }) => sku);
    },

    tell: (sku, named, limit) =>
      database.transaction(async (unit) => {
        // First come, first told.
        const due = await unit.em.execute<DueRow[]>(
          `select id, user_id, locale, event_id from back_in_stock where sku = ? and state = 'due' and due_at <= now()
           order by id limit ? for update skip locked`,
          [sku, limit],
        );
        const jobs: MessageJob[] = [];
        // In one order everywhere: each locks a person's count of live messages until the end.
        for (const row of due.toSorted((one, other) => (one.user_id ?? '').localeCompare(other.user_id ?? '')))
          jobs.push(...(await tellOne(unit, sku, named, row)));
        const ids = `{${due.map(({ id }) => id).join(',')}}`;
        await unit.em.execute('delete from back_in_stock where id = any (?::uuid[]) and user_id is not null', [ids], 'run');
        await unit.em.execute(
          `update back_in_stock set state = 'told', expires_at = now() + ${guestsKept} where id = any (?::uuid[])`,
          [ids],
          'run',
        );
        return { told: due.length, jobs };
      }),

    async putOff(sku, seconds) {
      await database.sql(
        `update back_in_stock set due_at = now() + ? * interval '1 s' where sku = ? and state = 'due' and due_at <= now()`,
        [seconds, sku],
      );
    },

    async contactOf(requestId) {
      const [row] = await database.sql<{ email: string }>('select email from back_in_stock where id = ? and email is not null', [
        requestId,
      ]);
      return row === undefined ? undefined : { email: row.email, name: '' };
    },

    async forgetDone() {
      await database.sql('delete from back_in_stock where expires_at < now()');
      await database.sql(
        `delete from back_in_stock r using messages m where r.state = 'told' and m.event_id = r.event_id and m.channel = 'email'
           and m.recipient = 'request:' || r.id and m.state in ('sent', 'failed', 'skipped')`,
      );
    },

    async forget({ em }, userId) {
      // What was mailed about an account went to its address: by the hash of that a guest's requests are found.
      const hashes = `select recipient_hash from messages where user_id = ? and order_id is null and channel = 'email' and recipient_hash is not null`;
      await em.execute(
        `delete from mailbox using messages m where m.id = mailbox.message_id and m.recipient like 'request:%' and m.recipient_hash in (${hashes})`,
        [userId],
        'run',
      );
      await em.execute(
        `delete from back_in_stock where user_id = ? or subscriber in (select 'a.' || recipient_hash from (${hashes}) as own)`,
        [userId, userId],
        'run',
      );
    },
  };
}
