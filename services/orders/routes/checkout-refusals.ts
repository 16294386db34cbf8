import { Problem, conflict, invalidField } from '@cartwright/kernel/http/problem';
import type { CheckoutResult, PriceChange, StockChange } from '../domain/checkout.ts';
import type { OrderTotals } from '../domain/totals.ts';
import { totalsView } from './views.ts';

/** What the client is told where a cart cannot be ordered as it is. `cartField` is where the request names the cart. */
export function checkoutRefusal(refused: Extract<CheckoutResult, { ok: false }>, currency: string, cartField: string): Problem {
  switch (refused.reason) {
    case 'price_changed':
      return priceChanged(refused.changes, currency);
    case 'stock_changed':
      return stockChanged(refused.shortages);
    case 'coupon_not_valid':
      return couponNotValid(refused.refusal);
    case 'total_changed':
      return totalChanged(refused.totals, currency);
    case 'too_large':
      return invalidField(cartField, 'maximum', 'costs more than can be ordered at once');
  }
}

function priceChanged(changes: readonly PriceChange[], currency: string): Problem {
  const money = (amount: number | null) => (amount === null ? null : { amount, currency });
  return new Problem({
    status: 409,
    code: 'price_changed',
    title: 'Price changed',
    detail: 'Prices have changed since the cart was filled. Look at the new ones, then place the order',
    errors: changes.map(({ index, sku, now }) => ({
      field: `/lines/${String(index)}`,
      rule: now === null ? 'notForSale' : 'price',
      message: now === null ? `${sku} is not for sale any more` : `${sku} has another price`,
    })),
    extra: { changes: changes.map(({ index, sku, was, now }) => ({ line: index, sku, was: money(was), now: money(now) })) },
  });
}

function stockChanged(shortages: readonly StockChange[]): Problem {
  return new Problem({
    status: 409,
    code: 'stock_changed',
    title: 'Stock changed',
    detail: 'There is less in stock than when the cart was filled. Take what is left, or something else',
    errors: shortages.map(({ index, sku, available }) => ({
      field: `/lines/${String(index)}`,
      rule: 'stock',
      message: available === 0 ? `${sku} is out of stock` : `only ${String(available)} of ${sku} are left`,
    })),
    extra: { changes: shortages.map(({ index: line, sku, requested, available }) => ({ line, sku, requested, available })) },
  });
}

function totalChanged(totals: OrderTotals, currency: string): Problem {
  return new Problem({
    status: 409,
    code: 'total_changed',
    title: 'Total changed',
    detail: 'The order comes to another sum than you saw: look at it again',
    errors: [{ field: '/expectedTotal', rule: 'total', message: `is ${String(totals.total)} now` }],
    extra: { totals: totalsView(totals, currency) },
  });
}

function couponNotValid(refusal: 'currency' | 'minimum'): Problem {
  const why = refusal === 'currency' ? 'is for another currency' : 'needs a larger order';
  return conflict('coupon_not_valid', `The coupon ${why}`, { reason: refusal });
}
