import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, Reason, closed, exampleOrderId } from './shapes.ts';

export const PaymentCaptureFailed = defineEvent({
  type: 'PaymentCaptureFailed',
  topic: 'payments',
  aggregate: 'payment',
  summary: 'The money could finally not be taken; orders cancels',
  data: closed({ orderId: OrderId, reason: Reason }),
  example: { orderId: exampleOrderId, reason: 'expired_authorization' },
});
export type PaymentCaptureFailed = EventOf<typeof PaymentCaptureFailed>;
