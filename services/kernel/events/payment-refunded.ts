import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderMoney, exampleOrderId } from './shapes.ts';

export const PaymentRefunded = defineEvent({
  type: 'PaymentRefunded',
  topic: 'payments',
  aggregate: 'payment',
  summary: 'Money was given back: this much by this refund',
  data: OrderMoney,
  example: { orderId: exampleOrderId, amount: 4900, currency: 'USD' },
});
export type PaymentRefunded = EventOf<typeof PaymentRefunded>;
