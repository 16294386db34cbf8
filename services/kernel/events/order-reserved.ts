import { Type } from 'typebox';
import { Currency, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { Amount, OrderId, Provider, closed, exampleOrderId } from './shapes.ts';

export const OrderReserved = defineEvent({
  type: 'OrderReserved',
  topic: 'orders',
  aggregate: 'order',
  summary: 'All lines are reserved; payments authorises the amount',
  data: closed({
    orderId: OrderId,
    amount: Amount,
    currency: Currency,
    provider: Provider,
    token: Type.String({ minLength: 1, maxLength: 500, description: "The provider's token of the means of payment; never a card" }),
    customerId: Type.Optional(Type.Union([Uuid, Type.Null()], { description: 'null: a guest' })),
  }),
  example: { orderId: exampleOrderId, amount: 11_124, currency: 'USD', provider: 'sandbox', token: 'tok_ok', customerId: null },
});
export type OrderReserved = EventOf<typeof OrderReserved>;
