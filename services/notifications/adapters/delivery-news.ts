import type { Database } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import { outcomeWeights, suppresses } from '../domain/provider-news.ts';
import type { Outcome } from '../domain/provider-news.ts';
import type { DeliveryNews, Suppressions } from '../delivery-ports.ts';
import type { MessageKeys } from '../ports.ts';
import { announceSent } from './announce-sent.ts';
import type { SentRow } from './announce-sent.ts';

const keptDays = 30;
const weights = Object.entries(outcomeWeights)
  .map(([outcome, weight]) => `when '${outcome}' then ${String(weight)}`)
  .join(' ');
const weightOf = (value: string): string => `(case ${value} ${weights} else 0 end)`;

/** News of providers, in Postgres: each is taken once, and fed back to its message. */
export function deliveryNewsIn(database: Database, keys: Pick<MessageKeys, 'addressHash'>): DeliveryNews & { forgetOld(): Promise<void> } {
  return {
    take: (news) =>
      database.transaction(async (unit) => {
        const { em } = unit;
        const { provider, eventId, messageId, kind, address } = news;
        const [known] = await em.execute<SentRow[]>(
          'select id, channel, template, order_id, state, recipient_hash from messages where id = ? for update',
          [messageId],
        );
        if (known === undefined || known.channel === 'live') return 'unknown';
        const fresh = await em.execute<object[]>(
          'insert into provider_events (provider, event_id, message_id, kind) values (?, ?, ?, ?) on conflict do nothing returning 1',
          [provider, eventId, messageId, kind],
        );
        if (fresh.length === 0) return 'known';
        // The provider has it: whoever waits in doubt whether it went out need not send it again.
        if (known.state !== 'sent' && known.state !== 'skipped') {
          await em.execute(
            `update messages set state = 'sent', provider = ?, settled_at = now(), reason = null, lease = null, leased_until = null where id = ?`,
            [provider, messageId],
            'run',
          );
          announceSent(unit, known);
        }
        if (kind !== 'accepted') await noteOutcome(em, messageId, kind);
        const hash = address === null ? known.recipient_hash : keys.addressHash(address);
        if (suppresses(kind) && hash !== null) {
          await em.execute(
            `insert into suppressions (id, address_hash, channel, reason, message_id) values (?, ?, ?, ?, ?)
             on conflict (address_hash, channel) where lifted_at is null do nothing`,
            [v7(), hash, known.channel, kind, messageId],
            'run',
          );
        }
        return 'taken';
      }),

    async forgetOld() {
      await database.sql(`delete from provider_events where told_at < now() - interval '${String(keptDays)} days'`);
    },
  };
}

async function noteOutcome(
  em: { execute: (sql: string, params: unknown[], method: 'run') => Promise<unknown> },
  id: string,
  outcome: Outcome,
) {
  await em.execute(
    `update messages set outcome = ?, outcome_at = now() where id = ? and ${weightOf('?::text')} > ${weightOf('outcome')}`,
    [outcome, id, outcome],
    'run',
  );
}

/** Addresses that nothing is sent to, in Postgres. */
export function suppressionsIn(database: Database): Suppressions {
  return {
    async has(addressHash, channel) {
      const rows = await database.sql('select 1 from suppressions where address_hash = ? and channel = ? and lifted_at is null', [
        addressHash,
        channel,
      ]);
      return rows.length > 0;
    },
    async list({ addressHash, beforeId, limit }) {
      const rows = await database.sql<SuppressionRow>(
        `select id, address_hash, channel, reason, message_id, created_at, lifted_at, lifted_by from suppressions
         where (?::text is null or address_hash = ?::text) and (?::uuid is null or id < ?::uuid) order by id desc limit ?`,
        [addressHash ?? null, addressHash ?? null, beforeId ?? null, beforeId ?? null, limit],
      );
      return rows.map((row) => ({
        id: row.id,
        recipient: row.address_hash,
        channel: row.channel,
        reason: row.reason,
        messageId: row.message_id,
        createdAt: new Date(row.created_at).toISOString(),
        liftedAt: row.lifted_at === null ? null : new Date(row.lifted_at).toISOString(),
        liftedBy: row.lifted_by,
      }));
    },
    async lift(id, by) {
      const rows = await database.sql(
        'update suppressions set lifted_at = now(), lifted_by = ? where id = ? and lifted_at is null returning 1',
        [by, id],
      );
      if (rows.length > 0) return 'lifted';
      const known = await database.sql('select 1 from suppressions where id = ?', [id]);
      return known.length > 0 ? 'lifted before' : 'unknown';
    },
  };
}

interface SuppressionRow {
  id: string;
  address_hash: string;
  channel: 'email' | 'sms';
  reason: 'bounced' | 'complained';
  message_id: string;
  created_at: string;
  lifted_at: string | null;
  lifted_by: string | null;
}
