import type { FieldError } from '@cartwright/kernel/http/problem';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { AttributeSchema } from './domain/attribute-schema.ts';
import type { Attributes, NewProduct, Product, Status } from './domain/product.ts';
import type { ProductView } from './domain/product-view.ts';

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

/** Thrown by Products.save: a picture that it shows is not there. */
export class NoMedia extends Error {
  override readonly name = 'NoMedia';
  readonly mediaId: string;

  constructor(mediaId: string) {
    super(`${mediaId} is no picture`);
    this.mediaId = mediaId;
  }
}

/** Thrown by Products.save: the product is not the one that was expected; read it again. */
export class Outdated extends Error {
  override readonly name = 'Outdated';
}

/** Thrown by Categories: the change would leave no tree. */
export class NoTree extends Error {
  override readonly name = 'NoTree';
}

/** Thrown by Categories.rename: another category has the slug. */
export class CategoryTaken extends Error {
  override readonly name = 'CategoryTaken';
}

export interface Rating {
  readonly sum: number;
  readonly count: number;
}

export interface ProductFilter {
  /** With those below. */
  readonly category?: string | undefined;
  readonly brand?: string | undefined;
  readonly tag?: string | undefined;
  readonly sellerId?: string | undefined;
  /** Minor units, of the cheapest variant. */
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  readonly minRating?: number | undefined;
  readonly inStock?: boolean | undefined;
  /** Each of its words stands somewhere in the product. */
  readonly q?: string | undefined;
}

/** Who looks: customers see what is published, staff sees all. */
export type Audience = 'customers' | 'staff';

/** Where a slug leads: to the product that has it, or to the one that had it last. */
export interface SlugTarget {
  readonly id: string;
  /** The slug that the product has now. */
  readonly slug: string;
}

/** A brand or a tag, and how many published products have it. */
export interface Label {
  readonly name: string;
  readonly products: number;
}

export interface Saving {
  /** `new`, `existing`, or the revision that was read; else Outdated is thrown. */
  readonly expected: 'new' | 'existing' | number;
  /**
   * Work that shall be done or not together with the product: done last before the commit, while nobody else can change the product.
   * Answers the rating, where it may have changed.
   */
  readonly beforeCommit: (unit: UnitOfWork) => Promise<Rating | undefined>;
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
  /** What customers see, unless it is for staff; so have the others that take an audience. */
  byId(id: string, audience?: Audience): Promise<Product | undefined>;
  /** Of a product of whichever status. */
  idOfSlug(slug: string): Promise<string | undefined>;
  targetOfSlug(slug: string, audience?: Audience): Promise<SlugTarget | undefined>;
  byIds(ids: readonly string[], audience?: Audience): Promise<Product[]>;
  idOfSku(sku: string): Promise<string | undefined>;
  /** In the order of ids, which is that of creation. */
  list(options: ProductFilter & { limit: number; after?: string | undefined; status?: Status | 'all' | undefined }): Promise<Product[]>;
  count(filter: ProductFilter): Promise<number>;
  /** Adds a product or replaces the one with this id. Throws Taken, NoCategory, Outdated. */
  save(product: NewProduct, attributes: Attributes, saving: Saving): Promise<Saved>;
  /** Undefined where there is none. Throws Outdated where the revision is another than the one that is expected. */
  remove(id: string, expected?: number): Promise<Removed | undefined>;
  /** What was removed under this id before. */
  removed(id: string): Promise<Removed | undefined>;
  /** Removes some of those that the import has not named; answers which, none when there are no more. */
  removeOthers(importId: string): Promise<Removed[]>;
  /** Sets what `work` answers, while no other rating of this product is worked out. Answers false when the product is gone. */
  rate(id: string, work: () => Promise<Rating>): Promise<boolean>;
  /** Brands or tags by name, of what is published. */
  labels(of: 'brand' | 'tag', after: string | undefined, limit: number): Promise<Label[]>;
  /** Ids of scheduled products whose time has come. */
  due(limit: number): Promise<string[]>;
  /** Ids in order, of whichever status, for exports and reindexing. */
  ids(after: string | undefined, limit: number): Promise<string[]>;
}

