import { Type } from 'typebox';
import { NextAction } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, Reason, closed, exampleOrderId } from './shapes.ts';

export const OrderUpdated = defineEvent({
  type: 'OrderUpdated',
  topic: 'orders',
  aggregate: 'order',
  summary: 'Anything else of an order changed: where it stands now',
  data: closed({
    orderId: OrderId,
    status: Type.String({ minLength: 1, maxLength: 50 }),
    fulfilment: Type.String({ minLength: 1, maxLength: 50 }),
    paymentStatus: Type.String({ minLength: 1, maxLength: 50 }),
    reason: Reason,
    nextAction: Type.Optional(NextAction),
  }),
  example: { orderId: exampleOrderId, status: 'confirmed', fulfilment: 'shipped', paymentStatus: 'captured', reason: 'shipped' },
});
export type OrderUpdated = EventOf<typeof OrderUpdated>;
