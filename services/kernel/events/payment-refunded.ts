import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { closed, OrderMoney, exampleOrderId, exampleRefundId } from './shapes.ts';

export const PaymentRefunded = defineEvent({
  type: 'PaymentRefunded',
  topic: 'payments',
  aggregate: 'payment',
  summary: 'Money was given back: this much by this refund',
  data: closed({
    ...OrderMoney.properties,
    refundId: Type.Optional({
      ...Uuid,
      description: 'As OrderRefundRequested named it; missing, or nobody’s, where the order was cancelled',
    }),
  }),
  example: { orderId: exampleOrderId, amount: 4900, currency: 'USD', refundId: exampleRefundId },
});
export type PaymentRefunded = EventOf<typeof PaymentRefunded>;
