import { Problem, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Email, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { orderStatuses } from '../domain/order-states.ts';
import type { AccessKeys, Orders } from '../ports.ts';

const closed = { additionalProperties: false };

/** What other services ask of orders, by invocation. */
export function internalRoutes(orders: Pick<Orders, 'findWithContact' | 'statuses'>, keys: AccessKeys): Route[] {
  return [
    route({
      method: 'GET',
      path: '/internal/orders/:id/contact',
      summary: 'Whom to write to about an order; 404 where that was erased',
      access: { callers: ['notifications'] },
      params: Type.Object({ id: Uuid }, closed),
      responses: {
        200: Type.Object(
          {
            ...{ email: Email, name: Type.String(), number: Type.String(), accessKey: Type.String() },
            locale: Type.Union([Type.String(), Type.Null()], { description: 'The language that the order was placed in' }),
            words: Type.Record(Type.String(), Type.String(), { description: 'What customer and staff said of it, by what it is about' }),
          },
          closed,
        ),
        404: Problem,
      },
      handle: async ({ params: { id } }) => {
        const found = await orders.findWithContact(id);
        if (found?.contact === undefined) throw notFound('contact of order', id);
        const { email, name, locale } = found.contact;
        const { number } = found.order;
        return {
          body: { email, name, number, locale, accessKey: keys.keyOf(id), words: { ...found.words } },
          headers: { 'cache-control': 'no-store' },
        };
      },
    }),
    route({
      method: 'POST',
      path: '/internal/orders/status',
      summary: 'Where orders stand; those that are not known are left out',
      access: { callers: ['inventory'] },
      body: Type.Object({ orderIds: Type.Array(Uuid, { minItems: 1, maxItems: 500 }) }, closed),
      responses: {
        200: Type.Object({ items: Type.Array(Type.Object({ orderId: Uuid, status: Type.Enum([...orderStatuses]) }, closed)) }, closed),
      },
      handle: async ({ body }) => ({ body: { items: await orders.statuses(body.orderIds) } }),
    }),
  ];
}
