import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { noteErased, unlessErased } from '@cartwright/kernel/postgres/erased-customers';
import { v4, v7 } from 'uuid';
import { announce } from '../domain/announce.ts';
import { settle } from '../domain/payment.ts';
import type { Input, Payment, Settlement } from '../domain/payment.ts';
import { stuckStates, waitingStates } from '../domain/payment-states.ts';
import type { Step } from '../domain/payment-states.ts';
import type { Job, Payments } from '../ports.ts';
import { leaseSeconds } from './lease.ts';
import { ledgerIn, writeLedger } from './ledger.ts';
import { isStuck, jobOf, paymentOf, selectPayment } from './payment-rows.ts';
import type { Attempt, PaymentRow } from './payment-rows.ts';

const leaseEnd = `now() + interval '${String(leaseSeconds)} s'`;

const nobody = '00000000-0000-0000-0000-000000000000';

/** Payments in Postgres. Whatever changes a payment holds its row. */
export function paymentsIn(database: Database): Payments {
  return {
    ...ledgerIn(database),

    async find(orderId) {
      const [row] = await database.sql<PaymentRow>(selectPayment, [orderId]);
      return row === undefined ? undefined : paymentOf(row);
    },

    async expect({ em }, { orderId, customerId, provider }) {
      if (customerId !== null) await em.execute('select pg_advisory_xact_lock_shared(hashtextextended(?, 50))', [customerId]);
      await em.execute(
        `insert into payments (order_id, payment_id, state, provider, customer_id)
         select ?, ?, 'expected', ?, ${unlessErased}
         on conflict do nothing`,
        [orderId, v7(), provider, customerId],
        'run',
      );
    },

    async ofCustomer(customerId, { afterId, limit }) {
      const rows = await database.sql<PaymentRow>(
        selectPayment.replace('order_id = ?', 'customer_id = ? and (?::uuid is null or order_id > ?::uuid) order by order_id limit ?'),
        [customerId, afterId ?? null, afterId ?? null, limit],
      );
      return rows.map(paymentOf);
    },

    async forgetCustomer(unit, customerId) {
      const { em } = unit;
      // Waits for payments of theirs that are being noted; whoever notes one later finds that they are gone.
      await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 50))', [customerId]);
      await noteErased(unit, customerId);
      await em.execute('update payments set customer_id = null where customer_id = ?', [customerId], 'run');
    },

    async tell(unit, orderId, input) {
      const payment = await lock(unit, orderId);
      return payment === undefined ? [] : (await change(unit, payment, input)).jobs;
    },

    retry: (orderId) =>
      database.transaction(async (unit) => {
        const payment = await lock(unit, orderId);
        if (payment === undefined) return undefined;
        return stuckStates.includes(payment.state) ? (await change(unit, payment, { signal: 'retried' })).jobs : 'not_stuck';
      }),

    async stuck({ after, limit }) {
      const rows = await database.sql<PaymentRow & { since: string }>(
        `select since, p.* from (
           select order_id, updated_at, to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since from payments
           where ${isStuck} and (updated_at, order_id) > (?::timestamptz, ?::uuid) order by updated_at, order_id limit ?) s
         cross join lateral (${selectPayment.replace('?', 's.order_id')}) p order by s.updated_at, s.order_id`,
        [after?.since ?? '-infinity', after?.orderId ?? nobody, limit],
      );
      return rows.map((row) => ({ payment: paymentOf(row), since: row.since }));
    },

    async lease(limit) {
      const rows = await database.sql<PaymentRow & Attempt>(
        `with due as (
           select order_id, step, number from attempts
           where state = 'open' and due_at <= now() and (leased_until is null or leased_until < now())
           order by due_at limit ? for update skip locked),
         taken as (
           update attempts a set lease = gen_random_uuid(), leased_until = ${leaseEnd} from due
           where (a.order_id, a.step, a.number) = (due.order_id, due.step, due.number) returning a.order_id, a.step, a.number, a.tries, a.lease, a.refund_id)
         select t.step, t.number, t.tries, t.lease, t.refund_id, p.* from taken t cross join lateral (${selectPayment.replace('?', 't.order_id')}) p`,
        [limit],
      );
      return rows.map((row) => jobOf(paymentOf(row), row, true));
    },

    conclude: (job, { inputs, againInMs, askAgainInMs, lookUpInMs, outcome }) =>
      database.transaction(async (unit) => {
        const before = await lock(unit, job.orderId);
        if (before === undefined || !(await holds(unit, job))) return [];
        const about = job.refundId === null ? {} : { refundId: job.refundId };
        let payment = before;
        const jobs: Job[] = [];
        for (const input of inputs) {
          const changed = await change(unit, payment, { ...about, ...input });
          payment = changed.payment;
          jobs.push(...changed.jobs);
        }
        const waits = waitingStates.includes(payment.state);
        await finish(unit, job, outcome, againInMs ?? (waits ? askAgainInMs : undefined));
        if (waits && lookUpInMs !== undefined) await begin(unit, payment, 'look_up', { inMs: lookUpInMs });
        return jobs;
      }),

    notice: ({ provider, eventId, about }) =>
      database.transaction(async (unit) => {
        const orderId = 'orderId' in about ? about.orderId : await orderOf(unit, provider, about.reference);
        const payment = orderId === undefined ? undefined : await lock(unit, orderId);
        // Nobody's, or not asked for yet: there is nothing to look up.
        if (payment?.provider !== provider || payment.amount === null) return [];
        const taken = await unit.em.execute<object[]>(
          'insert into webhooks (provider, event_id) values (?, ?) on conflict do nothing returning 1',
          [provider, eventId],
        );
        if (taken.length === 0) return [];
        await askNow(unit, payment);
        return [await begin(unit, payment, 'look_up')];
      }),
  };
}

