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

export function randomFrom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
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
