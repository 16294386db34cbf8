import { canonicalAddress } from '@cartwright/kernel/address';
import { customerOf, isMachine, may } from '@cartwright/kernel/http/access';
import { IdempotencyHeaders, idempotent } from '@cartwright/kernel/http/idempotency';
import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { firstLanguage } from '@cartwright/kernel/http/language';
import { Problem, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Reply, Route } from '@cartwright/kernel/http/route';
import { outboxGate } from '@cartwright/kernel/messaging/outbox-gate';
import type { Database } from '@cartwright/kernel/postgres/database';
import { Address, Email, Locale, Uuid } from '@cartwright/kernel/schemas';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import { cancelUnshipped } from '../domain/order-commands.ts';
import { fold } from '../domain/order.ts';
import { fulfilments, orderStatuses } from '../domain/order-states.ts';
import { shippingMethods } from '../domain/shipping.ts';
import { largestAmount } from '../domain/totals.ts';
import { byStaff, inStaffsWords, inWords } from '../domain/words.ts';
import type { AccessKeys } from '../ports.ts';
import { changeOrder } from './change-order.ts';
import { keyCookie, orderFor } from './order-access.ts';
import { commitOrder, placeOrder, sameOrder } from './place-order.ts';
import type { Placing } from './place-order.ts';
import { HistoryEntry, KeyHeaders, OneOrder, OrderDetails, OrderView, closed, historyEntry, orderDetails, orderView } from './views.ts';

export interface OrderRoutesParts {
  readonly database: Database;
  readonly placing: Placing;
  readonly keys: AccessKeys;
  /** Names of payment providers that can be chosen. */
  readonly providers: readonly string[];
  /** Whether cookies go over HTTPS only. */
  readonly secureCookies: boolean;
}

const tags = ['orders'];
const seen = { 404: Problem } as const;

const PlacedOrder = Type.Object(
  {
    id: Uuid,
    number: Type.String(),
    status: Type.String(),
    accessKey: Type.String({ description: 'Lets a guest see the order: send it as Order-Key. Also set as a cookie' }),
  },
  closed,
);

