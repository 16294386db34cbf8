import { applyCoupon } from './coupon.ts';
import type { Coupon } from './coupon.ts';
import type { ShippingMethod } from './shipping.ts';
import type { Destination } from './tax.ts';
import { itemsOf, largestAmount, totalsOf } from './totals.ts';
import type { OrderLine, OrderTotals, Policies } from './totals.ts';

/** A line as the customer saw it in the cart. */
export interface WantedLine {
  readonly sku: string;
  readonly quantity: number;
  /** Minor units. */
  readonly unitPrice: number;
}

/** What a SKU costs now; minor units. */
export interface CurrentPrice {
  readonly title: string;
  readonly price: number;
  readonly currency: string;
}

/** A line that is not any more what the customer saw. `now` is null where the SKU is not for sale in the cart's currency. */
export interface PriceChange {
  /** Place of the line in the cart, from 0. */
  readonly index: number;
  readonly sku: string;
  readonly was: number;
  readonly now: number | null;
}

/** Units that can be had of a SKU: now, and when the cart was filled. */
export interface Availability {
  readonly sku: string;
  readonly available: number;
  readonly availableThen: number;
}

/** A line of which there is less now than when the cart was filled, and too little. */
export interface StockChange {
  /** Place of the line in the cart, from 0. */
  readonly index: number;
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

export interface Checkout {
  readonly lines: readonly WantedLine[];
  readonly currency: string;
  readonly prices: ReadonlyMap<string, CurrentPrice>;
  /** Empty where it could not be asked for: the reservation decides in any case. */
  readonly stock: readonly Availability[];
  readonly coupon: Coupon | undefined;
  readonly shippingMethod: ShippingMethod;
  readonly destination: Destination;
  /** The total that the customer was shown, in minor units; undefined where nobody says. */
  readonly expectedTotal?: number | undefined;
}

export type CheckoutResult =
  | { readonly ok: true; readonly lines: readonly OrderLine[]; readonly totals: OrderTotals }
  | { readonly ok: false; readonly reason: 'price_changed'; readonly changes: readonly PriceChange[] }
  | { readonly ok: false; readonly reason: 'stock_changed'; readonly shortages: readonly StockChange[] }
  | { readonly ok: false; readonly reason: 'coupon_not_valid'; readonly refusal: 'currency' | 'minimum' }
  | { readonly ok: false; readonly reason: 'total_changed'; readonly totals: OrderTotals }
  | { readonly ok: false; readonly reason: 'too_large' };

/**
 * What the order costs, unless the customer has to look again first: nobody pays a price that they did not see, nor another sum, such as that of a cart to
 * which somebody has added on another device.
 */
export function checkOut(
  { lines, currency, prices, stock, coupon, shippingMethod, destination, expectedTotal }: Checkout,
  policies: Policies,
): CheckoutResult {
  const changes: PriceChange[] = [];
  const ordered: OrderLine[] = [];
  for (const [index, { sku, quantity, unitPrice }] of lines.entries()) {
    const current = prices.get(sku);
    const now = current?.currency === currency ? current.price : null;
    if (current === undefined || now !== unitPrice) changes.push({ index, sku, was: unitPrice, now });
    else ordered.push({ sku, title: current.title, quantity, unitPrice, total: quantity * unitPrice });
  }
  if (changes.length > 0) return { ok: false, reason: 'price_changed', changes };
  const shortages = stockChanges(lines, stock);
  if (shortages.length > 0) return { ok: false, reason: 'stock_changed', shortages };
  const items = itemsOf(ordered);
  // Twice the goods is more than tax and shipping make of any order.
  if (items * 2 > largestAmount) return { ok: false, reason: 'too_large' };
  const applied = coupon === undefined ? { discount: 0 } : applyCoupon(coupon, items, currency);
  if ('refusal' in applied) return { ok: false, reason: 'coupon_not_valid', refusal: applied.refusal };
  const totals = totalsOf({ lines: ordered, currency, discount: applied.discount, shippingMethod, destination }, policies);
  if (expectedTotal !== undefined && expectedTotal !== totals.total) return { ok: false, reason: 'total_changed', totals };
  return { ok: true, lines: ordered, totals };
}

/** What was too little from the start is no change: such an order is placed, and inventory rejects it. */
function stockChanges(lines: readonly WantedLine[], stock: readonly Availability[]): StockChange[] {
  const bySku = new Map(stock.map((one) => [one.sku, one]));
  return lines.flatMap(({ sku, quantity }, index) => {
    const level = bySku.get(sku);
    if (level === undefined || level.available >= quantity || level.availableThen < quantity) return [];
    return [{ index, sku, requested: quantity, available: level.available }];
  });
}
