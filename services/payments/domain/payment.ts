import type { NextAction } from '@cartwright/kernel/schemas';
import { ledgerEntries } from './ledger.ts';
import type { LedgerEntry } from './ledger.ts';
import { transitions } from './payment-states.ts';
import type { Announcement, PaymentState, Posting, Signal, Step } from './payment-states.ts';

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
}

/** A payment that is expected: its order was placed. */
export function expectedPayment(order: { orderId: string; paymentId: string; customerId: string | null; provider: string }): Payment {
  const nothing = { token: null, amount: null, currency: null, held: 0, captured: 0, refunded: 0 };
  return { ...order, ...nothing, state: 'expected', reference: null, nextAction: null, reason: null, version: 0 };
}

/** Decides about a signal. Undefined: it changes nothing, because it came twice or too late. */
export function settle(payment: Payment, { signal, asked, reference, nextAction, reason }: Input): Settlement | undefined {
  const transition = transitions[payment.state][signal];
  if (transition === undefined) return undefined;
  const { to, step, announce, post } = transition;
  const { amount, currency } = { ...payment, ...asked };
  if (amount === null || currency === null) {
    if (to !== 'closed') throw new Error(`The payment of order ${payment.orderId} has no amount`);
    return { payment: { ...payment, state: to } };
  }
  const posted = post === undefined ? payment : afterPosting(payment, post, amount);
  const entries = post === undefined ? [] : ledgerEntries(post, payment, amount);
  const after: Payment = {
    ...posted,
    ...asked,
    state: to,
    token: to === 'authorising' || to === 'cancelling' ? (asked?.token ?? payment.token) : null,
    reference: reference ?? payment.reference,
    nextAction: to === 'action_required' ? (nextAction ?? { type: 'unknown' }) : null,
    reason: reason ?? payment.reason,
    version: payment.version + (announce === undefined ? 0 : 1),
  };
  return {
    payment: after,
    ...(step === undefined ? {} : { step }),
    ...(announce === undefined ? {} : { announce }),
    ...(post === undefined || entries.length === 0 ? {} : { posting: { kind: post, entries } }),
  };
}

function afterPosting(payment: Payment, posting: Posting, amount: number): Payment {
  switch (posting) {
    case 'hold':
      return { ...payment, held: amount };
    case 'release':
      return { ...payment, held: 0 };
    case 'capture':
      return { ...payment, held: 0, captured: amount };
    case 'refund':
      return { ...payment, refunded: payment.captured };
  }
}
