import type { CartLine, CartState } from '@cartwright/cart/state';
import { customerOf } from '@cartwright/kernel/http/access';
import type { Principal } from '@cartwright/kernel/http/access';
import { IdempotencyHeaders, idempotent } from '@cartwright/kernel/http/idempotency';
import { Problem, invalidField, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Reply, Route } from '@cartwright/kernel/http/route';
import type { Database } from '@cartwright/kernel/postgres/database';
import { KnownCurrency, Quantity, Sku, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { v7 } from 'uuid';
import { normalizeCode } from '../domain/coupon.ts';
import type { AccessKeys, Carts, Coupons, CustomerCarts, Orders, Prices } from '../ports.ts';
import { cartFor, editCart } from './cart-access.ts';
import { refusable } from './cart-refusals.ts';
import { mergeCarts } from './merge-carts.ts';
import { CartView, WantedLine, cartView } from './views.ts';

export interface CartRoutesParts {
  readonly database: Database;
  readonly carts: Carts;
  readonly prices: Prices;
  readonly coupons: Coupons;
  readonly orders: Pick<Orders, 'void'>;
  readonly keys: Pick<AccessKeys, 'keyedCartId'>;
  readonly customerCarts: Pick<CustomerCarts, 'remember'>;
}

const closed = { additionalProperties: false };
const tags = ['carts'];
const OneCart = Type.Object({ id: Uuid }, closed);
const OneLine = Type.Object({ id: Uuid, sku: Sku }, closed);
const defaultCurrency = 'USD';

const NewCart = Type.Object(
  { currency: Type.Optional(KnownCurrency), lines: Type.Optional(Type.Array(WantedLine, { maxItems: 100 })) },
  { ...closed, description: 'Currency: that of the first line, else USD' },
);

export function cartRoutes({ database, carts, prices, coupons, orders, keys, customerCarts }: CartRoutesParts): Route[] {
  async function view(cart: CartState): Promise<CartView> {
    return cartView(cart, cart.coupon === null ? undefined : await coupons.find(cart.coupon));
  }

  /** Lines with today's titles and prices. Throws 422 that names the SKU which is not for sale. */
  async function priced(lines: readonly Static<typeof WantedLine>[], fieldOf: (index: number) => string) {
    const known = await prices.of(lines.map(({ sku }) => sku));
    return lines.map(({ sku, quantity }, index): CartLine & { currency: string } => {
      const price = known.get(sku);
      if (price === undefined) throw invalidField(fieldOf(index), 'unknownSku', `${sku} is not for sale`);
      return { sku, quantity, title: price.title, unitPrice: price.price, currency: price.currency };
    });
  }

  async function create(id: string, body: Static<typeof NewCart> | undefined, principal: Principal | null): Promise<CartState> {
    const lines = await priced(body?.lines ?? [], (index) => `/lines/${String(index)}/sku`);
    const currency = body?.currency ?? lines[0]?.currency ?? defaultCurrency;
    const other = lines.findIndex((line) => line.currency !== currency);
    if (other >= 0) throw invalidField(`/lines/${String(other)}/sku`, 'currency', `is not sold in ${currency}`);
    const ownerId = customerOf(principal);
    return refusable(() => carts.createOnce(id, { currency, ownerId, lines: lines.map(({ currency: _, ...line }) => line) }));
  }

  return [
    route({
      method: 'POST',
      path: '/api/carts',
      summary: 'Make a cart',
      tags,
      access: 'anyone',
      requestHeaders: IdempotencyHeaders,
      body: NewCart,
      optionalBody: true,
      responses: { 201: CartView, 422: Problem },
      handle: async (request) => {
        const { principal, headers } = request;
        const key = headers['idempotency-key'];
        // Guests share no scope, so that nobody is given another's cart for having chosen the same key.
        const owner = customerOf(principal);
        const keyed = owner === null || key === undefined ? undefined : keys.keyedCartId(owner, key);
        const cart = await view(await create(keyed ?? v7(), request.body, principal));
        const reply: Reply = { status: 201, body: cart, headers: { location: `/api/carts/${cart.id}` } };
        // The cart is made beforehand, once per key: the transaction, which holds a connection, waits for no actor.
        if (keyed === undefined) {
          if (principal !== null) await customerCarts.remember(principal.userId, cart.id);
          return reply;
        }
        return idempotent(database, request, { scope: 'carts.create' }, async (unit) => {
          if (principal !== null) await customerCarts.remember(principal.userId, cart.id, unit);
          return reply;
        });
      },
    }),
    route({
      method: 'GET',
      path: '/api/carts/:id',
      summary: 'A cart',
      tags,
      access: 'anyone',
      params: OneCart,
      responses: { 200: CartView, 404: Problem },
      handle: async ({ params, principal }) => {
        const cart = await (await cartFor(carts, params.id, principal)).view(null);
        if (cart === null) throw notFound('cart', params.id);
        return { body: await view(cart), headers: { 'cache-control': 'no-store' } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/carts/:id/items',
      summary: 'Add a SKU, to what is there of it already',
      tags,
      access: 'anyone',
      params: OneCart,
      body: WantedLine,
      responses: { 201: CartView, 404: Problem, 409: Problem, 422: Problem },
      handle: async ({ params, body, principal }) => {
        const [cart, [added]] = await Promise.all([cartFor(carts, params.id, principal), priced([body], () => '/sku')]);
        if (added === undefined) throw notFound('SKU', body.sku);
        const { currency, ...line } = added;
        return { status: 201, body: await view(await editCart(orders, cart, (actor) => actor.add({ line, currency }))) };
      },
    }),
    route({
      method: 'PATCH',
      path: '/api/carts/:id/items/:sku',
      summary: "Set a line's quantity",
      tags,
      access: 'anyone',
      params: OneLine,
      body: Type.Object({ quantity: Quantity }, closed),
      responses: { 200: CartView, 404: Problem, 409: Problem },
      handle: async ({ params: { id, sku }, body: { quantity }, principal }) => {
        const cart = await cartFor(carts, id, principal);
        return { body: await view(await editCart(orders, cart, (actor) => actor.change({ sku, quantity }))) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/carts/:id/items/:sku',
      summary: 'Remove a line',
      tags,
      access: 'anyone',
      params: OneLine,
      responses: { 200: CartView, 404: Problem, 409: Problem },
      handle: async ({ params: { id, sku }, principal }) => {
        const cart = await cartFor(carts, id, principal);
        return { body: await view(await editCart(orders, cart, (actor) => actor.remove({ sku }))) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/carts/:id/coupon',
      summary: 'Use a coupon; null takes it off',
      tags,
      access: 'anyone',
      params: OneCart,
      body: Type.Object(
        { code: Type.Union([Type.String({ minLength: 1, maxLength: 50, pattern: '\\S' }), Type.Null()]) },
        {
          ...closed,
          description: 'Whether the coupon counts for what is in the cart shows in totals.discount, and why not in couponRefusal',
        },
      ),
      responses: { 200: CartView, 404: Problem, 409: Problem, 422: Problem },
      handle: async ({ params, body, principal }) => {
        const cart = await cartFor(carts, params.id, principal);
        const coupon = body.code === null ? null : normalizeCode(body.code);
        if (coupon !== null && (await coupons.find(coupon)) === undefined)
          throw invalidField('/code', 'unknownCoupon', 'is not a coupon that can be used');
        return { body: await view(await editCart(orders, cart, (actor) => actor.setCoupon({ coupon }))) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/carts/:id/merge',
      summary: "Take over another cart's lines, as a guest's when they sign in, as far as there is room; the other cart is emptied",
      tags,
      access: 'anyone',
      params: OneCart,
      body: Type.Object({ from: Uuid }, closed),
      responses: { 200: CartView, 404: Problem, 409: Problem, 422: Problem },
      handle: async ({ params, body, principal }) => {
        if (params.id === body.from) throw invalidField('/from', 'other', 'must be another cart');
        const cart = await cartFor(carts, params.id, principal);
        const source = await cartFor(carts, body.from, principal);
        return { body: await view(await mergeCarts(orders, cart, source)) };
      },
    }),
  ];
}
