import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, closed, exampleOrderId } from './shapes.ts';

export const OrderAuthorized = defineEvent({
  type: 'OrderAuthorized',
  topic: 'orders',
  aggregate: 'order',
  summary: 'The payment is authorised',
  data: closed({ orderId: OrderId }),
  example: { orderId: exampleOrderId },
});
export type OrderAuthorized = EventOf<typeof OrderAuthorized>;
