/** Failures that cost nothing: people mistype, and programs try several times at once. */
export const freeFailures = 10;
const longestSeconds = 60;

/**
 * Seconds between a failure and the next try, by the number of failures in a row of one account from one network address: nothing for the
 * first ten, then 1, 2, 4 … 60. So guessing from one place gets slow, and the owner, elsewhere, is not kept out.
 */
export function delayAfter(failures: number): number {
  return failures < freeFailures ? 0 : Math.min(longestSeconds, 2 ** (failures - freeFailures));
}

/** The delays after 0, 1, 2 … failures; from the last one on they stay the same. */
export function delays(): number[] {
  const list = [0];
  while (list.at(-1) !== longestSeconds) list.push(delayAfter(list.length));
  return list;
}
