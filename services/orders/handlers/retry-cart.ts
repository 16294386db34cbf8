import { ActorError } from '@cartwright/actor-host/actor-error';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { OrderStatus } from '../domain/order-states.ts';
import type { AccessKeys, Carts, Orders } from '../ports.ts';

export interface RetryCartParts {
  readonly orders: Pick<Orders, 'find'>;
  readonly carts: Carts;
  readonly keys: AccessKeys;
  readonly log: Logger;
}

/**
 * Makes the cart that an order leaves behind when it comes to nothing: the same lines, owner and coupon. Its id follows from the order, so that
 * an event that comes twice makes one cart. Only for an order in `status`; else the event will change nothing.
 */
export function retryCarts({ orders, carts, keys, log }: RetryCartParts) {
  return async (orderId: string, status: OrderStatus): Promise<{ retryCartId?: string }> => {
    const order = (await orders.find(orderId))?.order;
    if (order?.status !== status) return {};
    const retryCartId = keys.retryCartId(orderId);
    const { currency, customerId: ownerId, couponCode } = order;
    const lines = order.lines.map(({ sku, title, quantity, unitPrice }) => ({ sku, title, quantity, unitPrice }));
    try {
      await carts.createOnce(retryCartId, { currency, ownerId, lines });
      if (couponCode !== null) await carts.cart(retryCartId).setCoupon({ coupon: couponCode });
      return { retryCartId };
    } catch (error) {
      // The order has to end all the same; a sidecar that is away is another error, and the event comes again.
      if (!(error instanceof ActorError)) throw error;
      log.warn({ error, orderId }, 'a failed order could not leave a cart');
      return {};
    }
  };
}
