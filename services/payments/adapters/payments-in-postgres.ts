import { PaymentActionRequired } from '@cartwright/kernel/events/payment-action-required';
import { PaymentAuthorized } from '@cartwright/kernel/events/payment-authorized';
import { PaymentCaptureFailed } from '@cartwright/kernel/events/payment-capture-failed';
import { PaymentCaptured } from '@cartwright/kernel/events/payment-captured';
import { PaymentFailed } from '@cartwright/kernel/events/payment-failed';
import { PaymentRefunded } from '@cartwright/kernel/events/payment-refunded';
import { PaymentVoided } from '@cartwright/kernel/events/payment-voided';
import type { NewEvent } from '@cartwright/kernel/events/event';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { NextAction } from '@cartwright/kernel/schemas';
import { v7 } from 'uuid';
import { ledgerEntries, next } from '../domain/payment.ts';
import type { Announcement, Input, PaymentState, Step } from '../domain/payment.ts';

export interface Payment {
  readonly orderId: string;
  readonly paymentId: string;
  readonly customerId: string | null;
  readonly state: PaymentState;
  readonly provider: string;
  readonly token: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly reference: string | null;
  readonly nextAction: NextAction | null;
  readonly reason: string | null;
  readonly cancelRequested: boolean;
  readonly version: number;
}

const columns = `order_id as "orderId", payment_id as "paymentId", customer_id as "customerId", state, provider, token, amount::float8 as amount,
  currency, reference, next_action as "nextAction", reason, cancel_requested as "cancelRequested", version`;

export const selectPayment = `select ${columns} from payments where order_id = ?`;

/** A payment that is expected: its order was placed. */
export async function expectPayment(
  unit: UnitOfWork,
  { orderId, customerId, provider }: { orderId: string; customerId: string | null; provider: string },
): Promise<void> {
  await unit.em.execute(
    `insert into payments (order_id, payment_id, customer_id, state, provider) values (?, ?, ?, 'expected', ?) on conflict do nothing`,
    [orderId, v7(), customerId, provider],
    'run',
  );
}

/** What is asked for, once the stock is held. */
export interface Asked {
  readonly amount: number;
  readonly currency: string;
  readonly token: string;
  readonly provider: string;
}

/**
 * Applies an input to a payment: its state, its next call, the ledger and its event, all in the unit's transaction. Answers the call that
 * is to be made, or undefined. An input that the state does not know changes nothing.
 */
export async function applyInput(unit: UnitOfWork, orderId: string, input: Input, asked?: Asked): Promise<Step | undefined> {
  const [payment] = await unit.em.execute<Payment[]>(`${selectPayment} for update`, [orderId]);
  if (payment === undefined) return undefined;
  const transition = next(payment.state, input.type, payment.cancelRequested);
  if (transition === undefined) return undefined;
  const { to, step, announce, ledger, cancelRequested } = transition;
  const after: Payment = {
    ...payment,
    ...asked,
    state: to,
    reference: 'reference' in input ? input.reference : payment.reference,
    nextAction: input.type === 'action_required' ? input.nextAction : to === 'action_required' ? payment.nextAction : null,
    reason: 'reason' in input ? input.reason : payment.reason,
    cancelRequested: payment.cancelRequested || cancelRequested === true,
    version: payment.version + (announce === undefined ? 0 : 1),
  };
  await unit.em.execute(
    `update payments set state = ?, provider = ?, token = ?, amount = ?, currency = ?, reference = ?, next_action = ?::jsonb, reason = ?,
       cancel_requested = ?, version = ?, updated_at = now() where order_id = ?`,
    [
      after.state,
      after.provider,
      after.state === 'authorising' ? after.token : null,
      after.amount,
      after.currency,
      after.reference,
      after.nextAction === null ? null : JSON.stringify(after.nextAction),
      after.reason,
      after.cancelRequested,
      after.version,
      orderId,
    ],
    'run',
  );
  if (ledger !== undefined) await writeLedger(unit, after, ledger);
  if (announce !== undefined) unit.publish(eventOf(announce, after));
  if (step !== undefined) {
    await unit.em.execute(
      `insert into attempts (order_id, step) values (?, ?)
       on conflict (order_id, step) do update set state = 'open', due_at = now(), leased_until = null, done_at = null`,
      [orderId, step],
      'run',
    );
  }
  return step;
}

async function writeLedger(unit: UnitOfWork, payment: Payment, kind: 'capture' | 'refund'): Promise<void> {
  const { amount, currency } = moneyOf(payment);
  const transaction = v7();
  const entries = ledgerEntries(kind, payment.provider, amount);
  const places = entries.map(() => '(?, ?, ?, ?, ?, ?)').join(', ');
  await unit.em.execute(
    `insert into ledger_entries (transaction_id, order_id, kind, account, amount, currency) values ${places}`,
    entries.flatMap((entry) => [transaction, payment.orderId, kind, entry.account, entry.amount, currency]),
    'run',
  );
}

function moneyOf({ orderId, amount, currency }: Payment): { orderId: string; amount: number; currency: string } {
  if (amount === null || currency === null) throw new Error(`The payment of order ${orderId} has no amount`);
  return { orderId, amount, currency };
}

function eventOf(announcement: Announcement, payment: Payment): NewEvent {
  const { orderId, paymentId, provider, version: aggregateVersion, nextAction } = payment;
  const place = { aggregateId: orderId, aggregateVersion };
  const reason = payment.reason ?? 'unknown';
  switch (announcement) {
    case 'authorized':
      return PaymentAuthorized.create({ ...place, data: { paymentId, provider, ...moneyOf(payment) } });
    case 'failed':
      return PaymentFailed.create({ ...place, data: { orderId, provider, reason } });
    case 'action_required':
      return PaymentActionRequired.create({ ...place, data: { orderId, nextAction: nextAction ?? { type: 'unknown' } } });
    case 'captured':
      return PaymentCaptured.create({ ...place, data: moneyOf(payment) });
    case 'capture_failed':
      return PaymentCaptureFailed.create({ ...place, data: { orderId, reason } });
    case 'voided':
      return PaymentVoided.create({ ...place, data: { orderId } });
    case 'refunded':
      return PaymentRefunded.create({ ...place, data: moneyOf(payment) });
  }
}
