import { Type } from 'typebox';
import { Shortage } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, closed, exampleOrderId } from './shapes.ts';

export const StockRejected = defineEvent({
  type: 'StockRejected',
  topic: 'stock',
  aggregate: 'reservation',
  summary: 'Not all lines can be reserved; none is',
  data: closed({ orderId: OrderId, shortages: Type.Array(Shortage, { maxItems: 200 }) }),
  example: { orderId: exampleOrderId, shortages: [{ sku: 'LAMP-WAL-S', requested: 2, available: 1 }] },
});
export type StockRejected = EventOf<typeof StockRejected>;
