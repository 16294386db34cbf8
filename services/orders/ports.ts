// What the rules and routes need from outside.
import type { MethodsOf } from '@cartwright/actor-host/definition';
import type { CartActor } from '@cartwright/cart/cart-actor';
import type { CartLine, CartState } from '@cartwright/cart/state';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Address } from '@cartwright/kernel/schemas';
import type { Availability } from './domain/checkout.ts';
import type { Coupon } from './domain/coupon.ts';
import type { Order, OrderEvent, PlacedData } from './domain/order.ts';
import type { Said, Words } from './domain/words.ts';

/** What a SKU costs now. */
export interface Price {
  readonly sku: string;
  readonly title: string;
  /** Minor units. */
  readonly price: number;
  readonly currency: string;
}

/** What somebody is about to pay; minor units. */
export type PricedLine = Pick<Price, 'sku'> & { readonly unitPrice: number };

export interface ProductPrices {
  readonly productId: string;
  readonly version: number;
  readonly currency: string;
  readonly variants: readonly { readonly sku: string; readonly title: string; readonly price: number }[];
}

/** A change of a product, and the version that it gave the seller's price list. */
export interface PriceListStep {
  readonly sellerId: string;
  readonly listVersion: number;
}

/** What changed in a seller's price list since a version of it, up to another. */
export interface PriceListChanges {
  /** No variants: not for sale any more. */
  readonly items: readonly ProductPrices[];
  readonly version: number;
}

export interface Prices {
  /** Prices by SKU; what is not for sale is missing. */
  of(skus: readonly string[]): Promise<ReadonlyMap<string, Price>>;
  /** Takes over a product's prices; SKUs that it has no more are not for sale any more. */
  replace(unit: UnitOfWork, product: ProductPrices): Promise<void>;
  /** Whether these are for sale at these prices; no product is withdrawn before the transaction has ended. */
  hold(unit: UnitOfWork, lines: readonly PricedLine[], currency: string): Promise<boolean>;
  /** Nothing of these products is for sale from now on: waits for orders that are being stored, and no event that comes late brings a price back. */
  withdraw(productIds: readonly string[]): Promise<void>;
}

/** Prices of sellers, each seller's as they were at one moment together. */
export interface PriceLists {
  /** Keeps a change until those before it are there; after the commit all that follow one on the other are taken over. No variants: not for sale any more. */
  keep(unit: UnitOfWork, step: PriceListStep, product: ProductPrices): Promise<void>;
  /** Takes over whatever can be, and asks catalog for changes that have not come for long. */
  settle(): Promise<void>;
}

/** Whose truth the prices are. */
export interface PriceSource {
  /** These products, or the next after one in the order of ids; those that are gone are missing. `total`: how many there are. */
  read(which: {
    readonly productIds?: readonly string[];
    readonly after?: string;
  }): Promise<{ readonly items: readonly (ProductPrices & { readonly sellerId: string })[]; readonly total: number }>;
  /** All that changed in a seller's price list after a version of it, however much. */
  changes(sellerId: string, after: number): Promise<PriceListChanges>;
}

export interface Stock {
  /** What can be had of SKUs now, and could be at `asOf` (RFC 3339). Empty where inventory does not answer soon. */
  availability(skus: readonly string[], asOf: string): Promise<readonly Availability[]>;
}

/** Who redeems a coupon: by the account, where there is one, and by the e-mail address. */
export interface Redemption {
  readonly orderId: string;
  readonly customerId: string | null;
  readonly email: string;
}

/** A coupon with its limits; null: none. */
export interface LimitedCoupon extends Coupon {
  /** RFC 3339. */
  readonly endsAt: string | null;
  readonly maxRedemptions: number | null;
  readonly maxPerCustomer: number | null;
}

export type CouponLimits = Partial<Pick<LimitedCoupon, 'endsAt' | 'maxRedemptions' | 'maxPerCustomer'>>;

export interface Coupons {
  /** A coupon that can be redeemed now; by this customer, if one is named. */
  find(code: string, customerId?: string | null): Promise<Coupon | undefined>;
  /** Redeems it for an order within the order's transaction. False: it was used up, by all or by this customer, or ended meanwhile. */
  redeem(unit: UnitOfWork, code: string, redemption: Redemption): Promise<boolean>;
  /** All coupons by code, after one. */
  list(after: string, limit: number): Promise<(LimitedCoupon & { readonly redeemed: number })[]>;
  /** False where the code is taken. */
  create(coupon: LimitedCoupon): Promise<boolean>;
  /** Changes limits. 'unknown': there is no such coupon; 'redeemed': it was redeemed more often than it may be then. */
  limit(code: string, limits: CouponLimits): Promise<'done' | 'unknown' | 'redeemed'>;
}

export interface Contact {
  readonly email: string;
  readonly name: string;
  readonly address: Address;
  /** The language that the order was placed in, as a BCP 47 tag. */
  readonly locale: string | null;
}

