import type { Database } from '@cartwright/kernel/postgres/database';
import type { DeliveryLog, DeliverySearch, MessageRecord } from '../delivery-ports.ts';
import { lifeOf } from '../domain/message-life.ts';
import type { NewsKind } from '../domain/provider-news.ts';
import type { Channel, TemplateName } from '../domain/templates.ts';

const columns = `m.id, channel, template, m.order_id, o.number, state, tries, resends, provider, reason, outcome, recipient_hash,
  m.created_at, settled_at`;
const joined = 'messages m left join orders o on o.order_id = m.order_id';

const conditions: Readonly<Record<keyof DeliverySearch, string>> = {
  userId: 'm.user_id = ?::uuid',
  orderId: 'm.order_id = ?::uuid',
  number: 'm.order_id in (select order_id from orders where number = ?)',
  recipient: 'recipient_hash = ?',
  template: 'template = ?',
  channel: 'channel = ?',
  state: 'state = ?',
  since: 'm.created_at >= ?::timestamptz',
  until: 'm.created_at < ?::timestamptz',
};

/** The delivery log in Postgres. Each condition that narrows much has an index in the order of the list. */
export function deliveryLogIn(database: Database): DeliveryLog {
  return {
    async search(search, { beforeId, limit }) {
      const wanted = Object.entries(search) as [keyof DeliverySearch, string][];
      const clauses = wanted.map(([name]) => conditions[name]);
      const params = wanted.map(([, value]) => value);
      if (beforeId !== undefined) {
        clauses.push('(m.created_at, m.id) < ((select created_at from messages where id = ?::uuid), ?::uuid)');
        params.push(beforeId, beforeId);
      }
      const rows = await database.sql<RecordRow>(
        `select ${columns} from ${joined} ${clauses.length === 0 ? '' : `where ${clauses.join(' and ')}`}
         order by m.created_at desc, m.id desc limit ?`,
        [...params, limit],
      );
      return rows.map(recordOf);
    },

    async find(id) {
      const [row] = await database.sql<LifeRow>(
        `select ${columns}, handed_over_at, outcome_at, case when state in ('waiting', 'sending') then due_at end as next_try_at,
           exists (select 1 from suppressions s where s.address_hash = recipient_hash and s.channel = m.channel and lifted_at is null) as suppressed
         from ${joined} where m.id = ?`,
        [id],
      );
      if (row === undefined) return undefined;
      const told = await database.sql<{ kind: NewsKind; told_at: string }>(
        'select kind, told_at from provider_events where message_id = ? order by told_at, event_id',
        [id],
      );
      const record = recordOf(row);
      return {
        ...record,
        steps: lifeOf({
          ...record,
          handedOverAt: time(row.handed_over_at),
          outcomeAt: time(row.outcome_at),
          told: told.map(({ kind, told_at: at }) => ({ step: kind, at: requiredTime(at) })),
        }),
        nextTryAt: time(row.next_try_at),
        suppressed: row.suppressed,
      };
    },
  };
}

interface RecordRow {
  id: string;
  channel: Channel;
  template: TemplateName;
  order_id: string | null;
  number: string | null;
  state: MessageRecord['state'];
  tries: number;
  resends: number;
  provider: string | null;
  reason: string | null;
  outcome: MessageRecord['outcome'];
  recipient_hash: string | null;
  created_at: string;
  settled_at: string | null;
}

interface LifeRow extends RecordRow {
  handed_over_at: string | null;
  outcome_at: string | null;
  next_try_at: string | null;
  suppressed: boolean;
}

const requiredTime = (text: string): string => new Date(text).toISOString();
const time = (text: string | null): string | null => (text === null ? null : requiredTime(text));

const recordOf = (row: RecordRow): MessageRecord => ({
  id: row.id,
  channel: row.channel,
  template: row.template,
  orderId: row.order_id,
  number: row.number,
  state: row.state,
  tries: row.tries,
  resends: row.resends,
  provider: row.provider,
  reason: row.reason,
  outcome: row.outcome,
  recipient: row.recipient_hash,
  createdAt: requiredTime(row.created_at),
  settledAt: time(row.settled_at),
});
