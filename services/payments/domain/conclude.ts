import type { Input } from './payment.ts';
import type { Signal, Step } from './payment-states.ts';
import type { ProviderAnswer } from './provider-answers.ts';

/** What becomes of an attempt, and of its payment. */
export interface Conclusion {
  /** What the payment is told. */
  readonly input?: Input;
  /** The same call is made again after so long, with the same key. Without it the attempt is done. */
  readonly againInMs?: number;
  /** As `againInMs`, but only while the provider's decision is still awaited. */
  readonly askAgainInMs?: number;
  /** The decision is asked for after so long, unless it has come by then. */
  readonly lookUpInMs?: number;
  /** For the record. */
  readonly outcome: string;
}

interface Patience {
  /** Most calls. */
  readonly tries: number;
  readonly firstMs: number;
  readonly longestMs: number;
}

const minute = 60_000;

/** How often a call is made that brings no answer. What has to be given back is tried for two days before a person is asked. */
const unansweredPatience: Readonly<Record<Exclude<Step, 'look_up'>, Patience>> = {
  authorise: { tries: 3, firstMs: 250, longestMs: 2000 },
  capture: { tries: 12, firstMs: 250, longestMs: minute },
  void: { tries: 200, firstMs: 500, longestMs: 15 * minute },
  refund: { tries: 200, firstMs: 500, longestMs: 15 * minute },
};

/** How often a call is made that the provider refuses for now. */
const refusedPatience: Patience = { tries: 4, firstMs: 200, longestMs: minute };
const lookUpPatience: Patience = { tries: Number.POSITIVE_INFINITY, firstMs: 5000, longestMs: 15 * minute };

/** A decision that is under way is asked for soon; one that waits for the customer, later. */
const pendingMs = 5000;
const customerMs = minute;

/** Milliseconds until the next call after so many: twice as long each time. Undefined when that was the last. */
export function delayAfter(tries: number, { tries: most, firstMs, longestMs }: Patience): number | undefined {
  return tries >= most ? undefined : Math.min(longestMs, firstMs * 2 ** (tries - 1));
}

/**
 * Decides about an attempt.
 * @param answer what the provider said; undefined when it gave no answer
 * @param tries how often the call was made, this time included
 */
export function conclude(step: Step, answer: ProviderAnswer | undefined, tries: number): Conclusion {
  if (step === 'look_up') return concludeLookUp(answer, tries);
  if (answer === undefined) {
    const againInMs = delayAfter(tries, unansweredPatience[step]);
    const outcome = 'no_answer';
    if (againInMs !== undefined) return { againInMs, outcome };
    return { input: { signal: givenUp[step], reason: 'provider_timeout' }, outcome };
  }
  if (answer.outcome === 'refused') {
    const againInMs = answer.again ? delayAfter(tries, refusedPatience) : undefined;
    const outcome = answer.reason;
    if (againInMs !== undefined) return { againInMs, outcome };
    return { input: { signal: refusedFinally[step], reason: answer.reason }, outcome };
  }
  return spoken(answer);
}

/** A look-up repeats itself until the provider's decision is there. */
function concludeLookUp(answer: ProviderAnswer | undefined, tries: number): Conclusion {
  const askAgainInMs = delayAfter(tries, lookUpPatience) ?? lookUpPatience.longestMs;
  if (answer === undefined) return { askAgainInMs, outcome: 'no_answer' };
  const { input, outcome } = spoken(answer);
  return { askAgainInMs, outcome, ...(input === undefined ? {} : { input }) };
}

function spoken(answer: ProviderAnswer): Conclusion {
  const { outcome } = answer;
  switch (outcome) {
    case 'authorised':
    case 'captured':
    case 'voided':
    case 'refunded':
      return { input: { signal: outcome, ...referenceOf(answer) }, outcome };
    case 'action_required':
      return { input: { signal: outcome, reference: answer.reference, nextAction: answer.nextAction }, lookUpInMs: customerMs, outcome };
    case 'declined':
      return { input: { signal: outcome, reason: answer.reason, ...referenceOf(answer) }, outcome: answer.reason };
    case 'pending':
      return { lookUpInMs: pendingMs, outcome };
    case 'unknown':
    case 'refused':
      return { outcome };
  }
}

function referenceOf({ reference }: { readonly reference?: string }): { reference?: string } {
  return reference === undefined ? {} : { reference };
}

const givenUp: Readonly<Record<Exclude<Step, 'look_up'>, Signal>> = {
  authorise: 'unanswered',
  capture: 'capture_declined',
  void: 'stuck',
  refund: 'stuck',
};

const refusedFinally: Readonly<Record<Exclude<Step, 'look_up'>, Signal>> = { ...givenUp, authorise: 'declined' };
