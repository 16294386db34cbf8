import { wordsOf } from './conclude.ts';
import { settle } from './payment.ts';
import type { Input, Payment } from './payment.ts';
import { stuckStates } from './payment-states.ts';
import type { PaymentState, Step } from './payment-states.ts';
import type { ProviderAnswer } from './provider-answers.ts';
import { openRefunds } from './refunds.ts';

/** What can differ between a payment and the provider's records. Those that a state machine can settle come first. */
export const differenceNames = [
  'undecided_here', // the provider has decided, and its word did not come
  'held_there', // it holds money that we believe let go
  'taken_there', // it has taken money, and we do not know
  'given_back_there', // more is back than we know
  'let_go_there', // it has let go, and we do not know
  'nobody_calls', // a call is to be made, and nobody is at it
  'under_way', // a call is to be made again
  'not_there', // it knows nothing of a payment that is held or taken here
  'not_held_there',
  'not_taken_there',
  'not_given_back_there', // such as a refund that failed at the bank after it was done
  'amount_differs',
  'open_there', // it still waits for a customer whose payment has failed here
  'needs_a_person', // it refused for good to undo
  'no_answer',
  'unknown_here', // it has a payment of an order that we never heard of
] as const;
export type DifferenceName = (typeof differenceNames)[number];

/** A call of the provider that is to be made. */
export interface Call {
  readonly step: Step;
  readonly refundId: string | null;
}

export type Verdict =
  | { readonly kind: 'agrees' }
  /** The payment is told what it did not know. */
  | { readonly kind: 'tell'; readonly name: DifferenceName; readonly inputs: readonly Input[] }
  /** Calls that nobody makes are begun. */
  | { readonly kind: 'call'; readonly name: 'nobody_calls'; readonly calls: readonly Call[] }
  /** A call is under way already. */
  | { readonly kind: 'wait'; readonly name: 'under_way' }
  /** Nobody here can put it right. */
  | { readonly kind: 'differs'; readonly name: DifferenceName };

/**
 * Compares a payment with what its provider says about it.
 * @param answer of a look-up; undefined: there was none
 * @param open calls that are to be made, or are being made
 */
export function compare(payment: Payment, answer: ProviderAnswer | undefined, open: readonly Call[]): Verdict {
  if (answer === undefined) return { kind: 'differs', name: 'no_answer' };
  const inputs = wordsOf(answer);
  if (isNews(payment, inputs)) return { kind: 'tell', name: nameOf(payment, answer), inputs };
  const awaited = awaitedCalls(payment, answer);
  if (awaited.length > 0) {
    const calls = awaited.filter((call) => !open.some((other) => isMade(call, other)));
    return calls.length > 0 ? { kind: 'call', name: 'nobody_calls', calls } : { kind: 'wait', name: 'under_way' };
  }
  const name = unlike(payment, answer);
  return name === undefined ? { kind: 'agrees' } : { kind: 'differs', name };
}

/** Whether the payment would not be what it is, had it heard this. */
function isNews(before: Payment, inputs: readonly Input[]): boolean {
  let payment = before;
  for (const input of inputs) {
    payment = settle(payment, { ...input, newId: 'there' })?.payment ?? payment;
  }
  return (['state', 'held', 'captured', 'refunded'] as const).some((part) => payment[part] !== before[part]);
}

function nameOf({ state }: Payment, answer: ProviderAnswer): DifferenceName {
  if (state === 'authorising' || state === 'action_required' || state === 'cancelling') return 'undecided_here';
  if (answer.outcome === 'authorised') return 'held_there';
  if (answer.outcome === 'refunded' || state === 'captured' || state === 'refund_stuck') return 'given_back_there';
  return answer.outcome === 'captured' ? 'taken_there' : 'let_go_there';
}

const callOf: Partial<Readonly<Record<PaymentState, Step>>> = {
  capturing: 'capture',
  unwinding: 'capture',
  voiding: 'void',
  abandoning: 'void',
};

function awaitedCalls({ state, refunds }: Payment, { outcome }: ProviderAnswer): Call[] {
  if (state === 'authorising' || state === 'cancelling') return [{ step: outcome === 'unknown' ? 'authorise' : 'look_up', refundId: null }];
  if (state === 'captured' || state === 'refunding' || state === 'refund_stuck')
    return openRefunds(refunds).map(({ id }) => ({ step: 'refund', refundId: id }));
  const step = callOf[state];
  return step === undefined ? [] : [{ step, refundId: null }];
}

/** A look-up that is to be made does for an authorisation too: it ends where that is known. */
function isMade(call: Call, other: Call): boolean {
  const deciding: readonly Step[] = ['authorise', 'look_up'];
  return call.refundId === other.refundId && (call.step === other.step || (deciding.includes(call.step) && deciding.includes(other.step)));
}

/** In what a payment that waits for nothing is unlike the provider's record. */
function unlike(payment: Payment, answer: ProviderAnswer): DifferenceName | undefined {
  const { state } = payment;
  const { outcome } = answer;
  if (stuckStates.includes(state)) return 'needs_a_person';
  if (state === 'captured' || state === 'refunded') return unlikeSums(payment, answer);
  if (state === 'authorized' && outcome !== 'authorised') return outcome === 'unknown' ? 'not_there' : 'not_held_there';
  if (state === 'action_required' && outcome === 'unknown') return 'not_there';
  const over = state === 'failed' || state === 'voided';
  return over && (outcome === 'action_required' || outcome === 'pending') ? 'open_there' : undefined;
}

function unlikeSums({ captured, refunded }: Payment, answer: ProviderAnswer): DifferenceName | undefined {
  if (answer.outcome === 'unknown') return 'not_there';
  if (answer.outcome !== 'captured' && answer.outcome !== 'refunded') return 'not_taken_there';
  const { taken = captured, givenBack = refunded } = answer;
  if (taken !== captured) return 'amount_differs';
  return givenBack === refunded ? undefined : 'not_given_back_there';
}
