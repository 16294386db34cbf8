import { IdempotencyHeaders } from '@cartwright/kernel/http/idempotency';
import { Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Uuid } from '@cartwright/kernel/schemas';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import { addresseeErased, deliver, ship } from '../domain/order-commands.ts';
import { changeOrder } from './change-order.ts';
import type { ChangingParts } from './change-order.ts';
import type { Orders } from '../ports.ts';
import { OneOrder, OrderView, closed, someUnits } from './views.ts';

const tags = ['fulfilment'];
const label = visibleText(100);

/** Parts of the routes that fulfil an order. */
export interface FulfilmentParts extends ChangingParts {
  readonly orders: Pick<Orders, 'change' | 'holdContact'>;
}

/** What the house does with a paid order. */
export function fulfilmentRoutes(parts: FulfilmentParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/orders/:id/ship',
      summary: 'Some of the order has left the house, or all that was left of it',
      tags,
      access: { permission: 'orders.fulfil' },
      requestHeaders: IdempotencyHeaders,
      params: OneOrder,
      body: Type.Object({ lines: Type.Optional(someUnits), carrier: Type.Optional(label), trackingNumber: Type.Optional(label) }, closed),
      optionalBody: true,
      responses: { 200: OrderView, 404: Problem, 409: Problem },
      handle: (request) => {
        const { params, body } = request;
        return changeOrder(parts, request, {
          id: params.id,
          scope: 'orders.ship',
          decide: async (order, unit) => {
            const events = ship(order, { id: v7(), ...body });
            // An erasure takes the address at once, and ends the order a little later.
            if (events.length > 0 && !(await parts.orders.holdContact(unit, order.id))) throw addresseeErased(order);
            return events;
          },
        });
      },
    }),
    route({
      method: 'POST',
      path: '/api/orders/:id/deliver',
      summary: 'The customer has a shipment, or all that were sent',
      tags,
      access: { permission: 'orders.fulfil' },
      requestHeaders: IdempotencyHeaders,
      params: OneOrder,
      body: Type.Object({ shipmentId: Type.Optional(Uuid) }, closed),
      optionalBody: true,
      responses: { 200: OrderView, 404: Problem, 409: Problem },
      handle: (request) => {
        const { params, body } = request;
        const shipmentId = (body as { shipmentId?: string } | undefined)?.shipmentId;
        return changeOrder(parts, request, { id: params.id, scope: 'orders.deliver', decide: (order) => deliver(order, shipmentId) });
      },
    }),
  ];
}
