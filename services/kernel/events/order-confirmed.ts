import { Type } from 'typebox';
import { Currency, Sku, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { Amount, OrderId, OrderNumber, closed, exampleOrderId } from './shapes.ts';

export const OrderConfirmed = defineEvent({
  type: 'OrderConfirmed',
  topic: 'orders',
  aggregate: 'order',
  summary: 'Inventory commits the reservation, payments captures',
  data: closed({
    orderId: OrderId,
    number: OrderNumber,
    amount: Amount,
    currency: Currency,
    customerId: Type.Union([Uuid, Type.Null()], { description: 'null: a guest' }),
    skus: Type.Optional(Type.Array(Sku, { minItems: 1, maxItems: 200, description: 'What was bought' })),
  }),
  example: { orderId: exampleOrderId, number: 'CW-100042', amount: 11_124, currency: 'USD', customerId: null, skus: ['LAMP-WAL-S'] },
});
export type OrderConfirmed = EventOf<typeof OrderConfirmed>;
