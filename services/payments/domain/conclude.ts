import type { Input } from './payment.ts';
import type { Signal, Step } from './payment-states.ts';
import type { ProviderAnswer } from './provider-answers.ts';

/** What becomes of an attempt, and of its payment. */
export interface Conclusion {
  /** What the payment is told, one after the other. */
  readonly inputs: readonly Input[];
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

/**
 * How often a call is made that brings no answer. A capture is asked for until there is a word: its order is confirmed, and that a provider is away
 * is no reason to cancel it. A hold that has lapsed by then is a refusal. What has to be given back is tried for two days before a person is asked.
 */
const unansweredPatience: Readonly<Record<Exclude<Step, 'look_up'>, Patience>> = {
  authorise: { tries: 3, firstMs: 250, longestMs: 2000 },
  capture: { tries: Number.POSITIVE_INFINITY, firstMs: 250, longestMs: 5 * minute },
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
  if (answer === undefined || !understood(step, answer)) {
    const againInMs = delayAfter(tries, unansweredPatience[step]);
    const outcome = answer?.outcome ?? 'no_answer';
    if (againInMs !== undefined) return { inputs: [], againInMs, outcome };
    return { inputs: [{ signal: givenUp[step], reason: 'provider_timeout' }], outcome };
  }
  if (answer.outcome === 'refused') {
    const againInMs = answer.again ? delayAfter(tries, refusedPatience) : undefined;
    const outcome = answer.reason;
    if (againInMs !== undefined) return { inputs: [], againInMs, outcome };
    return { inputs: [{ signal: refusedFinally[step], reason: answer.reason }], outcome };
  }
  // Banks may take days for a refund. It is asked about until they have decided: it may still fail.
  if (step === 'refund' && answer.outcome === 'pending') return { inputs: [], againInMs: lookUpDelay(tries), outcome: 'pending' };
  return spoken(answer);
}

/**
 * A look-up repeats itself until the provider's decision is there; where it brings no answer, also of a payment that awaits none: a webhook said
 * that there is news, and comes no more.
 */
function concludeLookUp(answer: ProviderAnswer | undefined, tries: number): Conclusion {
  const askAgainInMs = lookUpDelay(tries);
  if (answer === undefined) return { inputs: [], againInMs: askAgainInMs, outcome: 'no_answer' };
  return { inputs: wordsOf(answer), askAgainInMs, outcome: spoken(answer).outcome };
}

/**
 * A call that undoes or takes money ends with what it was made for: any other word leaves it to be made again. An authorisation ends with any
 * word about the payment: that there is none is none.
 */
function understood(step: Exclude<Step, 'look_up'>, { outcome }: ProviderAnswer): boolean {
  if (step === 'authorise') return outcome !== 'unknown';
  return outcome === 'refused' || ends[step].includes(outcome);
}

const ends: Readonly<Record<'capture' | 'void' | 'refund', readonly ProviderAnswer['outcome'][]>> = {
  capture: ['captured'],
  void: ['voided', 'captured', 'refunded'],
  refund: ['refunded', 'pending'],
};

function lookUpDelay(tries: number): number {
  return delayAfter(tries, lookUpPatience) ?? lookUpPatience.longestMs;
}

function spoken(answer: ProviderAnswer): Conclusion {
  const { outcome } = answer;
  const inputs = wordsOf(answer);
  if (outcome === 'declined') return { inputs, outcome: answer.reason };
  if (outcome === 'action_required') return { inputs, lookUpInMs: customerMs, outcome };
  return { inputs, outcome, ...(outcome === 'pending' ? { lookUpInMs: pendingMs } : {}) };
}

/** What a payment is told of an answer. */
export function wordsOf(answer: ProviderAnswer): Input[] {
  const { outcome: signal } = answer;
  switch (signal) {
    case 'captured': {
      const { givenBack: amount = 0 } = answer;
      const captured = { signal, ...referenceOf(answer) };
      return amount === 0 ? [captured] : [captured, { signal: 'given_back', amount }];
    }
    case 'authorised':
    case 'voided':
    case 'refunded':
      return [{ signal, ...referenceOf(answer) }];
    case 'action_required':
      return [{ signal, reference: answer.reference, nextAction: answer.nextAction }];
    case 'declined':
      return [{ signal, reason: answer.reason, ...referenceOf(answer) }];
    case 'pending':
    case 'unknown':
    case 'refused':
      return [];
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
