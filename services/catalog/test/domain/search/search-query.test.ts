import { expect } from 'chai';
import { searchQuery } from '../../../domain/search/search-query.ts';
import { asWritten } from '../../../domain/search/spelling.ts';
import type { SearchRequest } from '../../../domain/search/search-query.ts';

interface Query {
  query: Record<string, unknown>;
  post_filter?: { bool: { filter: unknown[] } };
  aggs: Record<string, { filter: { bool: { filter: unknown[] } } }>;
  sort: Record<string, unknown>[];
  size: number;
  search_after?: unknown;
}
const query = (request: Partial<SearchRequest>): Query =>
  searchQuery(
    { limit: 20, ...request },
    request.q === undefined ? undefined : { q: request.q, mode: 'exact', spelling: asWritten },
  ) as unknown as Query;

describe('The search query', () => {
  it('counts a facet under all filters but its own', () => {
    const { aggs, post_filter: filter } = query({ brand: 'Fennwood', category: 'home', maxPrice: 100 });
    expect(filter?.bool.filter).to.have.length(3);
    expect(aggs['brand']?.filter.bool.filter).to.deep.equal([{ term: { categories: 'home' } }, { range: { price: { lte: 100 } } }]);
    expect(aggs['rating']?.filter.bool.filter).to.have.length(3);
  });

  it('filters by price from and to, rating and stock', () => {
    expect(query({ minPrice: 5, maxPrice: 9, minRating: 4, inStock: true }).post_filter?.bool.filter).to.deep.equal([
      { range: { price: { gte: 5, lte: 9 } } },
      { range: { rating: { gte: 4 } } },
      { term: { inStock: true } },
    ]);
    expect(query({ minPrice: 5 }).post_filter?.bool.filter).to.deep.equal([{ range: { price: { gte: 5 } } }]);
  });

  it('lists everything without words', () => {
    expect(query({}).query).to.deep.equal({ match_all: {} });
    expect(query({}).post_filter).to.equal(undefined);
  });

  it('has a total order in every sort, so that pages follow each other without holes', () => {
    for (const sort of ['relevance', 'price', '-price', 'rating', 'newest'] as const) {
      expect(query({ sort, q: 'x' }).sort.at(-1)).to.deep.equal({ id: 'asc' });
      expect(query({ sort }).sort.at(-1)).to.deep.equal({ id: 'asc' });
    }
  });

  it('asks for one more than the page, to know whether there is another', () => {
    expect(query({ limit: 20, after: { mode: 'exact', values: [1, 'x'] } })).to.deep.include({ size: 21, search_after: [1, 'x'] });
  });
});
