import { regionCode } from '@cartwright/kernel/places';
import { share } from './currency.ts';

/** Where an order goes, as far as tax is concerned. */
export interface Destination {
  readonly country: string;
  readonly region: string;
}

/** Tax that is added to an order. Another policy, such as a tax service's, has the same shape. */
export interface TaxPolicy {
  /** Minor units on `taxable` minor units. Rounded once an order, half up, so that a total never depends on how lines are split. */
  tax(taxable: number, destination: Destination): number;
}

/** Basis points by country: one rate, or one by region. What is not listed is not taxed. Examples, not tax advice. */
export const taxRates: Readonly<Record<string, number | Readonly<Record<string, number>>>> = {
  US: { CA: 725, FL: 600, IL: 625, NY: 400, TX: 625, WA: 650 },
  CA: { AB: 500, BC: 1200, ON: 1300, QC: 1498 },
  GB: 2000,
  DE: 1900,
  FR: 2000,
  NL: 2100,
  ES: 2100,
  IT: 2200,
  JP: 1000,
};

/** A rate by country and region, on goods and shipping alike. */
export const regionalTax: TaxPolicy = {
  tax: (taxable, destination) => share(taxable, rateFor(destination)),
};

/** Basis points for a destination. */
export function rateFor({ country, region }: Destination): number {
  const rates = Object.hasOwn(taxRates, country) ? taxRates[country] : undefined;
  if (rates === undefined || typeof rates === 'number') return rates ?? 0;
  const name = regionCode(country, region);
  return Object.hasOwn(rates, name) ? (rates[name] ?? 0) : 0;
}
