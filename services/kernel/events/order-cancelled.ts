import { Type } from 'typebox';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, Reason, closed, exampleOrderId } from './shapes.ts';

export const OrderCancelled = defineEvent({
  type: 'OrderCancelled',
  topic: 'orders',
  aggregate: 'order',
  summary: 'Inventory releases, payments voids or refunds',
  data: closed({ orderId: OrderId, reason: Reason, previousStatus: Type.String({ minLength: 1, maxLength: 50 }) }),
  example: { orderId: exampleOrderId, reason: 'customer', previousStatus: 'confirmed' },
});
export type OrderCancelled = EventOf<typeof OrderCancelled>;
