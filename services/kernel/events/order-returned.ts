import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { EventQuantity, OrderId, closed, exampleOrderId, exampleReturnId } from './shapes.ts';

export const OrderReturned = defineEvent({
  type: 'OrderReturned',
  topic: 'orders',
  aggregate: 'order',
  summary: 'Goods came back; inventory takes them into stock where they can be sold again',
  data: closed({
    orderId: OrderId,
    returnId: Uuid,
    lines: Type.Array(EventQuantity, { minItems: 1 }),
    restock: Type.Boolean({ description: 'Whether they can be sold again' }),
  }),
  example: { orderId: exampleOrderId, returnId: exampleReturnId, lines: [{ sku: 'LAMP-WAL-S', quantity: 1 }], restock: true },
});
export type OrderReturned = EventOf<typeof OrderReturned>;
