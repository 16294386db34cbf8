import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, closed, exampleOrderId } from './shapes.ts';

export const StockReleased = defineEvent({
  type: 'StockReleased',
  topic: 'stock',
  aggregate: 'reservation',
  summary: 'The reservation was given back',
  data: closed({ orderId: OrderId }),
  example: { orderId: exampleOrderId },
});
export type StockReleased = EventOf<typeof StockReleased>;
