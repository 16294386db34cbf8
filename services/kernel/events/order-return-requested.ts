import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { EventQuantity, OrderId, Reason, closed, exampleOrderId, exampleReturnId } from './shapes.ts';

export const OrderReturnRequested = defineEvent({
  type: 'OrderReturnRequested',
  topic: 'orders',
  aggregate: 'order',
  summary: 'A customer wants to send goods back; nothing moves until they have arrived',
  data: closed({
    orderId: OrderId,
    returnId: Uuid,
    lines: Type.Array(EventQuantity, { minItems: 1 }),
    reason: Reason,
  }),
  example: { orderId: exampleOrderId, returnId: exampleReturnId, lines: [{ sku: 'LAMP-WAL-S', quantity: 1 }], reason: 'too dark' },
});
export type OrderReturnRequested = EventOf<typeof OrderReturnRequested>;
