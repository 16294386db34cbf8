import type { NextAction } from '@cartwright/kernel/schemas';
import { ledgerEntries } from './ledger.ts';
import type { LedgerEntry } from './ledger.ts';
import { transitions } from './payment-states.ts';
import type { Announcement, PaymentState, Posting, Signal, Step } from './payment-states.ts';
import { leftToRefund, refundChange, withRefunds } from './refunds.ts';
import type { Refund } from './refunds.ts';

/** What is asked for, once the stock is held. */
export interface Asked {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly provider: string;
  /** Of the means of payment. */
  readonly token: string;
}

export interface Payment {
  readonly orderId: string;
  readonly paymentId: string;
  /** Null: a guest's. */
  readonly customerId: string | null;
  readonly state: PaymentState;
  readonly provider: string;
  readonly token: string | null;
  /** Minor units; null until it is asked for. */
  readonly amount: number | null;
  readonly currency: string | null;
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
  readonly refunds: readonly Refund[];
  readonly reference: string | null;
  readonly nextAction: NextAction | null;
  readonly reason: string | null;
  readonly version: number;
}

/** A signal with what it says. */
export interface Input {
  readonly signal: Signal;
  /** With `requested`. */
  readonly asked?: Asked;
  /** With `refund_wanted`, and with what a provider says about one refund. */
  readonly refundId?: string;
  /** For a refund that nobody has named: one that is tried again, or was made at the provider. */
  readonly newId?: string;
  /** Minor units. With `refund_wanted`: so much. With `given_back`: so much in all. */
  readonly amount?: number;
  readonly reference?: string;
  readonly nextAction?: NextAction;
  /** Why, as a code. */
  readonly reason?: string;
}

/** What a signal makes of a payment. */
export interface Settlement {
  readonly payment: Payment;
  readonly step?: Step;
  readonly announce?: Announcement;
  readonly posting?: { readonly kind: Posting; readonly entries: readonly LedgerEntry[] };
  /** Refunds that are new or have changed; the step `refund` is about the open one. */
  readonly refunds: readonly Refund[];
}

/** A payment that is expected: nothing was asked for yet. */
export function expectedPayment(order: { orderId: string; paymentId: string; customerId: string | null; provider: string }): Payment {
  const nothing = { token: null, amount: null, currency: null, held: 0, captured: 0, refunded: 0, refunds: [] };
  return { ...order, ...nothing, state: 'expected', reference: null, nextAction: null, reason: null, version: 0 };
}

/** Decides about a signal. Undefined: it changes nothing, because it came twice or too late. */
export function settle(payment: Payment, input: Input): Settlement | undefined {
  const { signal, asked, reference, nextAction, reason } = input;
  const transition = transitions[payment.state][signal];
  if (signal === 'refund_wanted' && (transition === undefined || leftToRefund(payment) < (input.amount ?? 0)))
    return refuseRefund(payment, input);
  if (transition === undefined) return undefined;
  const { step, announce, post } = transition;
  const { amount, currency } = { ...payment, ...asked };
  if (amount === null || currency === null) {
    if (transition.to !== 'closed') throw new Error(`The payment of order ${payment.orderId} has no amount`);
    return { payment: { ...payment, state: transition.to }, refunds: [] };
  }
  const taken = post === undefined || post === 'refund' ? payment : afterPosting(payment, post, amount);
  const change = refundChange(taken, transition, input);
  if (change === undefined) return undefined;
  const { touched, givenBack } = change;
  const refunded = taken.refunded + givenBack;
  const to = refunded < taken.captured ? (transition.whileSomeIsLeft ?? transition.to) : transition.to;
  const entries = post === undefined ? [] : ledgerEntries(post, payment, post === 'refund' ? givenBack : amount);
  const after: Payment = {
    ...taken,
    ...asked,
    refunded,
    refunds: withRefunds(taken.refunds, touched),
    state: to,
    token: to === 'authorising' || to === 'cancelling' ? (asked?.token ?? payment.token) : null,
    reference: reference ?? payment.reference,
    nextAction: to === 'action_required' ? (nextAction ?? { type: 'unknown' }) : null,
    reason: reason ?? payment.reason,
    version: payment.version + (announce === undefined ? 0 : 1),
  };
  const calls = step !== undefined && (step !== 'refund' || touched.length > 0);
  return {
    payment: after,
    refunds: touched,
    ...(calls ? { step } : {}),
    ...(announce === undefined ? {} : { announce }),
    ...(post === undefined || entries.length === 0 ? {} : { posting: { kind: post, entries } }),
  };
}

/** A refund of what was not taken, or not any more, is answered too: orders waits for a word. */
function refuseRefund(payment: Payment, { refundId: id, amount }: Input): Settlement | undefined {
  if (id === undefined || amount === undefined || payment.refunds.some((refund) => refund.id === id)) return undefined;
  const refunds: Refund[] = [{ id, amount, state: 'failed' }];
  const after = { ...payment, refunds: withRefunds(payment.refunds, refunds), reason: 'nothing_to_refund', version: payment.version + 1 };
  return { payment: after, refunds, announce: 'refund_failed' };
}

function afterPosting(payment: Payment, posting: Exclude<Posting, 'refund'>, amount: number): Payment {
  switch (posting) {
    case 'hold':
      return { ...payment, held: amount };
    case 'release':
      return { ...payment, held: 0 };
    case 'capture':
      return { ...payment, held: 0, captured: amount };
  }
}
