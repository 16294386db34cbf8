import { Type } from 'typebox';
import { Sku } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, Reason, Units, closed, exampleOrderId } from './shapes.ts';

export const StockUpdated = defineEvent({
  type: 'StockUpdated',
  topic: 'stock',
  aggregate: 'sku',
  summary: 'A movement of a SKU; its version is that of the movement',
  data: closed({
    sku: Sku,
    onHand: Units,
    reserved: Units,
    /** What can be bought: with what may be promised though it is still to come. */
    available: Units,
    /** Promised or sold, and still to come; none where it is missing. */
    backordered: Type.Optional(Units),
    reason: Reason,
    orderId: Type.Optional(OrderId),
  }),
  example: { sku: 'LAMP-WAL-S', onHand: 40, reserved: 2, available: 38, reason: 'reserved', orderId: exampleOrderId },
});
export type StockUpdated = EventOf<typeof StockUpdated>;
