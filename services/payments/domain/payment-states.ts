// The life of a payment as data. Each step stands beside what undoes it: authorise and void, capture and refund.

/** Calls of a provider. */
export type Step = 'authorise' | 'capture' | 'void' | 'refund' | 'look_up';

export const paymentStates = [
  'expected', // the order is known, and nothing was asked for yet
  'closed', // it ended before any money was asked for
  'authorising',
  'action_required', // the customer has to do something first
  'cancelling', // the order ended while the provider was deciding
  'authorized',
  'failed',
  'abandoning', // failed for all others; what the provider may hold after all is given back
  'capturing',
  'unwinding', // the order ended while the money was being taken
  'captured',
  'voiding',
  'voided',
  'refunding',
  'refunded',
  'void_stuck', // the provider does not let go what it holds: a person looks there, or has it tried again
  'refund_stuck', // it does not give back what it has taken: likewise, or orders asks for it anew
] as const;
export type PaymentState = (typeof paymentStates)[number];

/**
 * What happens to a payment: orders' wishes, staff's, and providers' words. `retried`: what is stuck is to be tried again; `unanswered`: the
 * provider never said; `stuck`: it will not undo; `given_back`: so much is back in all, by its own books.
 */
export const signals = [
  ...(['requested', 'confirmed', 'ended', 'refund_wanted', 'retried'] as const),
  ...(['authorised', 'action_required', 'declined', 'unanswered'] as const),
  ...(['captured', 'capture_declined', 'voided', 'refunded', 'given_back', 'stuck'] as const),
] as const;
export type Signal = (typeof signals)[number];

export type Announcement =
  'authorized' | 'failed' | 'action_required' | 'captured' | 'capture_failed' | 'voided' | 'refunded' | 'refund_failed' | 'given_back';

/** What the ledger notes. */
export type Posting = 'hold' | 'release' | 'capture' | 'refund';

/** Where a signal leads: the next state, the call to make next, what is told to others, and what the ledger notes. */
export interface Transition {
  readonly to: PaymentState;
  /** The state instead of `to` while not all that was taken has been given back. */
  readonly whileSomeIsLeft?: PaymentState;
  readonly step?: Step;
  readonly announce?: Announcement;
  readonly post?: Posting;
}

const undoHold = { to: 'voiding', step: 'void' } as const;
const undoCapture = { to: 'refunding', step: 'refund' } as const;
const fail = { to: 'failed', announce: 'failed' } as const;
const authorize = { to: 'authorized', announce: 'authorized', post: 'hold' } as const;
const voidDone = { to: 'voided', announce: 'voided', post: 'release' } as const;
const refundDone = (whileSomeIsLeft: PaymentState) => ({ to: 'refunded', whileSomeIsLeft, announce: 'refunded', post: 'refund' }) as const;
/** The provider took the money without being asked: it goes back. */
const capturedUnasked = { ...undoCapture, announce: 'failed', post: 'capture' } as const;
const capturedAfterAll = { ...undoCapture, announce: 'captured', post: 'capture' } as const;

/** A signal that a state does not name changes nothing: it came twice, or too late. A refund that is wanted then is refused (payment.ts). */
export const transitions: Readonly<Record<PaymentState, Partial<Readonly<Record<Signal, Transition>>>>> = {
  expected: { requested: { to: 'authorising', step: 'authorise' }, ended: { to: 'closed' } },
  closed: {},
  authorising: {
    authorised: authorize,
    action_required: { to: 'action_required', announce: 'action_required' },
    declined: fail,
    voided: fail,
    unanswered: { to: 'abandoning', step: 'void', announce: 'failed' },
    captured: capturedUnasked,
    ended: { to: 'cancelling' },
  },
  action_required: { authorised: authorize, declined: fail, voided: fail, captured: capturedUnasked, ended: undoHold },
  // Nobody waits for the payment any more, so its authorisation is not announced.
  cancelling: {
    authorised: { ...undoHold, post: 'hold' },
    action_required: undoHold,
    unanswered: undoHold,
    declined: fail,
    voided: { to: 'voided', announce: 'voided' },
    captured: capturedAfterAll,
  },
  authorized: {
    confirmed: { to: 'capturing', step: 'capture' },
    captured: { to: 'captured', announce: 'captured', post: 'capture' },
    ended: undoHold,
  },
  failed: { authorised: { to: 'abandoning', step: 'void', post: 'hold' }, captured: capturedAfterAll },
  abandoning: {
    voided: { to: 'failed', post: 'release' },
    refunded: { to: 'failed', post: 'release' },
    authorised: { to: 'abandoning', post: 'hold' },
    captured: capturedAfterAll,
    stuck: { to: 'void_stuck' },
  },
  capturing: {
    captured: { to: 'captured', announce: 'captured', post: 'capture' },
    capture_declined: { ...undoHold, announce: 'capture_failed' },
    ended: { to: 'unwinding' },
  },
  unwinding: { captured: capturedAfterAll, capture_declined: { ...undoHold, announce: 'capture_failed' } },
  captured: {
    ended: undoCapture,
    refund_wanted: { to: 'captured', step: 'refund' },
    refunded: refundDone('captured'),
    given_back: { to: 'refunded', whileSomeIsLeft: 'captured', announce: 'given_back', post: 'refund' }, // by hand, at the provider
    stuck: { to: 'captured', announce: 'refund_failed' }, // orders may ask again, or do without
  },
  voiding: {
    voided: voidDone,
    refunded: voidDone, // by hand, at the provider
    captured: capturedAfterAll, // a capture that got no answer, and had been done
    stuck: { to: 'void_stuck' },
  },
  // A void that found nothing was too early: what was asked for before has come there after it.
  voided: { authorised: { ...undoHold, post: 'hold' }, captured: capturedAfterAll },
  refunding: { refunded: refundDone('refunding'), stuck: { to: 'refund_stuck', announce: 'refund_failed' } },
  refunded: {},
  void_stuck: { retried: undoHold, voided: voidDone, refunded: voidDone, captured: capturedAfterAll },
  // It stays so until all is back, whoever gives it back: refunds that orders asks for, or people at the provider.
  refund_stuck: {
    retried: undoCapture,
    refund_wanted: { to: 'refund_stuck', step: 'refund' },
    refunded: refundDone('refund_stuck'),
    given_back: { to: 'refunded', whileSomeIsLeft: 'refund_stuck', announce: 'given_back', post: 'refund' },
    stuck: { to: 'refund_stuck', announce: 'refund_failed' },
  },
};

/** States in which the provider's decision is awaited, so that it is asked for when it does not come by itself. */
export const waitingStates: readonly PaymentState[] = ['authorising', 'action_required', 'cancelling'];

/** States in which nobody goes on by himself: a person is needed. */
export const stuckStates: readonly PaymentState[] = ['void_stuck', 'refund_stuck'];

/** States in which a payment may stay for good. */
export const restingStates: readonly PaymentState[] = ['closed', 'failed', 'captured', 'voided', 'refunded'];
