import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderMoney, exampleOrderId } from './shapes.ts';

export const PaymentCaptured = defineEvent({
  type: 'PaymentCaptured',
  topic: 'payments',
  aggregate: 'payment',
  summary: 'The money was taken',
  data: OrderMoney,
  example: { orderId: exampleOrderId, amount: 11_124, currency: 'USD' },
});
export type PaymentCaptured = EventOf<typeof PaymentCaptured>;
