import { Type } from 'typebox';
import { Shortage, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, closed, exampleOrderId, exampleRetryCartId } from './shapes.ts';

export const OrderRejected = defineEvent({
  type: 'OrderRejected',
  topic: 'orders',
  aggregate: 'order',
  summary: 'Stock does not suffice; final. The new cart holds the same lines',
  data: closed({ orderId: OrderId, shortages: Type.Array(Shortage, { maxItems: 200 }), retryCartId: Type.Optional(Uuid) }),
  example: { orderId: exampleOrderId, shortages: [{ sku: 'LAMP-WAL-S', requested: 2, available: 1 }], retryCartId: exampleRetryCartId },
});
export type OrderRejected = EventOf<typeof OrderRejected>;
