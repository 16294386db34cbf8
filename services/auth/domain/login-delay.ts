import type { Guessed } from '../ports.ts';

/** Failures that cost nothing, since people mistype and programs try several times at once; and the longest delay, in seconds. */
const paces: Readonly<Record<Guessed, { readonly free: number; readonly longest: number }>> = {
  password: { free: 10, longest: 60 },
  // Of an account, from all devices together that are not known: a network of many machines gets slow too. The owner's own devices are not held up.
  account: { free: 100, longest: 30 },
  // Three of a million codes are right: at one try in a quarter of an hour nobody finds one before the owner, who is told, has another password.
  code: { free: 5, longest: 900 },
};

/**
 * Seconds between a failure and the next try, by the number of failures in a row: nothing for the first ones, then 1, 2, 4 … up to the longest.
 */
export function delayAfter(failures: number, guessed: Guessed = 'password'): number {
  const { free, longest } = paces[guessed];
  return failures < free ? 0 : Math.min(longest, 2 ** (failures - free));
}

/** The delays after 0, 1, 2 … failures; from the last one on they stay the same. */
export function delays(guessed: Guessed = 'password'): number[] {
  const list = [0];
  while (list.at(-1) !== paces[guessed].longest) list.push(delayAfter(list.length, guessed));
  return list;
}
