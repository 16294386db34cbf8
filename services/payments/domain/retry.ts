import type { Step } from './payment.ts';

/** Calls without an answer before the provider counts as not answering. Voids and refunds are tried for ever: the money is not ours. */
const mostTries: Readonly<Record<Step, number>> = {
  authorise: 3,
  capture: 6,
  void: Number.POSITIVE_INFINITY,
  refund: Number.POSITIVE_INFINITY,
};

/** Milliseconds until the next try after so many; undefined when it was the last one. */
export function delayAfter(step: Step, tries: number): number | undefined {
  return tries >= mostTries[step] ? undefined : Math.min(60_000, 500 * 2 ** (tries - 1));
}
