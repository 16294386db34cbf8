import type { NextAction } from '@cartwright/kernel/schemas';
import type { Payment } from '../domain/payment.ts';
import { stuckStates } from '../domain/payment-states.ts';
import type { PaymentState, Step } from '../domain/payment-states.ts';
import type { Refund } from '../domain/refunds.ts';
import type { Job } from '../ports.ts';

/** A payment as Postgres gives it; amounts come as numbers, they fit into a double. */
interface PaymentRow {
  order_id: string;
  payment_id: string;
  customer_id: string | null;
  state: PaymentState;
  provider: string;
  token: string | null;
  amount: number | null;
  currency: string | null;
  held: number;
  captured: number;
  refunded: number;
  refunds: Refund[];
  reference: string | null;
  next_action: NextAction | null;
  reason: string | null;
  version: number;
}

export const selectPayment = `select order_id, payment_id, customer_id, state, provider, token, amount::float8, currency, held::float8, captured::float8,
  refunded::float8,
  (select coalesce(jsonb_agg(jsonb_build_object('id', refund_id, 'amount', r.amount, 'state', r.state) order by r.created_at, refund_id), '[]')
   from refunds r where r.order_id = payments.order_id) as refunds, reference, next_action, reason, version from payments where order_id = ?`;

/** A condition on rows of payments. */
export const isStuck = `state in (${stuckStates.map((state) => `'${state}'`).join(', ')})`;

export function paymentOf(row: PaymentRow): Payment {
  return {
    orderId: row.order_id,
    paymentId: row.payment_id,
    customerId: row.customer_id,
    state: row.state,
    provider: row.provider,
    token: row.token,
    amount: row.amount,
    currency: row.currency,
    held: row.held,
    captured: row.captured,
    refunded: row.refunded,
    refunds: row.refunds,
    reference: row.reference,
    nextAction: row.next_action,
    reason: row.reason,
    version: row.version,
  };
}

export type { PaymentRow };

export interface Attempt {
  readonly step: Step;
  readonly number: number;
  readonly tries: number;
  readonly lease: string;
  readonly refund_id: string | null;
}

/** The call that an attempt stands for. */
export function jobOf(payment: Payment, { step, number, tries, lease, refund_id: refundId }: Attempt, mayBeDone: boolean): Job {
  const { orderId, currency, provider, token, reference } = payment;
  const amount = refundId === null ? payment.amount : (payment.refunds.find(({ id }) => id === refundId)?.amount ?? null);
  if (amount === null || currency === null) throw new Error(`The payment of order ${orderId} has no amount`);
  const key = `${orderId}:${step}:${String(number)}`;
  return { orderId, amount, currency, key, reference, lease, step, number, tries, mayBeDone, provider, token, refundId };
}