export function orderRoutes({ database, placing, keys, providers, secureCookies }: OrderRoutesParts): Route[] {
  const { orders } = placing;
  const NewOrder = Type.Object(
    {
      cartId: Uuid,
      email: Email,
      shippingAddress: Address,
      shippingMethod: Type.Enum([...shippingMethods]),
      payment: Type.Object(
        {
          provider: Type.Enum([...providers]),
          token: Type.String({
            // What looks like a card's number is refused before it could be stored or logged.
            pattern: '^(?!(?:[0-9][-.]?){12,19}$)[\\x21-\\x7e]{1,200}$',
            description: "The provider's token of a means of payment; a card's number is refused",
          }),
        },
        closed,
      ),
      locale: Type.Optional(Locale),
      expectedTotal: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: largestAmount,
          description: 'What the customer was shown, in minor units: an order of another sum is refused, 409 `total_changed`',
        }),
      ),
    },
    closed,
  );

  /** The key is worked out anew each time, so that no stored answer holds it. */
  function withKey(reply: Reply): Reply {
    const body = reply.body as { id: string };
    const accessKey = keys.keyOf(body.id);
    const headers = { ...reply.headers, 'cache-control': 'no-store', 'set-cookie': keyCookie(body.id, accessKey, secureCookies) };
    return { ...reply, body: { ...body, accessKey }, headers };
  }

  const refuseWhenBehind = outboxGate(database);
  return [
    route({
      method: 'POST',
      path: '/api/orders',
      summary: 'Place the order of a cart. Placing the same again answers the same order; placing it otherwise is a 409',
      tags,
      access: 'anyone',
      requestHeaders: IdempotencyHeaders,
      body: NewOrder,
      responses: { 202: PlacedOrder, 404: Problem, 409: Problem, 422: Problem },
      handle: async (request) => {
        const { body, principal, headers } = request;
        const shippingAddress = canonicalAddress(body.shippingAddress);
        const wanted = { ...body, shippingAddress, locale: body.locale ?? firstLanguage(headers['accept-language']) };
        const reply = await placeOrder(placing, wanted, principal, async (prepared) => {
          if ('fresh' in prepared) await refuseWhenBehind();
          return idempotent(database, request, { scope: 'orders.place', principal: body.cartId }, async (unit) => {
            if ('fresh' in prepared) await commitOrder(placing, unit, prepared.fresh);
            const { id, number, status } =
              'fresh' in prepared
                ? { id: prepared.fresh.id, number: prepared.fresh.data.number, status: 'placed' }
                : sameOrder(prepared.existing, wanted);
            return { status: 202, body: { id, number, status }, headers: { location: `/api/orders/${id}` } };
          });
        });
        return withKey(reply);
      },
    }),
    route({
      method: 'POST',
      path: '/api/orders/:id/key',
      summary: 'Exchanges the key of a link in a mail, sent as Order-Key, for a cookie by which this browser sees the order',
      tags,
      access: 'anyone',
      requestHeaders: KeyHeaders,
      params: OneOrder,
      responses: { 204: null, 404: Problem },
      handle: async ({ params: { id }, headers }) => {
        const key = headers['order-key'];
        if (typeof key !== 'string' || !keys.opens(id, key) || (await orders.find(id)) === undefined) throw notFound('order', id);
        return { status: 204, headers: { 'set-cookie': keyCookie(id, keys.keyOf(id), secureCookies), 'cache-control': 'no-store' } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/orders',
      summary: "One's own orders, the newest first; staff and support see all",
      tags,
      access: { ownOr: 'orders.read' },
      query: Type.Object(
        {
          ...pageQuery,
          mine: Type.Optional(Type.Boolean({ description: "Staff: only one's own" })),
          status: Type.Optional(Type.Enum([...orderStatuses])),
          fulfilment: Type.Optional(Type.Enum([...fulfilments])),
          number: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$', description: 'The beginning of the number' })),
        },
        closed,
      ),
      responses: { 200: pageOf(OrderView) },
      handle: async ({ query: { limit = 20, cursor, mine = false, number, ...filter }, principal }) => {
        const everybodys = may(principal, 'orders.read') && (!mine || isMachine(principal));
        const found = await orders.list({
          ...filter,
          limit: limit + 1,
          ...(everybodys ? {} : { customerId: principal.userId }),
          ...(number === undefined ? {} : { number: number.toUpperCase() }),
          ...(cursor === undefined ? {} : { afterId: String(decodeCursor(cursor, ['uuid'])[0]) }),
        });
        return { body: toPage(found, limit, ({ order }) => [order.id], orderView), headers: { 'cache-control': 'no-store' } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/orders/:id',
      summary: 'An order',
      tags,
      access: 'anyone',
      requestHeaders: KeyHeaders,
      params: OneOrder,
      responses: { 200: OrderDetails, ...seen },
      handle: async ({ params, principal, headers }) => {
        const stored = await orderFor({ find: (id) => orders.findWithContact(id) }, keys, params.id, { principal, headers });
        return { body: orderDetails(stored, stored.contact), headers: { 'cache-control': 'no-store' } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/orders/:id/events',
      summary: 'What happened to an order, in order',
      tags,
      access: 'anyone',
      requestHeaders: KeyHeaders,
      params: OneOrder,
      responses: { 200: Type.Object({ items: Type.Array(HistoryEntry) }), ...seen },
      handle: async ({ params, principal, headers }) => {
        const stored = await orderFor({ find: (id) => orders.find(id) }, keys, params.id, { principal, headers });
        const items = (await orders.history(params.id)).map((recorded) => historyEntry(stored, recorded));
        return { body: { items }, headers: { 'cache-control': 'no-store' } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/orders/:id/versions/:version',
      summary: 'An order as it was after so many of its events',
      tags,
      access: 'anyone',
      requestHeaders: KeyHeaders,
      params: Type.Object({ id: Uuid, version: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }, closed),
      responses: { 200: OrderView, ...seen },
      handle: async ({ params: { id, version }, principal, headers }) => {
        const { createdAt, words } = await orderFor({ find: (one) => orders.find(one) }, keys, id, { principal, headers });
        const events = (await orders.history(id)).slice(0, version).map(({ event }) => event);
        if (events.length < version) throw notFound('version', String(version));
        return { body: orderView({ order: fold(id, events), createdAt, words }), headers: { 'cache-control': 'no-store' } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/orders/:id/cancel',
      summary: 'Cancel what has not been shipped: the order, or the rest of it',
      tags,
      access: 'anyone',
      requestHeaders: Type.Object({ ...KeyHeaders.properties, ...IdempotencyHeaders.properties }),
      params: OneOrder,
      body: Type.Object({ reason: Type.Optional(visibleText(200)) }, closed),
      optionalBody: true,
      responses: { 200: OrderView, ...seen, 409: Problem },
      handle: async (request) => {
        const { params, body, principal, headers } = request;
        const viewer = { principal, permission: 'orders.cancel', headers } as const;
        const { order } = await orderFor({ find: (id) => orders.find(id) }, keys, params.id, viewer);
        const bySomeoneElse = order.customerId !== customerOf(principal) && may(principal, 'orders.cancel');
        const { reason: given } = (body as { reason?: string } | undefined) ?? {};
        const staffs = given === undefined ? byStaff : inStaffsWords;
        const reason = bySomeoneElse ? staffs : inWords;
        const said = given === undefined ? undefined : { about: order.id, text: given };
        return changeOrder({ database, orders }, request, {
          id: order.id,
          scope: 'orders.cancel',
          decide: (now) => cancelUnshipped(now, { cancellationId: v7(), reason }),
          said,
        });
      },
    }),
  ];
}
