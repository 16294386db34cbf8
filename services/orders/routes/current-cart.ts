import type { CartState } from '@cartwright/cart/state';
import { Problem, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { KnownCurrency } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import type { Carts, Coupons, CustomerCarts, Orders } from '../ports.ts';
import { refusable } from './cart-refusals.ts';
import { CartView, cartView } from './views.ts';

export interface CurrentCartParts {
  readonly carts: Carts;
  readonly coupons: Pick<Coupons, 'find'>;
  readonly orders: Pick<Orders, 'find'>;
  readonly customerCarts: CustomerCarts;
}

const closed = { additionalProperties: false };
const tags = ['carts'];
const headers = { 'cache-control': 'no-store' };
const defaultCurrency = 'USD';

/** What a customer's cart of the moment is: `missing` where it was begun and never made, `none` where its order was placed, or there was never one. */
type Current =
  | { readonly is: 'cart'; readonly cart: CartState }
  | { readonly is: 'missing'; readonly id: string }
  | { readonly is: 'none'; readonly last: string | undefined };

/** The cart that a customer finds on every device. */
export function currentCartRoutes({ carts, coupons, orders, customerCarts }: CurrentCartParts): Route[] {
  async function currentOf(userId: string): Promise<Current> {
    const id = await customerCarts.currentOf(userId);
    if (id === undefined) return { is: 'none', last: undefined };
    // Asking for the owner makes the cart that a failed order leaves.
    const cart = (await carts.ownerOf(id)) === undefined ? null : await carts.cart(id).view(null);
    if (cart === null) return { is: 'missing', id };
    if (cart.orderId === null) return { is: 'cart', cart };
    const placed = await orders.find(cart.orderId);
    if (placed === undefined) return { is: 'cart', cart }; // sealed for what was never placed: the next change opens it
    const { retryCartId } = placed.order;
    if (retryCartId === null) return { is: 'none', last: id };
    await customerCarts.follow(userId, id, retryCartId);
    return currentOf(userId);
  }

  async function currentOrNew(userId: string, currency: string): Promise<CartState> {
    const current = await currentOf(userId);
    if (current.is === 'cart') return current.cart;
    // Of two devices that ask at once both get the same id, and it is made once.
    const id = current.is === 'missing' ? current.id : await customerCarts.follow(userId, current.last, v7());
    return refusable(() => carts.createOnce(id, { currency, ownerId: userId, lines: [] }));
  }

  async function view(cart: CartState): Promise<CartView> {
    return cartView(cart, cart.coupon === null ? undefined : await coupons.find(cart.coupon));
  }

  return [
    route({
      method: 'GET',
      path: '/api/carts/current',
      summary: 'My cart, on whichever device it was filled; 404 where there is none, or its order was placed',
      tags,
      access: 'signed-in',
      query: Type.Object({ optional: Type.Optional(Type.Boolean({ description: 'Where there is none, the answer is 204' })) }, closed),
      responses: { 200: CartView, 204: null, 404: Problem },
      handle: async ({ principal, query: { optional = false } }) => {
        const current = await currentOf(principal.userId);
        if (current.is !== 'cart' && optional) return { status: 204, headers };
        if (current.is !== 'cart') throw notFound('cart');
        return { body: await view(current.cart), headers };
      },
    }),
    route({
      method: 'POST',
      path: '/api/carts/current',
      summary: 'My cart, made where there is none',
      tags,
      access: 'signed-in',
      body: Type.Object(
        { currency: Type.Optional(KnownCurrency) },
        { ...closed, description: 'Currency: of a cart that is made; USD unless told' },
      ),
      optionalBody: true,
      responses: { 200: CartView },
      handle: async ({ principal, body }) => {
        const { currency = defaultCurrency } = (body as { currency?: string } | undefined) ?? {};
        return { body: await view(await currentOrNew(principal.userId, currency)), headers };
      },
    }),
  ];
}
