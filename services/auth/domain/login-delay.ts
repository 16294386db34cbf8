/** Failures that cost nothing: people mistype. */
export const freeFailures = 5;
const longestSeconds = 60;

/**
 * Seconds to wait after so many failures in a row, counted by account and network address together: 1, 2, 4 … 60. So guessing from
 * one place gets slow, and the owner, elsewhere, is not kept out.
 */
export function delayAfter(failures: number): number {
  return failures < freeFailures ? 0 : Math.min(longestSeconds, 2 ** (failures - freeFailures));
}
