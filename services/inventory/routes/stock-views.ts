import { conflict, notFound } from '@cartwright/kernel/http/problem';
import { Sku } from '@cartwright/kernel/schemas';
import { visibleText } from '@cartwright/kernel/visible-text';
import { mostBackorder, mostUnits } from '@cartwright/stock/rules';
import type { StockAnswer, StockLevelAfter } from '@cartwright/stock/rules';
import { availableOf, backorderedOf } from '@cartwright/stock/state';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { StockLevel, StockLevels } from '../ports.ts';

export const closed = { additionalProperties: false };
export const Units = Type.Integer({ minimum: 0, maximum: mostUnits });
export const Limit = Type.Integer({ minimum: 0, maximum: mostBackorder });
export const Reason = visibleText(500);
export const bySku = Type.Object({ sku: Sku }, closed);
export const stocktakers = { permission: 'stock.write' } as const;
export const staffToo = { permission: 'stock.read' } as const;

export const LevelView = Type.Object(
  {
    sku: Sku,
    onHand: Type.Integer({ maximum: mostUnits, description: 'Below zero where goods are sold that are still to come' }),
    reserved: Units,
    available: Type.Integer({
      minimum: 0,
      description: 'Can be bought: not held, and with what may be promised though it is still to come',
    }),
    backorder: Type.Integer({ minimum: 0, description: 'How many more than there are may be promised' }),
    backordered: Type.Integer({ minimum: 0, description: 'Promised or sold, and still to come' }),
    version: Type.Integer(),
  },
  closed,
);
export type LevelView = Static<typeof LevelView>;

export function levelView(sku: string, level: StockLevelAfter): LevelView {
  const { onHand, reserved, backorder, version } = level;
  return { sku, onHand, reserved, available: availableOf(level), backorder, backordered: backorderedOf(level), version };
}

/** The level of a SKU. Throws 404 where it never had stock. */
export async function levelOf(levels: Pick<StockLevels, 'of'>, sku: string): Promise<StockLevel> {
  const [level] = await levels.of([sku]);
  if (level === undefined) throw notFound('stock of SKU', sku);
  return level;
}

/** The level after a command. Throws 409 that says why it was refused, with the level. */
export function answered(sku: string, answer: StockAnswer): LevelView {
  const level = levelView(sku, answer);
  if (answer.ok) return level;
  const { onHand, reserved, backorder, backordered } = level;
  const facts = { sku, onHand, reserved, backorder, backordered };
  const there = `${String(onHand)} of ${sku} are on hand`;
  switch (answer.refused) {
    case 'too_much':
      throw conflict('too_much_stock', `At most ${String(mostUnits)} can be on hand, with what may be backordered`, facts);
    case 'moved':
      throw conflict('stock_moved', `${there}, not as many as when it was counted: count again`, facts);
    case 'owed':
      throw conflict(
        'stock_owed',
        `${String(-onHand)} of ${sku} are sold and still to come: a count would forget them, add what was delivered by an adjustment`,
        facts,
      );
    case 'insufficient':
      throw conflict('stock_insufficient', `${there}: no more than these can be taken away`, facts);
    case 'held':
    case 'not_reserved':
      throw conflict(
        'stock_held',
        `${there}, ${String(reserved)} are held for orders, ${String(backorder)} more than there are may be promised: what is held must be kept`,
        facts,
      );
  }
}