/** Locks a payment and reads it. */
export async function lock({ em }: UnitOfWork, orderId: string): Promise<Payment | undefined> {
  // Two statements: who waits for the row would see it as it is then, but its refunds as they were when the statement began.
  await em.execute('select 1 from payments where order_id = ? for update', [orderId]);
  const [row] = await em.execute<PaymentRow[]>(selectPayment, [orderId]);
  return row === undefined ? undefined : paymentOf(row);
}

async function orderOf({ em }: UnitOfWork, provider: string, reference: string): Promise<string | undefined> {
  const [row] = await em.execute<{ id: string }[]>('select order_id as id from payments where provider = ? and reference = ?', [
    provider,
    reference,
  ]);
  return row?.id;
}

/** Refunds that a bank has not decided need not wait for their next turn when there is news. */
async function askNow({ em }: UnitOfWork, { orderId }: Payment): Promise<void> {
  await em.execute(
    `update attempts set due_at = now() where order_id = ? and step = 'refund' and state = 'open' and outcome = 'pending' and due_at > now()`,
    [orderId],
    'run',
  );
}

/** Settles a signal and writes what comes of it. */
async function change(unit: UnitOfWork, payment: Payment, input: Input): Promise<{ payment: Payment; jobs: Job[] }> {
  const settlement = settle(payment, { ...input, newId: v7() });
  if (settlement === undefined) return { payment, jobs: [] };
  await write(unit, settlement);
  const { payment: after, step, announce: announcement, refunds } = settlement;
  if (announcement !== undefined) unit.publish(announce(announcement, after, payment, refunds[0]));
  const refundId = step === 'refund' ? refunds[0]?.id : undefined;
  return { payment: after, jobs: step === undefined ? [] : [await begin(unit, after, step, { refundId })] };
}

async function write(unit: UnitOfWork, { payment, posting, refunds }: Settlement): Promise<void> {
  const { orderId, state, provider, token, amount, currency, held, captured, refunded, reference, nextAction, reason, version } = payment;
  const action = nextAction === null ? null : JSON.stringify(nextAction);
  await unit.em.execute(
    `update payments set state = ?, provider = ?, token = ?, amount = ?, currency = ?, held = ?, captured = ?, refunded = ?, reference = ?,
       next_action = ?::jsonb, reason = ?, version = ?, updated_at = now() where order_id = ?`,
    [state, provider, token, amount, currency, held, captured, refunded, reference, action, reason, version, orderId],
    'run',
  );
  for (const refund of refunds) {
    await unit.em.execute(
      `insert into refunds (refund_id, order_id, amount, state) values (?, ?, ?, ?)
       on conflict (refund_id) do update set state = excluded.state, updated_at = now()`,
      [refund.id, orderId, refund.amount, refund.state],
      'run',
    );
  }
  const refundId = posting?.kind === 'refund' ? (refunds[0]?.id ?? payment.paymentId) : null;
  if (posting !== undefined && currency !== null) await writeLedger(unit, { orderId, currency, refundId, ...posting });
}

/** Adds an attempt: leased to this process to be made at once, or due later. */
export async function begin(
  { em }: UnitOfWork,
  payment: Payment,
  step: Step,
  { inMs, refundId = null }: { readonly inMs?: number; readonly refundId?: string | null | undefined } = {},
): Promise<Job> {
  const lease = v4();
  const now = inMs === undefined;
  const [row] = await em.execute<{ number: number }[]>(
    `insert into attempts (order_id, step, number, due_at, lease, leased_until, refund_id)
     select ?, ?, coalesce(max(number), 0) + 1, now() + ? * interval '1 ms', ?, ${now ? leaseEnd : 'null'}, ?::uuid
     from attempts where order_id = ? and step = ? returning number`,
    [payment.orderId, step, inMs ?? 0, now ? lease : null, refundId, payment.orderId, step],
  );
  if (row === undefined) throw new Error(`No attempt was added for order ${payment.orderId}`);
  return jobOf(payment, { step, number: row.number, tries: 0, lease, refund_id: refundId }, false);
}

/** Whether the attempt is still this process' own. */
async function holds({ em }: UnitOfWork, { orderId, step, number, lease }: Job): Promise<boolean> {
  const rows = await em.execute<object[]>(
    `select 1 from attempts where order_id = ? and step = ? and number = ? and lease = ? and state = 'open' for update`,
    [orderId, step, number, lease],
  );
  return rows.length > 0;
}

async function finish({ em }: UnitOfWork, { orderId, step, number }: Job, outcome: string, againInMs: number | undefined): Promise<void> {
  const end = againInMs === undefined ? `state = 'done', done_at = now()` : `due_at = now() + ? * interval '1 ms'`;
  await em.execute(
    `update attempts set tries = tries + 1, lease = null, leased_until = null, outcome = ?, ${end} where order_id = ? and step = ? and number = ?`,
    [outcome, ...(againInMs === undefined ? [] : [againInMs]), orderId, step, number],
    'run',
  );
}
