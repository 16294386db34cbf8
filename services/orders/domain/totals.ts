import type { ShippingMethod, ShippingPolicy } from './shipping.ts';
import type { Destination, TaxPolicy } from './tax.ts';

/** A line of an order; amounts in minor units, `total` = quantity × unitPrice. */
export interface OrderLine {
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly total: number;
}

/** Minor units; total = items − discount + shipping + tax. */
export interface OrderTotals {
  readonly items: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
}

/** The most that schemas let an amount be; a larger total cannot be ordered. */
export const largestAmount = 1_000_000_000_000;

export interface Policies {
  readonly shipping: ShippingPolicy;
  readonly tax: TaxPolicy;
}

export interface Basket {
  readonly lines: readonly Pick<OrderLine, 'total'>[];
  readonly currency: string;
  /** Minor units; a discount above the items counts as the items. */
  readonly discount: number;
  readonly shippingMethod: ShippingMethod;
  readonly destination: Destination;
}

/** What an order costs. Discounts lower goods only; tax is on goods after the discount and on shipping. */
export function totalsOf({ lines, currency, discount: wanted, shippingMethod, destination }: Basket, policies: Policies): OrderTotals {
  const items = itemsOf(lines);
  const discount = Math.min(wanted, items);
  const shipping = policies.shipping.cost(shippingMethod, items - discount, currency);
  const tax = policies.tax.tax(items - discount + shipping, destination);
  return { items, discount, shipping, tax, total: items - discount + shipping + tax };
}

/** Sum of lines in minor units. */
export function itemsOf(lines: readonly Pick<OrderLine, 'total'>[]): number {
  return lines.reduce((sum, { total }) => sum + total, 0);
}
