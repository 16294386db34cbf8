import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CartState } from '@cartwright/cart/state';
import { canonicalAddress } from '@cartwright/kernel/address';
import { customerOf } from '@cartwright/kernel/http/access';
import type { Principal } from '@cartwright/kernel/http/access';
import { conflict, notFound } from '@cartwright/kernel/http/problem';
import type { Problem } from '@cartwright/kernel/http/problem';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Address } from '@cartwright/kernel/schemas';
import { v7 } from 'uuid';
import { checkOut } from '../domain/checkout.ts';
import { orderNumber } from '../domain/order-number.ts';
import type { ShippingMethod } from '../domain/shipping.ts';
import type { Policies } from '../domain/totals.ts';
import type { Carts, Contact, Coupons, NewOrder, Orders, Prices, Stock, StoredOrder } from '../ports.ts';
import { cartFor } from './cart-access.ts';
import { refusable } from './cart-refusals.ts';
import { checkoutRefusal } from './checkout-refusals.ts';
import { causeOf } from './order-access.ts';

export interface Placing {
  readonly carts: Carts;
  readonly orders: Orders;
  readonly prices: Prices;
  readonly stock: Stock;
  readonly coupons: Coupons;
  readonly policies: Policies;
  /** Where a test makes a race happen; nothing runs here otherwise. */
  readonly hooks?: { readonly afterSeal?: () => Promise<void>; readonly beforeCommit?: () => Promise<void> };
}

export interface PlacingRequest {
  readonly cartId: string;
  readonly email: string;
  /** Canonical. */
  readonly shippingAddress: Address;
  readonly shippingMethod: ShippingMethod;
  readonly payment: { readonly provider: string; readonly token: string };
  /** The language of the order's messages, as a BCP 47 tag. */
  readonly locale: string | null;
  /** The total that the customer was shown, in minor units of the cart's currency: the order is of no other. */
  readonly expectedTotal?: number;
}

/** What is left to do in the transaction: nothing, where the cart's order is there already. */
export type Prepared = { readonly existing: EarlierOrder } | { readonly fresh: NewOrder };

/** The order that a cart became before; without a contact where its customer was erased. */
type EarlierOrder = StoredOrder & { readonly contact: Contact | undefined };

type CartMethods = ReturnType<Carts['cart']>;

/**
 * Seals the cart with an order's id and works out the order. Placing again finds the same seal, and so the same order. Where the
 * customer has to look again first (a price or the sum has changed, the coupon counts no more), the order id is made void and the cart opened.
 */
async function prepareOrder(parts: Placing, request: PlacingRequest, principal: Principal | null): Promise<Prepared> {
  const { carts, orders, prices, stock, coupons, policies, hooks } = parts;
  const actor = await cartFor(carts, request.cartId, principal);
  const orderId = v7();
  const cart = await refusable(() => actor.seal({ orderId }));
  await hooks?.afterSeal?.();
  if (cart.orderId !== orderId) {
    const earlier = await resume(orders, actor, cart, principal);
    if (earlier === 'opened') return prepareOrder(parts, request, principal);
    if (earlier !== 'never placed') return { existing: earlier };
  }
  const id = cart.orderId ?? orderId;
  const skus = cart.lines.map(({ sku }) => sku);
  const [current, levels, coupon] = await Promise.all([
    prices.of(skus),
    stock.availability(skus, cart.filledAt ?? cart.changedAt),
    cart.coupon === null ? undefined : coupons.find(cart.coupon),
  ]);
  if (cart.coupon !== null && coupon === undefined) throw await refuse(parts, actor, id, couponGone(), 'coupon');
  const { shippingMethod, shippingAddress: destination, expectedTotal } = request;
  // Of the lines that are sealed: nothing joins the order after this.
  const { lines: wanted, currency } = cart;
  const checked = checkOut(
    { lines: wanted, currency, prices: current, stock: levels, coupon, shippingMethod, destination, expectedTotal },
    policies,
  );
  if (!checked.ok) {
    const problem = checkoutRefusal(checked, currency, '/cartId');
    throw await refuse(parts, actor, id, problem, checked.reason === 'price_changed' ? 'prices' : 'nothing');
  }
  const { lines, totals } = checked;
  const customer = customerOf(principal);
  return {
    fresh: {
      id,
      data: {
        number: orderNumber(randomBytes(10)),
        cartId: cart.id,
        customerId: customer ?? cart.ownerId,
        currency: cart.currency,
        lines,
        totals,
        couponCode: cart.coupon,
        shippingMethod,
        provider: request.payment.provider,
      },
      contact: { email: request.email, name: destination.name, address: destination, locale: request.locale },
      paymentToken: request.payment.token,
      cause: customer === null ? causeOf(principal) : `customer:${customer}`,
    },
  };
}

