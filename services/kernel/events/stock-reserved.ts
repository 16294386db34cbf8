import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, closed, exampleOrderId } from './shapes.ts';

export const StockReserved = defineEvent({
  type: 'StockReserved',
  topic: 'stock',
  aggregate: 'reservation',
  summary: 'All lines of the order are reserved',
  data: closed({ orderId: OrderId }),
  example: { orderId: exampleOrderId },
});
export type StockReserved = EventOf<typeof StockReserved>;
