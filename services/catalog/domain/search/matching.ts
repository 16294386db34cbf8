import { alternativesOf } from './alternatives.ts';
import type { Alternative } from './alternatives.ts';
import type { Spelling } from './spelling.ts';
import { singular, termsOf, wordsOf } from './terms.ts';

type Json = Record<string, unknown>;

/**
 * How strictly words are taken. `exact`: all of them, or what stands for them. `forgiving`: or what they may have been meant to be. `partial`: half
 * of the words. Each finds what the one before it finds, and ranks that first.
 */
export const strictness = ['exact', 'forgiving', 'partial'] as const;
export type Strictness = (typeof strictness)[number];

/** The words of a search and how they are taken. */
export interface Words {
  readonly q: string;
  readonly mode: Strictness;
  /** What misspelt words may have been meant to be; asked where typos are forgiven. */
  readonly spelling: Spelling;
}

/** Where a product has its name, and how much a word there counts beside one in the description. */
const names = ['terms.title^6', 'terms.brand^4', 'terms.category^3', 'terms.tags^3', 'terms.joined^5', 'terms.attributes^1.2'];
const everywhere = [...names, 'terms.description^0.5'];

/** The query for what a customer typed; every product when that is nothing. Products that can be bought come before those that cannot. */
export function matching(words: Words | undefined): Json {
  if (words === undefined) return { match_all: {} };
  return {
    function_score: {
      query: wordsMatching(words),
      functions: [
        { filter: { term: { inStock: true } }, weight: 1.3 },
        { filter: { range: { rating: { gte: 4 } } }, weight: 1.03 },
      ],
      score_mode: 'multiply',
      boost_mode: 'multiply',
    },
  };
}

function wordsMatching({ q, mode, spelling }: Words): Json {
  const terms = termsOf(q);
  const sku = { term: { skus: { value: q.trim().toUpperCase(), boost: 50 } } };
  // Only silent words: as they are written, then.
  if (terms.length === 0) return { bool: { should: [sku, { match_phrase: { title: q } }], minimum_should_match: 1 } };
  const found = {
    bool: {
      should: alternativesOf(terms, spelling).map((alternatives) => ({
        dis_max: { queries: alternatives.map((one, index) => inFields(one, index === 0 ? everywhere : names)), tie_breaker: 0.1 },
      })),
      minimum_should_match: mode === 'partial' ? '50%' : '100%',
    },
  };
  return {
    bool: {
      must: [{ dis_max: { queries: [found, sku] } }],
      should: terms.length === 1 ? [] : [{ match_phrase: { 'terms.title': { query: terms.join(' '), slop: 1, boost: 3 } } }],
    },
  };
}

/** All words found in names of one product: then they are spelt as they are meant. */
export function wellSpelt({ q, spelling }: Words): Json {
  const clauses = alternativesOf(termsOf(q), spelling).map((alternatives) => ({
    bool: { should: alternatives.map((alternative) => inFields(alternative, names)), minimum_should_match: 1 },
  }));
  return { bool: { should: [{ bool: { filter: clauses } }, { term: { skus: q.trim().toUpperCase() } }], minimum_should_match: 1 } };
}

/** What marks words in the texts that are shown; these hold words as they are written. */
export function highlighting({ q, spelling }: Words): Json {
  const terms = termsOf(q);
  const forms = new Set(wordsOf(q).filter((word) => terms.includes(singular(word))));
  for (const word of alternativesOf(terms, spelling).flatMap((alternatives) => alternatives.flatMap((one) => one.terms)))
    for (const form of [word, `${word}s`, `${word}es`, `${word}'s`]) forms.add(form);
  return {
    highlight_query: { multi_match: { query: [...forms].slice(0, 200).join(' '), fields: ['title', 'description'] } },
    fields: { title: { number_of_fragments: 0 }, description: { number_of_fragments: 1, fragment_size: 160 } },
    encoder: 'html',
    pre_tags: ['<mark>'],
    post_tags: ['</mark>'],
  };
}

function inFields({ terms, weight }: Alternative, fields: readonly string[]): Json {
  const query = terms.join(' ');
  if (terms.length === 1) return { multi_match: { query, fields, boost: weight, tie_breaker: 0.15 } };
  return { multi_match: { query, fields, type: 'cross_fields', operator: 'and', boost: weight / terms.length } };
}
