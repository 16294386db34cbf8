import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { Purchases } from '../adapters/purchases-in-postgres.ts';

/** Remembers who has bought what. Orders that come to nothing are passed over, which costs no transaction of their own: in a sale most do. */
export function orderEvents(purchases: Purchases): Handler[] {
  return [
    on(OrderConfirmed, {
      apply: ({ data: { orderId, customerId, skus = [] } }, unit) => purchases.bought(unit, { orderId, customerId, skus }),
    }),
    on(OrderCancelled, { apply: ({ data: { orderId } }, unit) => purchases.cancelled(unit, orderId) }),
  ];
}
