import { customerOf } from '@cartwright/kernel/http/access';
import { conflict, invalidField, notFound, Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Currency, Destination, Money, OrderLine, Sku, Totals, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { quote } from '../domain/quote.ts';
import type { Quote } from '../domain/quote.ts';
import { shippingMethods } from '../domain/shipping.ts';
import { cartFor } from './cart-access.ts';
import { checkoutRefusal } from './checkout-refusals.ts';
import type { Placing } from './place-order.ts';
import { closed, linesView, totalsView } from './views.ts';

const Method = Type.Enum([...shippingMethods]);

const QuoteView = Type.Object(
  {
    currency: Currency,
    lines: Type.Array(OrderLine),
    coupon: Type.Optional(Type.String({ description: "The cart's, where it can be used: the order will be without it else" })),
    shippingMethod: Method,
    totals: Totals,
    shippingMethods: Type.Array(Type.Object({ method: Method, price: Money }, closed), { description: 'All that can be chosen' }),
    changes: Type.Array(Type.Object({ line: Type.Integer({ minimum: 0 }), sku: Sku, was: Money, now: Money }, closed), {
      description: 'Prices that are not what the cart says: the first order is refused for them (409), the quote is of the one after that',
    }),
  },
  closed,
);

/** Tells what an order would cost, as the order will hold it. Nothing is kept, sealed or told to anybody. */
export function quoteRoute({ carts, orders, prices, coupons, policies }: Omit<Placing, 'stock' | 'hooks'>): Route {
  return route({
    method: 'POST',
    path: '/api/carts/:id/quote',
    summary: 'What an order of the cart would cost, with shipping and tax; nothing is ordered or held',
    tags: ['carts'],
    access: 'anyone',
    params: Type.Object({ id: Uuid }, closed),
    body: Type.Object({ shippingAddress: Destination, shippingMethod: Method }, closed),
    responses: { 200: QuoteView, 404: Problem, 409: Problem, 422: Problem },
    handle: async ({ params, body: { shippingAddress: destination, shippingMethod }, principal }) => {
      const cart = await (await cartFor(carts, params.id, principal)).view(null);
      if (cart === null) throw notFound('cart', params.id);
      const { lines, currency, orderId } = cart;
      if (lines.length === 0) throw invalidField('id', 'minItems', 'The cart is empty');
      // Sealed for an order that never was, it can still be ordered.
      if (orderId !== null && (await orders.placeOf(orderId)) === 'placed')
        throw conflict('cart_sealed', 'The cart belongs to an order: that says what it costs', { orderId });
      const [current, coupon] = await Promise.all([
        prices.of(lines.map(({ sku }) => sku)),
        cart.coupon === null ? undefined : coupons.find(cart.coupon, customerOf(principal)),
      ]);
      const quoted = quote({ lines, currency, prices: current, coupon, shippingMethod, destination }, policies);
      if (!quoted.ok) throw checkoutRefusal(quoted, currency, 'id');
      const body = { currency, ...(coupon === undefined ? {} : { coupon: coupon.code }), shippingMethod, ...sums(quoted, currency) };
      return { body, headers: { 'cache-control': 'no-store' } };
    },
  });
}

type Sums = Omit<Static<typeof QuoteView>, 'currency' | 'coupon' | 'shippingMethod'>;

function sums({ lines, totals, shippingMethods: methods, changes }: Extract<Quote, { ok: true }>, currency: string): Sums {
  const money = (amount: number): Money => ({ amount, currency });
  return {
    lines: linesView(lines, currency),
    totals: totalsView(totals, currency),
    shippingMethods: methods.map(({ method, price }) => ({ method, price: money(price) })),
    changes: changes.map(({ index: line, sku, was, now }) => ({ line, sku, was: money(was), now: money(now) })),
  };
}
