import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, closed, exampleOrderId } from './shapes.ts';

export const PaymentVoided = defineEvent({
  type: 'PaymentVoided',
  topic: 'payments',
  aggregate: 'payment',
  summary: 'The held money was let go',
  data: closed({ orderId: OrderId }),
  example: { orderId: exampleOrderId },
});
export type PaymentVoided = EventOf<typeof PaymentVoided>;
