import type { Product } from './domain/product.ts';
import type { ProductSummary } from './domain/product-view.ts';
import type { FacetCounts } from './domain/search/facets.ts';
import type { Place, SearchRequest } from './domain/search/search-query.ts';

/** Where the words stand, as HTML: the text escaped, the words in `<mark>`. */
export interface Highlight {
  readonly title?: string;
  readonly description?: string;
}

export interface SearchResult {
  readonly items: readonly (ProductSummary & { readonly highlight: Highlight })[];
  readonly total: number;
  readonly facets: FacetCounts;
  /** Where the page ends; undefined on the last one. */
  readonly last: Place | undefined;
  /** The words as they may have been meant, where no product has them as they were typed. */
  readonly didYouMean?: string;
}

export interface IndexEntry {
  readonly id: string;
  /** Later ones win, whichever comes last. */
  readonly version: number;
  /** undefined removes the entry. */
  readonly document: Record<string, unknown> | undefined;
}

export interface SearchIndex {
  /** Throws NotAPlace: `after` is none that a search gave. */
  search(request: SearchRequest): Promise<SearchResult>;
  /** What is like a product, the most alike first; undefined where the index does not know it. */
  related(id: string, limit: number): Promise<ProductSummary[] | undefined>;
  suggest(prefix: string, limit: number): Promise<{ text: string; id: string; slug: string }[]>;
  /** Writes to each of these indices; later versions win. Answers those that are not there. */
  write(names: readonly string[], entries: readonly IndexEntry[]): Promise<string[]>;
  /** Makes an empty index; nothing when it is there. */
  create(name: string): Promise<void>;
  /** Searches ask this index from now on, and no other. Answers false when it is not there. */
  publish(name: string): Promise<boolean>;
  /** Whether it is the one that searches ask. */
  isPublished(name: string): Promise<boolean>;
  /** Removes all indices of this kind but one. */
  dropOthers(name: string): Promise<void>;
  /** Documents as they were written, by id; those that are not there are missing. */
  read(ids: readonly string[]): Promise<Map<string, Record<string, unknown>>>;
  count(): Promise<number>;
  /** What searches ask. */
  readonly alias: string;
  ping(): Promise<void>;
}

/** Thrown by SearchIndex.search. */
export class NotAPlace extends Error {
  override readonly name = 'NotAPlace';
}

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
