import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, Reason, closed, exampleOrderId, exampleRetryCartId } from './shapes.ts';

export const OrderPaymentFailed = defineEvent({
  type: 'OrderPaymentFailed',
  topic: 'orders',
  aggregate: 'order',
  summary: 'The payment was refused; final. Inventory releases',
  data: closed({ orderId: OrderId, reason: Reason, retryCartId: Type.Optional(Uuid) }),
  example: { orderId: exampleOrderId, reason: 'card_declined', retryCartId: exampleRetryCartId },
});
export type OrderPaymentFailed = EventOf<typeof OrderPaymentFailed>;
