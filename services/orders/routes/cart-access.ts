import { ActorError } from '@cartwright/actor-host/actor-error';
import type { CartState } from '@cartwright/cart/state';
import { customerOf } from '@cartwright/kernel/http/access';
import type { Principal } from '@cartwright/kernel/http/access';
import { notFound } from '@cartwright/kernel/http/problem';
import type { Carts, Orders } from '../ports.ts';
import { refusable } from './cart-refusals.ts';

type CartMethods = ReturnType<Carts['cart']>;

/** A guest's cart is for whoever knows its id, which nobody can guess; a user's cart is for that user. Others are told that there is none. */
export async function cartFor(carts: Carts, id: string, principal: Principal | null): Promise<CartMethods> {
  const ownerId = await carts.ownerOf(id);
  if (ownerId === undefined || (ownerId !== null && ownerId !== customerOf(principal))) throw notFound('cart', id);
  return carts.cart(id);
}

/**
 * Changes a cart. One that is sealed for an order which was never placed, because the buyer or a process went away in between, is opened first:
 * a void row makes sure that the order cannot come after all.
 */
export async function editCart(
  orders: Pick<Orders, 'void'>,
  cart: CartMethods,
  edit: (cart: CartMethods) => Promise<CartState>,
): Promise<CartState> {
  return refusable(async () => {
    try {
      return await edit(cart);
    } catch (error) {
      if (!(error instanceof ActorError) || error.code !== 'cart_sealed') throw error;
      const { orderId } = error.details;
      if (typeof orderId !== 'string' || !(await orders.void(orderId))) throw error;
      await cart.unseal({ orderId });
      return edit(cart);
    }
  });
}
