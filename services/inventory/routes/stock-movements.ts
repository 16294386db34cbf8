import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { mostUnits } from '@cartwright/stock/rules';
import { movementTypes } from '@cartwright/stock/state';
import { Type } from 'typebox';
import type { StockLevels } from '../ports.ts';
import { bySku, closed, staffToo, Units } from './stock-views.ts';

const Movement = Type.Object({
  version: Type.Integer(),
  type: Type.String(),
  onHandDelta: Type.Integer(),
  reservedDelta: Type.Integer(),
  onHand: Type.Integer({ maximum: mostUnits }),
  reserved: Units,
  backorder: Units,
  orderId: Type.Union([Type.String(), Type.Null()]),
  reason: Type.String(),
  author: Type.Union([Type.String(), Type.Null()]),
  createdAt: Timestamp,
});

/** The record of stock, for staff. */
export function movementRoutes(levels: Pick<StockLevels, 'movements'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/inventory/:sku/movements',
      summary: 'Everything that ever happened to a SKU’s stock, the newest first',
      tags: ['stock'],
      access: staffToo,
      params: bySku,
      query: Type.Object(
        {
          ...pageQuery,
          type: Type.Optional(Type.Enum(movementTypes)),
          orderId: Type.Optional(Uuid),
          author: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Id of the user who did it' })),
          since: Type.Optional(Timestamp),
          until: Type.Optional(Timestamp),
        },
        closed,
      ),
      responses: { 200: pageOf(Movement), 400: Problem },
      handle: async ({ params: { sku }, query: { limit = 20, cursor, ...filter } }) => {
        const before = cursor === undefined ? {} : { before: Number(decodeCursor(cursor, ['integer'])[0]) };
        const rows = await levels.movements(sku, limit + 1, { ...filter, ...before });
        return {
          body: toPage(
            rows,
            limit,
            ({ version }) => [version],
            (row) => row,
          ),
        };
      },
    }),
  ];
}
