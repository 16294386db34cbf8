import { Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Sku } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { v7 } from 'uuid';
import type { StockLevel, StockLevels, StockTurns } from '../ports.ts';
import { answered, bySku, closed, levelOf, Limit, Reason, staffToo, stocktakers, Units } from './stock-views.ts';

const LowBelow = Type.Union([Units, Type.Null()], {
  description: 'Staff are told when fewer units are free; null: as is usual, 0: never',
});
const Settings = Type.Object({ sku: Sku, backorder: Limit, lowStockBelow: LowBelow, version: Type.Integer() }, closed);

/**
 * What staff decide of a SKU: how many more than there are may be promised, and when few are left. A change is a movement, so the actor that holds
 * stock knows it from then on, and the record says who wanted it.
 */
export function settingsRoutes(levels: StockLevels, turns: StockTurns): Route[] {
  const path = '/api/inventory/:sku/settings';
  return [
    route({
      method: 'GET',
      path,
      summary: 'How many more than there are may be promised, and when few are left',
      tags: ['stock'],
      access: staffToo,
      params: bySku,
      responses: { 200: Settings, 404: Problem },
      handle: async ({ params: { sku } }) => ({ body: settingsView(await levelOf(levels, sku)) }),
    }),
    route({
      method: 'PATCH',
      path,
      summary: 'Change them; what is not named stays. The limit goes no lower than what is promised already',
      tags: ['stock'],
      access: stocktakers,
      params: bySku,
      body: Type.Object(
        { backorder: Type.Optional(Limit), lowStockBelow: Type.Optional(LowBelow), reason: Type.Optional(Reason) },
        { ...closed, minProperties: 1 },
      ),
      responses: { 200: Settings, 404: Problem, 409: Problem },
      handle: async ({ params: { sku }, body: { backorder, lowStockBelow, reason = 'settings' }, principal }) => {
        await levelOf(levels, sku);
        const answer = await turns.decide(sku, {
          id: `configure:${v7()}`,
          type: 'configure',
          ...(backorder === undefined ? {} : { backorder }),
          ...(lowStockBelow === undefined ? {} : { lowBelow: lowStockBelow }),
          reason,
          author: principal.userId,
        });
        answered(sku, answer);
        return { body: settingsView(await levelOf(levels, sku)) };
      },
    }),
  ];
}

function settingsView({ sku, backorder, lowBelow, version }: StockLevel): Static<typeof Settings> {
  return { sku, backorder, lowStockBelow: lowBelow, version };
}
