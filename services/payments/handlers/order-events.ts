import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPaymentFailed } from '@cartwright/kernel/events/order-payment-failed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { OrderRejected } from '@cartwright/kernel/events/order-rejected';
import { OrderReserved } from '@cartwright/kernel/events/order-reserved';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import { applyInput, expectPayment } from '../adapters/payments-in-postgres.ts';
import type { Asked } from '../adapters/payments-in-postgres.ts';
import type { Input, Step } from '../domain/payment.ts';

/** Payments obeys orders. A handler only commits what is to be done; the provider is called after the commit, by the worker. */
export function orderEvents(wake: (orderId: string, step: Step) => void): Handler[] {
  const apply = async (orderId: string, input: Input, unit: UnitOfWork, asked?: Asked): Promise<void> => {
    const step = await applyInput(unit, orderId, input, asked);
    if (step === undefined) return;
    unit.afterCommit(() => {
      wake(orderId, step);
    });
  };
  return [
    on(OrderPlaced, { apply: ({ data }, unit) => expectPayment(unit, data) }),
    on(OrderReserved, {
      apply: ({ data: { orderId, amount, currency, provider, token } }, unit) =>
        apply(orderId, { type: 'requested' }, unit, { amount, currency, provider, token }),
    }),
    on(OrderConfirmed, { apply: ({ data: { orderId } }, unit) => apply(orderId, { type: 'confirmed' }, unit) }),
    on(OrderRejected, { apply: ({ data: { orderId } }, unit) => apply(orderId, { type: 'ended' }, unit) }),
    on(OrderCancelled, { apply: ({ data: { orderId } }, unit) => apply(orderId, { type: 'ended' }, unit) }),
    on(OrderPaymentFailed, { apply: ({ data: { orderId } }, unit) => apply(orderId, { type: 'ended' }, unit) }),
  ];
}