/** An order with what is not part of its history. */
export interface StoredOrder {
  readonly order: Order;
  /** RFC 3339. */
  readonly createdAt: string;
  /** What the customer and staff said of it, until that is erased. */
  readonly words: Words;
}

export interface NewOrder {
  readonly id: string;
  readonly data: PlacedData;
  readonly contact: Contact;
  readonly paymentToken: string;
  readonly cause: string;
}

/** An event with its place in the history. */
export interface RecordedEvent {
  readonly version: number;
  readonly event: OrderEvent;
  readonly cause: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Which orders to list, newest first. */
export interface OrderFilter {
  readonly customerId?: string;
  readonly status?: string;
  readonly fulfilment?: string;
  /** The beginning of an order's number, or all of it. */
  readonly number?: string;
  /** Orders after this one. */
  readonly afterId?: string;
  readonly limit: number;
}

/** Says what happens to an order: none of it where it was done before. It runs within the transaction that has locked the order. */
export type Decide = (order: Order) => readonly OrderEvent[] | Promise<readonly OrderEvent[]>;

export type Place = 'placed' | 'void' | 'nothing';

export interface Orders {
  find(id: string): Promise<StoredOrder | undefined>;
  /** An order with whom it is for; the contact is missing where it was erased. */
  findWithContact(id: string): Promise<(StoredOrder & { readonly contact: Contact | undefined }) | undefined>;
  list(filter: OrderFilter): Promise<StoredOrder[]>;
  history(id: string): Promise<RecordedEvent[]>;
  /** The order that came to nothing and left this cart. */
  thatLeft(retryCartId: string): Promise<Order | undefined>;
  statuses(ids: readonly string[]): Promise<{ orderId: string; status: string }[]>;
  /** Whether an order waits for any of these SKUs to be reserved. */
  awaitsStock(skus: readonly string[]): Promise<boolean>;
  /** What there is under an order id: an order, a void row, or nothing yet. */
  placeOf(id: string): Promise<Place>;
  /** Stores a new order with its first event. False where the id, the cart or the number is taken. */
  place(unit: UnitOfWork, order: NewOrder): Promise<boolean>;
  /** Makes sure that the id never becomes an order. False where it is one already. */
  void(id: string): Promise<boolean>;
  /**
   * Locks the order, lets `decide` say what happens, and stores that: events, projection and what is published. Answers the order after.
   * Throws a Problem 404 where there is no such order. `said` is kept where anything happened.
   */
  change(unit: UnitOfWork, id: string, cause: string, decide: Decide, said?: Said): Promise<StoredOrder>;
  /** Whether it is known whom the order is for, and that they were not erased; no erasure makes it unknown before the transaction has ended. */
  holdContact(unit: UnitOfWork, id: string): Promise<boolean>;
  /** Locks one order whose deadline to be paid has passed, by Postgres' clock; passes over these, and those that others hold. */
  nextExpired(unit: UnitOfWork, except: readonly string[]): Promise<string | undefined>;
}

/** Erasing of customers. */
export interface Erasure {
  /** Forgets whom a customer's orders were for, what was said of them, and who redeemed coupons. */
  erase(unit: UnitOfWork, customerId: string): Promise<void>;
  /** Cancels what is not sent yet of those who were erased. Answers how many orders that were. */
  endOrders(): Promise<number>;
}

/** Keys that let a guest see an order. They are not stored: they follow from the order's id and a secret. */
export interface AccessKeys {
  keyOf(orderId: string): string;
  opens(orderId: string, key: string): boolean;
  /** Id of the cart that a failed order leaves behind: always the same, and nobody else can work it out. */
  retryCartId(orderId: string): string;
  /** Stands for an e-mail address where it is only compared: nobody can work the address out of it. */
  emailKey(email: string): string;
  /** Id of the cart that a user's Idempotency-Key makes: always the same. */
  keyedCartId(userId: string, idempotencyKey: string): string;
}

export interface NewCart {
  readonly currency: string;
  /** Null: a guest's. */
  readonly ownerId: string | null;
  readonly coupon?: string | null;
  readonly lines: CartLine[];
}

/** Which cart a customer is filling. */
export interface CustomerCarts {
  currentOf(customerId: string): Promise<string | undefined>;
  /** The customer has begun this cart. */
  remember(customerId: string, cartId: string, unit?: UnitOfWork): Promise<void>;
  /** Puts `next` in the place of `before` (undefined: of none). Answers the cart of the moment, which is another one where somebody was faster. */
  follow(customerId: string, before: string | undefined, next: string): Promise<string>;
}

export interface Carts {
  /** The actor of a cart; it throws ActorError where it refuses. */
  cart(id: string): MethodsOf<typeof CartActor>;
  /** Creates the cart, unless it is there already. */
  createOnce(id: string, input: NewCart): Promise<CartState>;
  /** Whose cart it is: null for a guest's, undefined where there is none. */
  ownerOf(id: string): Promise<string | null | undefined>;
}
