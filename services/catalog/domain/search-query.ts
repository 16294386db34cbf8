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
  readonly after?: readonly (string | number)[] | undefined;
}

export const searchSorts = ['relevance', 'price', '-price', 'rating', 'newest'] as const;
export type SearchSort = (typeof searchSorts)[number];

type Json = Record<string, unknown>;

/** Bounds of the price facet, in minor units. */
export const priceRanges = [
  { key: 'under-25', to: 2500 },
  { key: '25-50', from: 2500, to: 5000 },
  { key: '50-100', from: 5000, to: 10_000 },
  { key: '100-250', from: 10_000, to: 25_000 },
  { key: 'over-250', from: 25_000 },
] as const;

const facets = {
  category: { terms: { field: 'categories', size: 50 } },
  brand: { terms: { field: 'brand.keyword', size: 50 } },
  price: { range: { field: 'price', ranges: priceRanges } },
  rating: {
    range: {
      field: 'rating',
      ranges: [
        { key: '4', from: 4 },
        { key: '3', from: 3 },
        { key: '2', from: 2 },
      ],
    },
  },
  inStock: { terms: { field: 'inStock' } },
} as const;
export type Facet = keyof typeof facets;

/**
 * Elasticsearch's query. Filters are applied after the facets are counted (post_filter), and each facet is counted under all filters but its own:
 * the numbers beside brands say what choosing another brand would show.
 */
export function searchQuery(request: SearchRequest): Json {
  const filters = filtersOf(request);
  const all = Object.values(filters);
  return {
    query: matching(request.q),
    ...(all.length === 0 ? {} : { post_filter: { bool: { filter: all } } }),
    aggs: Object.fromEntries(
      Object.entries(facets).map(([name, facet]) => {
        const others = Object.entries(filters).filter(([filter]) => filter !== name);
        return [name, { filter: { bool: { filter: others.map(([, filter]) => filter) } }, aggs: { values: facet } }];
      }),
    ),
    sort: sortOf(request.sort ?? 'relevance', request.q !== undefined),
    size: request.limit + 1,
    track_total_hits: true,
    _source: ['view'],
    ...(request.after === undefined ? {} : { search_after: request.after }),
  };
}

function filtersOf({ category, brand, minPrice, maxPrice, minRating, inStock }: SearchRequest): Partial<Record<Facet, Json>> {
  return {
    ...(category === undefined ? {} : { category: { term: { categories: category } } }),
    ...(brand === undefined ? {} : { brand: { term: { 'brand.keyword': brand } } }),
    ...(minPrice === undefined && maxPrice === undefined
      ? {}
      : {
          price: {
            range: {
              price: { ...(minPrice === undefined ? {} : { gte: minPrice }), ...(maxPrice === undefined ? {} : { lte: maxPrice }) },
            },
          },
        }),
    ...(minRating === undefined ? {} : { rating: { range: { rating: { gte: minRating } } } }),
    ...(inStock === undefined ? {} : { inStock: { term: { inStock } } }),
  };
}

/** All words, typos forgiven; titles count most, and products that can be bought come before those that cannot. */
function matching(q: string | undefined): Json {
  if (q === undefined || q.trim() === '') return { match_all: {} };
  const fields = ['title^4', 'brand^3', 'tags^2', 'categoryNames^2', 'attributes', 'description'];
  return {
    bool: {
      must: [
        {
          bool: {
            should: [
              { multi_match: { query: q, fields, type: 'cross_fields', operator: 'and', boost: 3 } },
              { multi_match: { query: q, fields, fuzziness: 'AUTO', prefix_length: 1, operator: 'and', type: 'best_fields' } },
              {
                multi_match: {
                  query: q,
                  fields: ['title^4', 'brand^3'],
                  fuzziness: 'AUTO',
                  prefix_length: 1,
                  minimum_should_match: '2<70%',
                  boost: 0.5,
                },
              },
              { term: { skus: { value: q.trim(), boost: 20 } } },
            ],
            minimum_should_match: 1,
          },
        },
      ],
      should: [{ match_phrase: { title: { query: q, boost: 4 } } }, { term: { inStock: { value: true, boost: 0.5 } } }],
    },
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
