import { checkOut } from './checkout.ts';
import type { Checkout, CheckoutResult, PriceChange } from './checkout.ts';
import { shippingMethods } from './shipping.ts';
import type { ShippingMethod } from './shipping.ts';
import type { Policies } from './totals.ts';

/** A line that costs something else now than the customer saw, and is still for sale. */
export type Repriced = PriceChange & { readonly now: number };

export type Quote =
  | Extract<CheckoutResult, { readonly ok: false }>
  | (Extract<CheckoutResult, { readonly ok: true }> & {
      /** What is in the sums at another price than the customer saw when filling the cart. */
      readonly changes: readonly Repriced[];
      /** What each way of sending these goods costs; minor units. */
      readonly shippingMethods: readonly { readonly method: ShippingMethod; readonly price: number }[];
    });

/**
 * What placing the order would come to. Where prices have changed, placement refuses once, so that nobody pays a price that they did not see: the quote
 * is then of the order after that. Stock is no part of it, since it changes no sum.
 */
export function quote(cart: Omit<Checkout, 'stock' | 'expectedTotal'>, policies: Policies): Quote {
  const checkout: Checkout = { ...cart, stock: [] };
  const asSeen = checkOut(checkout, policies);
  if (asSeen.ok || asSeen.reason !== 'price_changed') return complete(asSeen, [], cart, policies);
  const changes = asSeen.changes.filter((change): change is Repriced => change.now !== null);
  if (changes.length < asSeen.changes.length) return asSeen;
  const now = new Map(changes.map((change) => [change.sku, change.now]));
  const lines = cart.lines.map((line) => ({ ...line, unitPrice: now.get(line.sku) ?? line.unitPrice }));
  return complete(checkOut({ ...checkout, lines }, policies), changes, cart, policies);
}

function complete(
  result: CheckoutResult,
  changes: readonly Repriced[],
  { currency }: Pick<Checkout, 'currency'>,
  policies: Policies,
): Quote {
  if (!result.ok) return result;
  const goods = result.totals.items - result.totals.discount;
  const priceOf = (method: ShippingMethod) => policies.shipping.cost(method, goods, currency);
  return { ...result, changes, shippingMethods: shippingMethods.map((method) => ({ method, price: priceOf(method) })) };
}
