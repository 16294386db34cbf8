import type { Product } from './domain/product.ts';
import type { FacetCounts } from './domain/search/facets.ts';
import type { SearchRequest } from './domain/search/search-query.ts';

/** Where a page of a fallback's list ended. */
export interface ListPlace {
  /** The last product's place in the order that was asked for, a whole number. */
  readonly key: number;
  readonly id: string;
}

export interface Listed {
  readonly items: readonly Product[];
  readonly total: number;
  /** Of at most twenty thousand products; nothing where counting would have taken too long. */
  readonly facets: FacetCounts;
  /** Where the page ends; undefined on the last one. */
  readonly last: ListPlace | undefined;
}

/** Finds products while the search index is away. Words begin as they are typed: typos and synonyms are not known. */
export interface FallbackSearch {
  search(request: Omit<SearchRequest, 'after'> & { readonly after?: ListPlace | undefined }): Promise<Listed>;
  /** Titles with words that begin like these. */
  suggest(text: string, limit: number): Promise<{ text: string; id: string; slug: string }[]>;
}