export interface Categories {
  /** Parents before their children. */
  list(): Promise<Category[]>;
  /** Adds, renames or moves one. Throws NoTree: its parent is unknown, or below itself. */
  save(category: Category): Promise<void>;
  /**
   * Gives one another slug. All that is in it follows, and the old slug leads to it. `move` is done before the commit, for what is kept elsewhere.
   * Answers false when there is none. Throws CategoryTaken.
   */
  rename(slug: string, to: string, move: () => Promise<void>): Promise<boolean>;
  /** The slug of the category that had this one last; undefined where none had it, or one has it now. */
  successorOf(slug: string): Promise<string | undefined>;
  /** Slugs that categories had, by the slug that they have. */
  formerSlugs(): Promise<Map<string, string[]>>;
  /** Answers false when there is none. Throws NoTree while products or other categories are in it. */
  remove(slug: string): Promise<boolean>;
  /** The import has named it. */
  mark(slug: string, importId: string): Promise<void>;
  /** Removes those that the import has not named, and that nothing is in; answers which. */
  removeOthers(importId: string): Promise<string[]>;
  /** How many published products are in each by itself. */
  counts(): Promise<Map<string, number>>;
}

export interface StoredSchema {
  readonly schema: AttributeSchema;
  /** From 1. */
  readonly revision: number;
}

/** What MongoDB keeps of categories: the schema of their products' attributes, by slug. */
export interface AttributeSchemas {
  all(): Promise<Map<string, StoredSchema>>;
  /** Puts it in the place of the revision that was read, 0 for none; answers its revision. Throws Outdated. */
  save(category: string, schema: AttributeSchema, expected: number): Promise<number>;
  /** Whatever is there: an import says what it is. */
  put(category: string, schema: AttributeSchema): Promise<void>;
  /** Throws Outdated. */
  remove(category: string, expected: number): Promise<void>;
  forget(categories: readonly string[]): Promise<void>;
  /** Puts the schema of one in the place of whatever is there under the other. */
  copy(from: string, to: string): Promise<void>;
}

/** What a product's attributes have to meet in its category. */
export interface AttributeRules {
  /** What is wrong, by fields of the product. */
  check(category: string, attributes: Attributes): Promise<FieldError[]>;
  /** Reads schemas and categories anew: something has changed. */
  forget(): void;
}

/** An uploaded picture; its size in pixels is that of the upload. */
export interface Media {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface MediaStore {
  byId(id: string): Promise<Media | undefined>;
  /** Makes all renditions; the same picture again is the one that is there. Throws NotAPicture. */
  add(bytes: Buffer, author: string): Promise<Media>;
  /** A rendition, as in `640.webp`. */
  read(id: string, name: string): Promise<Buffer | undefined>;
  /** Answers false while a product shows it. */
  remove(id: string): Promise<boolean>;
  /** Removes what no product has shown for a day, and what was left half done; answers how many. */
  sweep(log: Logger): Promise<number>;
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
  /** Of many products at once. */
  setAttributesOf(attributes: ReadonlyMap<string, Attributes>): Promise<void>;
  /** Those that are approved. */
  reviews(productId: string, limit: number): Promise<ImportedReview[]>;
  /** Replaces the reviews that came with imports; those that customers wrote here stay, and are not doubled. */
  replaceImportedReviews(productId: string, reviews: readonly ImportedReview[]): Promise<void>;
  ratingOf(productId: string): Promise<Rating>;
  forget(productIds: readonly string[]): Promise<void>;
}

export interface CachedView {
  readonly bytes: Buffer;
  /** Another one after each change, of rating and stock too; the revision stands before its first dot. */
  readonly stamp: string;
}

/** Views of products for whoever reads one: process memory, then Redis, then the databases. */
export interface ProductCache {
  /** The view as JSON, and the state that it shows. Undefined where customers see none. */
  get(id: string, load: () => Promise<ProductView | undefined>): Promise<CachedView | undefined>;
  /** In this process, at once; other copies look for themselves. */
  forget(ids: readonly string[]): void;
}
