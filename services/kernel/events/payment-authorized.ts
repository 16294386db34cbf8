import { Currency, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { Amount, OrderId, Provider, closed, exampleOrderId, examplePaymentId } from './shapes.ts';

export const PaymentAuthorized = defineEvent({
  type: 'PaymentAuthorized',
  topic: 'payments',
  aggregate: 'payment',
  summary: 'The provider holds the money',
  data: closed({ orderId: OrderId, paymentId: Uuid, provider: Provider, amount: Amount, currency: Currency }),
  example: { orderId: exampleOrderId, paymentId: examplePaymentId, provider: 'sandbox', amount: 11_124, currency: 'USD' },
});
export type PaymentAuthorized = EventOf<typeof PaymentAuthorized>;
