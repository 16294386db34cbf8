import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { EventQuantity, OrderId, closed, exampleOrderId, exampleReturnId } from './shapes.ts';

export const OrderRestCancelled = defineEvent({
  type: 'OrderRestCancelled',
  topic: 'orders',
  aggregate: 'order',
  summary: 'What had not been shipped of a partly shipped order will not be; inventory takes it back into stock',
  data: closed({
    orderId: OrderId,
    cancellationId: Uuid,
    lines: Type.Array(EventQuantity, { minItems: 1 }),
    reason: Type.String(),
  }),
  example: { orderId: exampleOrderId, cancellationId: exampleReturnId, lines: [{ sku: 'LAMP-WAL-S', quantity: 1 }], reason: 'customer' },
});
export type OrderRestCancelled = EventOf<typeof OrderRestCancelled>;
