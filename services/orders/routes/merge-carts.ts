import { ActorError } from '@cartwright/actor-host/actor-error';
import type { CartState } from '@cartwright/cart/state';
import { conflict } from '@cartwright/kernel/http/problem';
import { v5 } from 'uuid';
import type { Carts, Orders } from '../ports.ts';
import { editCart } from './cart-access.ts';
import { refusable } from './cart-refusals.ts';

type CartMethods = ReturnType<Carts['cart']>;

/**
 * Moves lines between carts, once. The source is sealed meanwhile, under an id that becomes no order, so that two merges do not both take its
 * lines and nobody orders them. The id follows from both carts and from when the source was filled: who comes again after a process died in
 * between goes on with the same merge, which the target knows if it has taken the lines already.
 */
export async function mergeCarts(orders: Pick<Orders, 'void'>, cart: CartMethods, source: CartMethods): Promise<CartState> {
  const [into, from] = await refusable(() => Promise.all([cart.view(null), source.view(null)]));
  const unchanged = () => editCart(orders, cart, (actor) => actor.reprice({ prices: [] }));
  if (into === null || from === null || from.lines.length === 0) return unchanged();
  const mergeId = idOfMerge(from, into);
  const sealed = await source.seal({ orderId: mergeId }).catch((error: unknown) => {
    if (error instanceof ActorError && error.code === 'cart_empty') return undefined; // somebody else has emptied it
    throw error;
  });
  if (sealed === undefined) return unchanged();
  if (sealed.orderId !== mergeId) throw conflict('cart_sealed', 'The other cart belongs to an order', { orderId: sealed.orderId });
  if (idOfMerge(sealed, into) !== mergeId) {
    // It was emptied and filled anew meanwhile: that is another merge.
    await source.unseal({ orderId: mergeId });
    return mergeCarts(orders, cart, source);
  }
  const { lines, currency, coupon } = sealed;
  const merged = await editCart(orders, cart, (actor) => actor.merge({ mergeId, lines, currency, coupon })).catch(
    async (error: unknown) => {
      await source.unseal({ orderId: mergeId });
      throw error;
    },
  );
  await source.handOver({ mergeId });
  return merged;
}

function idOfMerge(from: CartState, into: CartState): string {
  return v5(`${from.id}:${from.filledAt ?? from.createdAt}`, into.id);
}
