import type { Attributes, NewProduct, Product } from './domain/product.ts';
import type { ProductSummary, ProductView } from './domain/product-view.ts';
import type { Facet } from './domain/search/facets.ts';
import type { Place, SearchRequest } from './domain/search/search-query.ts';

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

/** Thrown by Products.save: its category is gone. */
export class NoCategory extends Error {
  override readonly name = 'NoCategory';
}

/** Thrown by Products.save: the product is not the one that was expected; read it again. */
export class Outdated extends Error {
  override readonly name = 'Outdated';
}

/** Thrown by Categories: the change would leave no tree. */
export class NoTree extends Error {
  override readonly name = 'NoTree';
}

export interface Rating {
  readonly sum: number;
  readonly count: number;
}

export interface ProductFilter {
  /** With those below. */
  readonly category?: string | undefined;
  readonly brand?: string | undefined;
  /** Minor units, of the cheapest variant. */
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  readonly minRating?: number | undefined;
  readonly inStock?: boolean | undefined;
  /** Each of its words stands somewhere in the product. */
  readonly q?: string | undefined;
}

export interface Saving {
  /** `new`, `existing`, or the version that was read; else Outdated is thrown. */
  readonly expected: 'new' | 'existing' | number;
  /**
   * Work that shall be done or not together with the product: done last before the commit, while nobody else can change the product.
   * Answers the rating, where it may have changed.
   */
  readonly beforeCommit: () => Promise<Rating | undefined>;
}

/** A product that was, and what it was sold as. */
export interface Removed {
  readonly id: string;
  readonly skus: readonly string[];
}

/** Who sells the products. */
export interface Sales {
  /**
   * Answers when nobody can order these any more, and nothing will be reserved for earlier orders. Events say so too, but later than who removed
   * them is answered. Throws a Problem 503 where that is not sure.
   */
  end(removed: readonly Removed[]): Promise<void>;
}

/** Products and variants; each change is committed with its event and its place in the queue of the search index. */
export interface Products {
  byId(id: string): Promise<Product | undefined>;
  idOfSlug(slug: string): Promise<string | undefined>;
  byIds(ids: readonly string[]): Promise<Product[]>;
  idOfSku(sku: string): Promise<string | undefined>;
  /** In the order of ids, which is that of creation. */
  list(options: ProductFilter & { limit: number; after?: string | undefined }): Promise<Product[]>;
  count(filter: ProductFilter): Promise<number>;
  /** Adds a product or replaces the one with this id. Throws Taken, NoCategory, Outdated. */
  save(product: NewProduct, attributes: Attributes, saving: Saving): Promise<Saved>;
  /** Undefined where there is none. */
  remove(id: string): Promise<Removed | undefined>;
  /** What was removed under this id before. */
  removed(id: string): Promise<Removed | undefined>;
  /** Removes all but these; answers which were removed. */
  keepOnly(ids: readonly string[]): Promise<Removed[]>;
  /** Sets what `work` answers, while no other rating of this product is worked out. Answers false when the product is gone. */
  rate(id: string, work: () => Promise<Rating>): Promise<boolean>;
  /** Ids in order, for exports and reindexing. */
  ids(after: string | undefined, limit: number): Promise<string[]>;
}

export interface Categories {
  /** Parents before their children. */
  list(): Promise<Category[]>;
  /** Adds, renames or moves one. Throws NoTree: its parent is unknown, or below itself. */
  save(category: Category): Promise<void>;
  /** Answers false when there is none. Throws NoTree while products or other categories are in it. */
  remove(slug: string): Promise<boolean>;
  /** Removes those that are neither named nor used. */
  keepOnly(slugs: readonly string[]): Promise<void>;
}

/** A review as an import brings it. */
export interface ImportedReview {
  readonly id: string;
  readonly productId: string;
  readonly author: string;
  readonly rating: number;
  readonly title: string | null;
  readonly text: string;
  readonly createdAt: string;
}

/** What MongoDB keeps of products: attributes whose names no table knows, and reviews as files hold them. */
export interface Documents {
  attributesOf(productIds: readonly string[]): Promise<Map<string, Attributes>>;
  setAttributes(productId: string, attributes: Attributes): Promise<void>;
  /** Those that are approved. */
  reviews(productId: string, limit: number): Promise<ImportedReview[]>;
  /** Replaces the reviews that came with imports; those that customers wrote here stay, and are not doubled. */
  replaceImportedReviews(productId: string, reviews: readonly ImportedReview[]): Promise<void>;
  ratingOf(productId: string): Promise<Rating>;
  forget(productIds: readonly string[]): Promise<void>;
}

/** Where the words stand, as HTML: the text escaped, the words in `<mark>`. */
export interface Highlight {
  readonly title?: string;
  readonly description?: string;
}

export interface SearchResult {
  readonly items: readonly (ProductSummary & { readonly highlight: Highlight })[];
  readonly total: number;
  readonly facets: Readonly<Record<Facet, { value: string; count: number }[]>>;
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

/** Views of products for whoever reads one: process memory, then Redis, then the databases. */
export interface ProductCache {
  /** The view as JSON. */
  get(id: string, load: () => Promise<ProductView | undefined>): Promise<Buffer | undefined>;
  /** In this process, at once; other copies look for themselves. */
  forget(ids: readonly string[]): void;
}
