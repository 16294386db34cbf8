import { facetCounts, filtersOf } from './facets.ts';
import { highlighting, matching, wellSpelt } from './matching.ts';
import type { Strictness, Words } from './matching.ts';

/** What a customer looks for. Prices are minor units. */
export interface SearchRequest {
  readonly q?: string | undefined;
  readonly category?: string | undefined;
  readonly brand?: string | undefined;
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  readonly minRating?: number | undefined;
  readonly inStock?: boolean | undefined;
  readonly sort?: SearchSort | undefined;
  readonly limit: number;
  /** Where the page before ended; undefined for the first one. */
  readonly after?: Place | undefined;
}

/** Where a page ended. Later pages go on in the same state of the index (a point in time), which is opened for the second one. */
export interface Place {
  readonly mode: Strictness;
  readonly pit?: string;
  /** The last hit's sort values. */
  readonly values: readonly (string | number)[];
}

export const searchSorts = ['relevance', 'price', '-price', 'rating', 'newest'] as const;
export type SearchSort = (typeof searchSorts)[number];

type Json = Record<string, unknown>;

/**
 * Elasticsearch's query. Filters are applied after the facets are counted (post_filter). `enough` counts what was found under no filter, in the
 * exact mode only what has all words in its names: none means that the words have to be taken less strictly.
 */
export function searchQuery(request: SearchRequest, words: Words | undefined): Json {
  const { after } = request;
  const filters = filtersOf(request);
  const all = Object.values(filters);
  return {
    query: matching(words),
    ...(all.length === 0 ? {} : { post_filter: { bool: { filter: all } } }),
    aggs: { ...facetCounts(filters), enough: { filter: words?.mode === 'exact' ? wellSpelt(words) : { match_all: {} } } },
    ...(words === undefined ? {} : { highlight: highlighting(words) }),
    sort: sortOf(request.sort ?? 'relevance', words !== undefined),
    size: request.limit + 1,
    track_total_hits: true,
    _source: ['view'],
    ...(after === undefined ? {} : { search_after: after.values }),
  };
}

/** Ends with the id, so that the order is total and a page follows another without holes. */
function sortOf(sort: SearchSort, hasWords: boolean): Json[] {
  const tie = { id: 'asc' };
  switch (sort) {
    case 'price':
      return [{ price: 'asc' }, tie];
    case '-price':
      return [{ price: 'desc' }, tie];
    case 'rating':
      return [{ rating: { order: 'desc', missing: '_last' } }, tie];
    case 'newest':
      return [{ createdAt: 'desc' }, tie];
    case 'relevance':
      return hasWords ? [{ _score: 'desc' }, tie] : [{ inStock: 'desc' }, { reviewCount: 'desc' }, tie];
  }
}
