import { fromHundredths } from './currency.ts';

export const shippingMethods = ['standard', 'express'] as const;
export type ShippingMethod = (typeof shippingMethods)[number];

/** What it costs to send an order. Another policy, by weight or by region, has the same shape. */
export interface ShippingPolicy {
  /** Minor units. `goods` is what the customer pays for the items, after the discount. */
  cost(method: ShippingMethod, goods: number, currency: string): number;
}

interface Rate {
  /** Hundredths of the currency's main unit, whatever the currency. */
  readonly flat: number;
  /** From this much goods on the method is free. */
  readonly freeFrom: number | null;
}

export const shippingRates: Readonly<Record<ShippingMethod, Rate>> = {
  standard: { flat: 499, freeFrom: 5000 },
  express: { flat: 1499, freeFrom: null },
};

/** A flat price a method, and free above a threshold. */
export const flatShipping: ShippingPolicy = {
  cost(method, goods, currency) {
    const { flat, freeFrom } = shippingRates[method];
    if (freeFrom !== null && goods >= fromHundredths(freeFrom, currency)) return 0;
    return fromHundredths(flat, currency);
  },
};
