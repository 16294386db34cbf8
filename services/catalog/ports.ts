import type { Attributes, NewProduct, Product } from './domain/product.ts';
import type { ProductSummary, ProductView } from './domain/product-view.ts';
import type { Facet, SearchRequest } from './domain/search-query.ts';

export interface Category {
  readonly slug: string;
  readonly name: string;
  readonly parent: string | null;
}

export type Saved = { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly product: Pick<Product, 'id' | 'slug'> };

/** Thrown by Products.save: another product has it. */
export class Taken extends Error {
  override readonly name = 'Taken';
  readonly field: 'slug' | 'sku';
  readonly value: string;

  constructor(field: 'slug' | 'sku', value: string) {
    super(`The ${field} ${value} is taken by another product`);
    this.field = field;
    this.value = value;
  }
}

/** Products and variants; each change is committed with its event and its place in the queue of the search index. */
export interface Products {
  byId(id: string): Promise<Product | undefined>;
  idOfSlug(slug: string): Promise<string | undefined>;
  byIds(ids: readonly string[]): Promise<Product[]>;
  /** By id; with those of categories below. */
  list(options: { category?: string | undefined; limit: number; after?: string | undefined }): Promise<Product[]>;
  /** Adds a product or replaces the one with this id. Throws Taken. */
  save(product: NewProduct, attributes: Attributes): Promise<Saved>;
  remove(id: string): Promise<boolean>;
  /** Removes all but these; answers how many. */
  keepOnly(ids: readonly string[]): Promise<number>;
  setRating(id: string, sum: number, count: number): Promise<void>;
  /** Ids in order, for exports and reindexing. */
  ids(after: string | undefined, limit: number): Promise<string[]>;
}

export interface Categories {
  list(): Promise<Category[]>;
  save(category: Category): Promise<void>;
}

export interface Review {
  readonly id: string;
  readonly productId: string;
  /** Who wrote it; null for reviews that came with an import. */
  readonly customerId: string | null;
  readonly author: string;
  readonly rating: number;
  readonly title: string | null;
  readonly text: string;
  readonly createdAt: string;
}

/** What MongoDB keeps: reviews, and attributes whose names no table knows. */
export interface Documents {
  attributesOf(productIds: readonly string[]): Promise<Map<string, Attributes>>;
  setAttributes(productId: string, attributes: Attributes): Promise<void>;
  reviews(productId: string, limit: number, before?: string): Promise<Review[]>;
  /** Answers false when this customer has reviewed the product already. */
  addReview(review: Review): Promise<boolean>;
  /** Replaces the reviews that came with imports. */
  replaceImportedReviews(productId: string, reviews: readonly Review[]): Promise<void>;
  ratingOf(productId: string): Promise<{ sum: number; count: number }>;
  forget(productIds: readonly string[]): Promise<void>;
}

export interface SearchResult {
  readonly items: readonly ProductSummary[];
  readonly total: number;
  readonly facets: Readonly<Record<Facet, readonly { value: string; count: number }[]>>;
  /** Where the page ends; undefined on the last one. */
  readonly last: readonly (string | number)[] | undefined;
}

export interface IndexEntry {
  readonly id: string;
  /** Later ones win, whichever comes last. */
  readonly version: number;
  /** undefined removes the entry. */
  readonly document: Record<string, unknown> | undefined;
}

export interface SearchIndex {
  search(request: SearchRequest): Promise<SearchResult>;
  suggest(prefix: string, limit: number): Promise<{ text: string; id: string; slug: string }[]>;
  write(entries: readonly IndexEntry[]): Promise<void>;
  /** Makes the index when it is not there. Answers whether it was made. */
  prepare(): Promise<boolean>;
  ping(): Promise<void>;
}

/** Views of products for whoever reads one: process memory, then Redis, then the databases. */
export interface ProductCache {
  /** The view as JSON. */
  get(id: string, load: () => Promise<ProductView | undefined>): Promise<Buffer | undefined>;
  forget(ids: readonly string[]): Promise<void>;
}
