import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Sku, Timestamp } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { StockLevels } from '../ports.ts';

const closed = { additionalProperties: false };
const Units = Type.Integer({ minimum: 0 });

/** What orders asks before it takes an order. An answer promises nothing: only a reservation holds goods. */
export function availabilityRoute(levels: Pick<StockLevels, 'availability'>): Route {
  return route({
    method: 'POST',
    path: '/internal/stock/availability',
    summary: 'How many units of each SKU can be reserved, now and at an earlier time',
    access: { callers: ['orders'] },
    body: Type.Object({ skus: Type.Array(Sku, { minItems: 1, maxItems: 500 }), asOf: Timestamp }, closed),
    responses: {
      200: Type.Object({ items: Type.Array(Type.Object({ sku: Sku, available: Units, availableThen: Units }, closed)) }, closed),
    },
    handle: async ({ body: { skus, asOf } }) => ({ body: { items: await levels.availability(skus, asOf) } }),
  });
}
