import { Type } from 'typebox';
import { Currency, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { EventLine, EventTotals, OrderId, OrderNumber, Provider, closed, exampleCartId, exampleOrderId } from './shapes.ts';

export const OrderPlaced = defineEvent({
  type: 'OrderPlaced',
  topic: 'orders',
  aggregate: 'order',
  summary: 'An order was placed; inventory reserves its lines',
  data: closed({
    orderId: OrderId,
    number: OrderNumber,
    cartId: Uuid,
    customerId: Type.Union([Uuid, Type.Null()], { description: 'null: a guest' }),
    currency: Currency,
    lines: Type.Array(EventLine, { minItems: 1, maxItems: 200 }),
    totals: EventTotals,
    shippingMethod: Type.String({ minLength: 1, maxLength: 50, description: 'standard or express' }),
    provider: Provider,
  }),
  example: {
    orderId: exampleOrderId,
    number: 'CW-100042',
    cartId: exampleCartId,
    customerId: null,
    currency: 'USD',
    lines: [{ sku: 'LAMP-WAL-S', title: 'Walnut desk lamp, small', quantity: 2, unitPrice: 4900, total: 9800 }],
    totals: { items: 9800, discount: 0, shipping: 500, tax: 824, total: 11_124 },
    shippingMethod: 'standard',
    provider: 'sandbox',
  },
});
export type OrderPlaced = EventOf<typeof OrderPlaced>;
