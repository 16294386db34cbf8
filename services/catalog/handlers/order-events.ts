import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPaymentFailed } from '@cartwright/kernel/events/order-payment-failed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { OrderRejected } from '@cartwright/kernel/events/order-rejected';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { Purchases } from '../adapters/purchases-in-postgres.ts';

/** Remembers who has bought what. What an order holds is told when it is placed, that it was bought when it is confirmed. */
export function orderEvents(purchases: Purchases): Handler[] {
  return [
    on(OrderPlaced, {
      apply: ({ data: { orderId, customerId, lines } }, unit) =>
        purchases.placed(unit, { orderId, customerId, skus: lines.map(({ sku }) => sku) }),
    }),
    on(OrderConfirmed, { apply: ({ data }, unit) => purchases.confirmed(unit, data.orderId) }),
    on(OrderRejected, { apply: ({ data }, unit) => purchases.ended(unit, data.orderId) }),
    on(OrderPaymentFailed, { apply: ({ data }, unit) => purchases.ended(unit, data.orderId) }),
    on(OrderCancelled, { apply: ({ data }, unit) => purchases.ended(unit, data.orderId) }),
  ];
}