/** Stores the order and redeems its coupon, in the transaction; not where something of it has been withdrawn, or costs something else, by now. */
export async function commitOrder({ orders, prices, coupons, hooks }: Placing, unit: UnitOfWork, order: NewOrder): Promise<void> {
  await hooks?.beforeCommit?.();
  if (!(await prices.hold(unit, order.data.lines, order.data.currency))) throw new Overtaken();
  if (!(await orders.place(unit, order))) throw new Overtaken();
  const { couponCode, customerId } = order.data;
  const redemption = { orderId: order.id, customerId, email: order.contact.email };
  if (couponCode !== null && !(await coupons.redeem(unit, couponCode, redemption))) throw new CouponUsedUp();
}

/** Runs prepare and commit until they are not overtaken. Throws a Problem where the customer has to look again. */
export async function placeOrder<T>(
  parts: Placing,
  request: PlacingRequest,
  principal: Principal | null,
  commit: (prepared: Prepared) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const prepared = await prepareOrder(parts, request, principal);
      try {
        return await commit(prepared);
      } catch (error) {
        if (!(error instanceof CouponUsedUp) || !('fresh' in prepared)) throw error;
        throw await refuse(parts, parts.carts.cart(request.cartId), prepared.fresh.id, couponGone(), 'coupon');
      }
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      if (attempt >= mostAttempts) throw conflict('cart_changed', 'The cart is being changed; look again, then place the order');
    }
  }
}

const mostAttempts = 3;

/** The last of a limited coupon was redeemed by somebody else meanwhile. */
class CouponUsedUp extends Error {
  override readonly name = 'CouponUsedUp';
}

/** Another request settled meanwhile what becomes of the order's id; looking again tells. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** An order that the cart was sealed for before. */
async function resume(
  orders: Orders,
  actor: CartMethods,
  cart: CartState,
  principal: Principal | null,
): Promise<EarlierOrder | 'opened' | 'never placed'> {
  const orderId = cart.orderId ?? '';
  const place = await orders.placeOf(orderId);
  if (place === 'nothing') return 'never placed';
  if (place === 'void') {
    await actor.unseal({ orderId });
    return 'opened';
  }
  const stored = await orders.findWithContact(orderId);
  if (stored === undefined) throw notFound('order');
  // The id of a guest's cart does not open the order of whoever signed in to place it.
  const { customerId } = stored.order;
  if (customerId !== null && customerId !== customerOf(principal))
    throw conflict('cart_sealed', 'The cart was ordered by somebody who is signed in');
  return stored;
}

/**
 * The order that the cart became, for who places it again just as it was placed: a browser or network that tries once more. Where something
 * else is asked for, that is said: an order is not changed by this, and nobody shall believe that it was. How an address is written makes no
 * difference. Of the means of payment only the provider counts, since a token may be new each time; the total only where one is told.
 */
export function sameOrder({ order, contact }: EarlierOrder, request: PlacingRequest): StoredOrder['order'] {
  const address = contact && canonicalAddress(contact.address);
  const { total } = order.totals;
  const { expectedTotal = total } = request;
  const placed = [contact?.email.toLowerCase(), address, order.shippingMethod, order.provider, total];
  const asked = [request.email.toLowerCase(), request.shippingAddress, request.shippingMethod, request.payment.provider, expectedTotal];
  if (isDeepStrictEqual(placed, asked)) return order;
  const { id: orderId, number } = order;
  const detail = `The cart was ordered already, as order ${number}, to another address, in another way or for another sum. That order stays as it is`;
  throw conflict('cart_already_ordered', detail, { orderId, number });
}

/** Gives the cart back to the customer: void first, so that the order cannot come after all, then the new prices, then the answer. */
async function refuse(
  { orders, prices }: Placing,
  actor: CartMethods,
  orderId: string,
  problem: Problem,
  refresh: 'prices' | 'coupon' | 'nothing',
): Promise<Problem> {
  if (!(await orders.void(orderId))) throw new Overtaken();
  const cart = await actor.unseal({ orderId });
  if (refresh === 'coupon') await actor.setCoupon({ coupon: null });
  if (refresh === 'prices') {
    const current = [...(await prices.of(cart.lines.map(({ sku }) => sku))).values()].filter(({ currency }) => currency === cart.currency);
    await actor.reprice({ prices: current.map(({ sku, title, price }) => ({ sku, title, unitPrice: price })) });
  }
  return problem;
}

function couponGone(): Problem {
  return conflict('coupon_not_valid', 'The coupon cannot be used any more; it was taken off the cart');
}
