import type { Database } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import { restingStates } from '../domain/payment-states.ts';
import type { Call } from '../domain/reconcile.ts';
import type { FoundDifference, Job, PastReconciliation, ReconciliationScope, Subject } from '../ports.ts';
import { begin, lock } from './payments.ts';

/** Who has not told of itself for so long is dead. */
const beatSeconds = 60;
const rests = [...restingStates, 'authorized'].map((state) => `'${state}'`).join(', ');
/** An order that costs nothing is nowhere else. */
const worthComparing = `amount > 0 and case when state in (${rests}) then updated_at > now() - ? * interval '1 hour'
  else updated_at < now() - ? * interval '1 s' end`;

/** Rows of reconciliations, and what they read and begin. */
export function reconciliationRows(database: Database) {
  return {
    /** Takes the place of the one that runs; undefined while another has it. */
    async take(askedBy: string): Promise<string | undefined> {
      await database.sql(
        `update reconciliations set finished_at = now() where finished_at is null and beat_at < now() - interval '${String(beatSeconds)} s'`,
      );
      await database.sql(`delete from reconciliations where started_at < now() - interval '90 days'`);
      // Providers send a webhook again for some days.
      await database.sql(`delete from webhooks where ctid = any (array(
        select ctid from webhooks where received_at < now() - interval '30 days' limit 50000))`);
      const [row] = await database.sql<{ id: string }>(
        'insert into reconciliations (id, asked_by) values (?, ?) on conflict do nothing returning id',
        [v7(), askedBy],
      );
      return row?.id;
    },

    /** Tells that it lives. Throws where its place was taken by another. */
    async beat(id: string, checked: number): Promise<void> {
      const rows = await database.sql<object>(
        'update reconciliations set beat_at = now(), checked = ? where id = ? and finished_at is null returning 1',
        [checked, id],
      );
      if (rows.length === 0) throw new Error('Another reconciliation has taken over');
    },

    async finish(id: string, complete: boolean, checked: number, differences: readonly FoundDifference[]): Promise<void> {
      await database.sql(
        `update reconciliations set finished_at = now(), complete = ?, checked = ?, differences = ?::jsonb where id = ? and finished_at is null`,
        [complete, checked, JSON.stringify(differences), id],
      );
    },

    latest: (limit: number): Promise<PastReconciliation[]> =>
      database.sql<PastReconciliation>(
        `select id, asked_by as "askedBy", ${rfc3339('started_at')} as "startedAt", ${rfc3339('finished_at')} as "finishedAt", complete,
           checked, differences from reconciliations order by reconciliations.started_at desc limit ?`,
        [limit],
      ),

    /** Differences that the last complete one left. */
    left: async (): Promise<number> => {
      const [row] = await database.sql<{ differences: FoundDifference[] }>(
        'select differences from reconciliations where complete order by started_at desc limit 1',
      );
      return row?.differences.filter(({ resolved }) => !resolved).length ?? 0;
    },

    async total({ hours, waitingSeconds }: ReconciliationScope): Promise<number> {
      const [row] = await database.sql<{ count: number }>(`select count(*)::int as count from payments where ${worthComparing}`, [
        hours,
        waitingSeconds,
      ]);
      return row?.count ?? 0;
    },

    /** Orders whose payments are to be compared, after an order. */
    async page({ hours, waitingSeconds }: ReconciliationScope, after: string, limit: number): Promise<string[]> {
      const rows = await database.sql<{ id: string }>(
        `select order_id as id from payments where ${worthComparing} and order_id > ? order by order_id limit ?`,
        [hours, waitingSeconds, after, limit],
      );
      return rows.map(({ id }) => id);
    },

    /** Of those that have changed at a provider the ones that no page holds: they have rested for longer. */
    async longAtRest({ hours }: ReconciliationScope, provider: string, subjects: readonly Subject[]): Promise<string[]> {
      const rows = await database.sql<{ id: string }>(
        `with changed as (select s->>'orderId' as id, s->>'reference' as reference from jsonb_array_elements(?::jsonb) s)
         select order_id as id from payments
         where provider = ? and amount > 0 and state in (${rests}) and updated_at <= now() - ? * interval '1 hour'
           and (order_id in (select id::uuid from changed) or reference in (select reference from changed))`,
        [JSON.stringify(subjects), provider, hours],
      );
      return rows.map(({ id }) => id);
    },

    /** Those of the orders that were never asked for money here. */
    async unknown(orderIds: readonly string[]): Promise<string[]> {
      const rows = await database.sql<{ id: string }>(
        `select id from unnest(?::uuid[]) as id where not exists (select 1 from payments where order_id = id and amount is not null)`,
        [`{${orderIds.join(',')}}`],
      );
      return rows.map(({ id }) => id);
    },

    openCalls: (orderId: string): Promise<Call[]> => openCalls(database, orderId),

    /** Begins calls that nobody makes, unless somebody does now or the payment went on meanwhile. */
    call: (orderId: string, state: string, calls: readonly Call[]): Promise<Job[]> =>
      database.transaction(async (unit) => {
        const payment = await lock(unit, orderId);
        if (payment?.state !== state) return [];
        const rows = await unit.em.execute<{ step: string; refund_id: string | null }[]>(
          `select step, refund_id from attempts where order_id = ? and state = 'open'`,
          [orderId],
        );
        const jobs: Job[] = [];
        for (const { step, refundId } of calls) {
          if (rows.some((row) => row.step === step && row.refund_id === refundId)) continue;
          const stillOpen = refundId === null || payment.refunds.some((refund) => refund.id === refundId && refund.state === 'open');
          if (stillOpen) jobs.push({ ...(await begin(unit, payment, step, { refundId })), mayBeDone: true });
        }
        return jobs;
      }),

    /** What waits for its next try has waited enough. */
    async hasten(orderId: string): Promise<void> {
      await database.sql(`update attempts set due_at = now() where order_id = ? and state = 'open' and due_at > now()`, [orderId]);
    },
  };
}

async function openCalls(database: Database, orderId: string): Promise<Call[]> {
  return database.sql<Call>(`select step, refund_id as "refundId" from attempts where order_id = ? and state = 'open'`, [orderId]);
}

function rfc3339(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
