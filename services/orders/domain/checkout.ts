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

export interface Checkout {
  readonly lines: readonly WantedLine[];
  readonly currency: string;
  readonly prices: ReadonlyMap<string, CurrentPrice>;
  readonly coupon: Coupon | undefined;
  readonly shippingMethod: ShippingMethod;
  readonly destination: Destination;
}

export type CheckoutResult =
  | { readonly ok: true; readonly lines: readonly OrderLine[]; readonly totals: OrderTotals }
  | { readonly ok: false; readonly reason: 'price_changed'; readonly changes: readonly PriceChange[] }
  | { readonly ok: false; readonly reason: 'coupon_not_valid'; readonly refusal: 'currency' | 'minimum' }
  | { readonly ok: false; readonly reason: 'too_large' };

/** What the order costs, unless the customer has to look again first: nobody pays a price that they did not see. */
export function checkOut({ lines, currency, prices, coupon, shippingMethod, destination }: Checkout, policies: Policies): CheckoutResult {
  const changes: PriceChange[] = [];
  const ordered: OrderLine[] = [];
  for (const [index, { sku, quantity, unitPrice }] of lines.entries()) {
    const current = prices.get(sku);
    const now = current?.currency === currency ? current.price : null;
    if (current === undefined || now !== unitPrice) changes.push({ index, sku, was: unitPrice, now });
    else ordered.push({ sku, title: current.title, quantity, unitPrice, total: quantity * unitPrice });
  }
  if (changes.length > 0) return { ok: false, reason: 'price_changed', changes };
  const items = itemsOf(ordered);
  // Twice the goods is more than tax and shipping make of any order.
  if (items * 2 > largestAmount) return { ok: false, reason: 'too_large' };
  const applied = coupon === undefined ? { discount: 0 } : applyCoupon(coupon, items, currency);
  if ('refusal' in applied) return { ok: false, reason: 'coupon_not_valid', refusal: applied.refusal };
  const totals = totalsOf({ lines: ordered, currency, discount: applied.discount, shippingMethod, destination }, policies);
  return { ok: true, lines: ordered, totals };
}
