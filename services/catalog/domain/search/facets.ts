import type { SearchRequest } from './search-query.ts';

type Json = Record<string, unknown>;

/** Bounds of the price facet, in minor units. */
export const priceRanges = [
  { key: 'under-25', to: 2500 },
  { key: '25-50', from: 2500, to: 5000 },
  { key: '50-100', from: 5000, to: 10_000 },
  { key: '100-250', from: 10_000, to: 25_000 },
  { key: 'over-250', from: 25_000 },
] as const;

/** What has at least so many stars, in the order of the facet. */
export const ratingSteps = [2, 3, 4] as const;
/** Categories and brands are counted up to so many of each, the most frequent first. */
export const mostValues = 50;

const facets = {
  category: { terms: { field: 'categories', size: mostValues } },
  brand: { terms: { field: 'brand.keyword', size: mostValues } },
  price: { range: { field: 'price', ranges: priceRanges } },
  rating: {
    range: {
      field: 'rating',
      ranges: ratingSteps.map((from) => ({ key: String(from), from })),
    },
  },
  inStock: { terms: { field: 'inStock' } },
} as const;
export type Facet = keyof typeof facets;
export const facetNames = Object.keys(facets) as Facet[];
export type FacetCounts = Readonly<Record<Facet, { value: string; count: number }[]>>;
export const noCounts: FacetCounts = { category: [], brand: [], price: [], rating: [], inStock: [] };

/** Each facet is counted under all filters but its own: the numbers beside brands say what choosing another brand would show. */
export function facetCounts(filters: Partial<Record<Facet, Json>>): Json {
  return Object.fromEntries(
    Object.entries(facets).map(([name, facet]) => {
      const others = Object.entries(filters).filter(([filter]) => filter !== name);
      return [name, { filter: { bool: { filter: others.map(([, filter]) => filter) } }, aggs: { values: facet } }];
    }),
  );
}

export function filtersOf({ category, brand, minPrice, maxPrice, minRating, inStock }: SearchRequest): Partial<Record<Facet, Json>> {
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
