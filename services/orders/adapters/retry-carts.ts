import type { Carts, Orders } from '../ports.ts';

/**
 * Carts, among them those that orders leave behind when they come to nothing: the same lines, owner and coupon. Such a cart's id follows from the
 * order and is told at once; the cart itself is made when somebody looks for it, as most people never do, and a sale has many more failed orders
 * than sold goods.
 */
export function withRetryCarts(carts: Carts, orders: Pick<Orders, 'thatLeft'>): Carts {
  return {
    ...carts,
    async ownerOf(id) {
      const owner = await carts.ownerOf(id);
      if (owner !== undefined) return owner;
      const order = await orders.thatLeft(id);
      if (order === undefined) return undefined;
      const { currency, customerId, couponCode } = order;
      const lines = order.lines.map(({ sku, title, quantity, unitPrice }) => ({ sku, title, quantity, unitPrice }));
      // Who comes at the same time finds it made.
      const { ownerId } = await carts.createOnce(id, { currency, ownerId: customerId, coupon: couponCode, lines });
      return ownerId;
    },
  };
}
