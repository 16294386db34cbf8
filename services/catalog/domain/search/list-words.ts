import { singular, termsOf, wordsOf } from './terms.ts';

/** Parts of a product's words in Postgres: A is the title, B the brand, C are the tags, D is the description. */
export type Weights = 'AB' | 'ABCD';

/**
 * Postgres' query (`tsquery`) for what a customer typed: every word, as it is written or in the singular, begins a word of the product. Words that say
 * nothing do not count, unless there are no others. Undefined where there is no word at all: nothing is found then.
 */
export function listQuery(text: string, weights: Weights): string | undefined {
  const words = wordsOf(text);
  const telling = termsOf(text).length === 0 ? words : words.filter((word) => termsOf(word).length > 0);
  if (telling.length === 0) return undefined;
  return telling.map((word) => `(${[...new Set([word, singular(word)])].map((form) => `'${form}':*${weights}`).join(' | ')})`).join(' & ');
}
