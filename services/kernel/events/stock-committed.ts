import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, closed, exampleOrderId } from './shapes.ts';

export const StockCommitted = defineEvent({
  type: 'StockCommitted',
  topic: 'stock',
  aggregate: 'reservation',
  summary: 'The reserved goods have left',
  data: closed({ orderId: OrderId }),
  example: { orderId: exampleOrderId },
});
export type StockCommitted = EventOf<typeof StockCommitted>;
