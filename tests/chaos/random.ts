import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Choices that a seed reproduces. */
export interface Random {
  /** A whole number from 0 to `below` − 1. */
  upTo(below: number): number;
  /** True so often of a hundred times. */
  percent(share: number): boolean;
  /** One of them. */
  oneOf<T>(choices: readonly T[]): T;
}

/** The seed, and what the choices are for: each of these has choices of its own, whatever was chosen elsewhere and however often. */
export function randomFrom(seed: number, ...what: readonly (string | number)[]): Random {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...what]))
    .digest();
  const generator = xoroshiro128plus(digest.readInt32BE());
  const upTo = (below: number): number => uniformInt(generator, 0, below - 1);
  return {
    upTo,
    percent: (share) => upTo(100) < share,
    oneOf: (choices) => {
      const chosen = choices[upTo(choices.length)];
      if (chosen === undefined) throw new RangeError('There is nothing to choose from');
      return chosen;
    },
  };
}
