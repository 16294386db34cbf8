import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Sku, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Orders, Prices } from '../ports.ts';

const closed = { additionalProperties: false };
const withinMs = 3000;
const lookEveryMs = 50;

export interface WithdrawalParts {
  readonly orders: Pick<Orders, 'awaitsStock'>;
  readonly prices: Pick<Prices, 'withdraw'>;
}

/**
 * Catalog has deleted products, and acknowledges that when orders has: from then on nobody orders them, and nothing is reserved for orders that
 * were quicker.
 */
export function withdrawalRoute({ orders, prices }: WithdrawalParts): Route {
  return route({
    method: 'POST',
    path: '/internal/products/withdraw',
    summary: 'Products are not for sale any more, at once; 503 while orders of them wait for stock',
    access: { callers: ['catalog'] },
    body: Type.Object(
      {
        products: Type.Array(Type.Object({ productId: Uuid, skus: Type.Array(Sku, { maxItems: 500 }) }, closed), {
          minItems: 1,
          maxItems: 500,
        }),
      },
      closed,
    ),
    responses: { 204: null, 503: Problem },
    handle: async ({ body: { products } }) => {
      await prices.withdraw(products.map(({ productId }) => productId));
      const skus = products.flatMap((product) => product.skus);
      const deadline = Date.now() + withinMs;
      while (await orders.awaitsStock(skus)) {
        if (Date.now() > deadline) throw stillWaiting();
        await delay(lookEveryMs);
      }
      return { status: 204 };
    },
  });
}

function stillWaiting(): Problem {
  return new Problem({
    status: 503,
    code: 'orders_wait_for_stock',
    title: 'Orders wait for stock',
    detail: 'Nobody can order the products any more, but earlier orders still wait for their stock',
    headers: { 'retry-after': '1' },
  });
}
