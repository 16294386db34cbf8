import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { PriceRule } from './domain/price-rule.ts';
import type { ProductFilter } from './ports.ts';

/** Which prices are changed: these, or those of products that a filter finds, drafts included. */
export type PriceSelection =
  { readonly skus: readonly string[] } | Pick<ProductFilter, 'category' | 'brand' | 'tag' | 'sellerId' | 'minPrice' | 'maxPrice'>;

/** Times are ISO 8601. */
export interface PriceChange {
  readonly id: string;
  readonly author: string;
  readonly reason: string;
  readonly selection: PriceSelection;
  readonly rule: PriceRule;
  readonly state: 'preview' | 'applying' | 'applied' | 'cancelled';
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly counts: Readonly<Record<'total' | 'lower' | 'higher' | 'same' | 'impossible' | 'pending' | 'applied' | 'skipped', number>>;
}

export interface PriceChangeItem {
  readonly productId: string;
  readonly sku: string;
  readonly title: string;
  readonly currency: string;
  readonly before: number;
  readonly after: number | null;
  readonly state: 'pending' | 'applied' | 'skipped' | 'impossible';
  readonly appliedAt: string | null;
}

/** Thrown by PriceChanges.create. */
export class UnknownSkus extends Error {
  override readonly name = 'UnknownSkus';
  readonly skus: readonly string[];

  constructor(skus: readonly string[]) {
    super(`There are no variants ${skus.slice(0, 5).join(', ')}`);
    this.skus = skus;
  }
}

/** Thrown by PriceChanges.create. */
export class TooMany extends Error {
  override readonly name = 'TooMany';
}

export interface PriceChanges {
  /** Writes down what would become of each price. Throws UnknownSkus, TooMany. */
  create(unit: UnitOfWork, change: Pick<PriceChange, 'id' | 'author' | 'reason' | 'selection' | 'rule'>): Promise<PriceChange>;
  byId(id: string): Promise<PriceChange | undefined>;
  /** The newest first. */
  list(limit: number, before?: string): Promise<PriceChange[]>;
  /** By product and SKU, after such a pair. */
  items(
    id: string,
    options: { limit: number; after?: readonly [string, string] | undefined; state?: PriceChangeItem['state'] | undefined },
  ): Promise<PriceChangeItem[]>;
  /** Answers false where it is in none of the states. */
  move(id: string, from: readonly PriceChange['state'][], to: PriceChange['state']): Promise<boolean>;
  /** Takes a change that is to be applied, and that nobody works on. Whoever works on it asks for pending products every 30 s, or another takes it. */
  take(): Promise<Pick<PriceChange, 'id' | 'rule'> | undefined>;
  pendingProducts(id: string, limit: number): Promise<string[]>;
  pendingOf(id: string, productId: string): Promise<{ sku: string; before: number; after: number }[]>;
  /** Within the product's transaction: these SKUs were changed, the other pending ones were not. */
  settle(unit: UnitOfWork, id: string, productId: string, applied: readonly string[]): Promise<void>;
  /** The product is gone. */
  skip(id: string, productId: string): Promise<void>;
}

/** What a product costs. */
export interface ListedPrices {
  readonly productId: string;
  readonly version: number;
  readonly listVersion: number;
  readonly currency: string;
  /** None: the product is not for sale. */
  readonly variants: readonly { readonly sku: string; readonly title: string; readonly price: number }[];
}

export interface PriceListChanges {
  readonly items: readonly ListedPrices[];
  /** Version of the list at which it has all these. */
  readonly version: number;
  /** False: there are later changes, and only once these are known too are the prices those of one moment. */
  readonly complete: boolean;
}

/** What each seller's products cost together. */
export interface PriceLists {
  /** Products that changed after a version of the list, as they are now, in the order of their last changes. */
  changes(sellerId: string, after: number, limit: number): Promise<PriceListChanges>;
}
