import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, Reason, closed, exampleOrderId, exampleRefundId } from './shapes.ts';

export const PaymentRefundFailed = defineEvent({
  type: 'PaymentRefundFailed',
  topic: 'payments',
  aggregate: 'payment',
  summary: 'The provider finally refused a refund: nothing of it was given back',
  data: closed({
    orderId: OrderId,
    refundId: Uuid,
    reason: Reason,
  }),
  example: { orderId: exampleOrderId, refundId: exampleRefundId, reason: 'charge_disputed' },
});
export type PaymentRefundFailed = EventOf<typeof PaymentRefundFailed>;
