import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, Provider, Reason, closed, exampleOrderId } from './shapes.ts';

export const PaymentFailed = defineEvent({
  type: 'PaymentFailed',
  topic: 'payments',
  aggregate: 'payment',
  summary: 'The provider refused, or never answered',
  data: closed({ orderId: OrderId, provider: Provider, reason: Reason }),
  example: { orderId: exampleOrderId, provider: 'sandbox', reason: 'card_declined' },
});
export type PaymentFailed = EventOf<typeof PaymentFailed>;
