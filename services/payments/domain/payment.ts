import type { NextAction } from '@cartwright/kernel/schemas';

/** Calls of a provider. */
export type Step = 'authorise' | 'capture' | 'void' | 'refund';

/**
 * expected: the order was placed, and its stock is not reserved yet. closed: it ended before any money was asked for.
 */
export type PaymentState =
  | 'expected'
  | 'closed'
  | 'authorising'
  | 'action_required'
  | 'authorized'
  | 'failed'
  | 'capturing'
  | 'captured'
  | 'capture_failed'
  | 'voiding'
  | 'voided'
  | 'refunding'
  | 'refunded';

/** What happens to a payment: orders' wishes, and providers' words. */
export type Input =
  | { readonly type: 'requested' }
  | { readonly type: 'confirmed' }
  | { readonly type: 'ended' }
  | { readonly type: 'authorised'; readonly reference: string }
  | { readonly type: 'action_required'; readonly reference: string; readonly nextAction: NextAction }
  | { readonly type: 'pending'; readonly reference: string }
  | { readonly type: 'declined'; readonly reason: string }
  | { readonly type: 'captured' }
  | { readonly type: 'capture_declined'; readonly reason: string }
  | { readonly type: 'voided' }
  | { readonly type: 'refunded' };

export type Announcement = 'authorized' | 'failed' | 'action_required' | 'captured' | 'capture_failed' | 'voided' | 'refunded';

/** Where an input leads: the next state, the call to make next, what is told to others, and what the ledger notes. */
export interface Transition {
  readonly to: PaymentState;
  readonly step?: Step;
  readonly announce?: Announcement;
  readonly ledger?: 'capture' | 'refund';
  /** The order has ended while a call was under way: what it brings is undone. */
  readonly cancelRequested?: true;
}

type Table = Readonly<Record<PaymentState, Partial<Readonly<Record<Input['type'], Transition>>>>>;

/**
 * States and transitions as data. An input that a state does not name changes nothing: it came twice, or too late. Every step stands
 * beside what undoes it: authorise ↔ void, capture ↔ refund.
 */
export const transitions: Table = {
  expected: { requested: { to: 'authorising', step: 'authorise' }, ended: { to: 'closed' } },
  authorising: {
    authorised: { to: 'authorized', announce: 'authorized' },
    action_required: { to: 'action_required', announce: 'action_required' },
    pending: { to: 'authorising' }, // the webhook brings the word
    declined: { to: 'failed', announce: 'failed' },
    ended: { to: 'authorising', cancelRequested: true },
  },
  action_required: {
    authorised: { to: 'authorized', announce: 'authorized' },
    declined: { to: 'failed', announce: 'failed' },
    ended: { to: 'voiding', step: 'void' },
  },
  authorized: { confirmed: { to: 'capturing', step: 'capture' }, ended: { to: 'voiding', step: 'void' } },
  capturing: {
    captured: { to: 'captured', announce: 'captured', ledger: 'capture' },
    capture_declined: { to: 'capture_failed', announce: 'capture_failed' },
    ended: { to: 'capturing', cancelRequested: true },
  },
  captured: { ended: { to: 'refunding', step: 'refund' } },
  capture_failed: { ended: { to: 'voiding', step: 'void' } },
  voiding: { voided: { to: 'voided', announce: 'voided' }, authorised: { to: 'voiding', step: 'void' } },
  refunding: { refunded: { to: 'refunded', announce: 'refunded', ledger: 'refund' } },
  failed: {},
  closed: {},
  voided: {},
  refunded: {},
};

/** States in which nothing is left to be done, whatever comes. */
export const finalStates: readonly PaymentState[] = ['failed', 'closed', 'voided', 'refunded'];

/**
 * The transition of an input, or undefined when there is none. Where the order ended while a call was under way, what the call
 * brought is announced, so that orders know, and undone at once.
 */
export function next(state: PaymentState, input: Input['type'], cancelRequested: boolean): Transition | undefined {
  const transition = transitions[state][input];
  if (transition === undefined || !cancelRequested || transition.cancelRequested === true) return transition;
  const undo = transitions[transition.to].ended;
  return undo?.step === undefined ? transition : { ...transition, to: undo.to, step: undo.step };
}

/** Double-entry: what a transaction debits and credits, in minor units; it adds up to zero. */
export interface LedgerEntry {
  readonly account: string;
  readonly amount: number;
}

/** A capture puts the money with the provider and counts as sales; a refund takes both back. */
export function ledgerEntries(kind: 'capture' | 'refund', provider: string, amount: number): LedgerEntry[] {
  const sign = kind === 'capture' ? 1 : -1;
  return [
    { account: `provider:${provider}`, amount: sign * amount },
    { account: 'sales', amount: -sign * amount },
  ];
}
