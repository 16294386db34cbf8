import { Currency, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { Amount, OrderId, Reason, closed, exampleOrderId, exampleRefundId } from './shapes.ts';

export const OrderRefundRequested = defineEvent({
  type: 'OrderRefundRequested',
  topic: 'orders',
  aggregate: 'order',
  summary: 'Money is to be given back for a captured order: this much by this refund; payments refunds it once',
  data: closed({
    orderId: OrderId,
    refundId: Uuid,
    amount: Amount,
    currency: Currency,
    reason: Reason,
  }),
  example: { orderId: exampleOrderId, refundId: exampleRefundId, amount: 4900, currency: 'USD', reason: 'staff_words' },
});
export type OrderRefundRequested = EventOf<typeof OrderRefundRequested>;
