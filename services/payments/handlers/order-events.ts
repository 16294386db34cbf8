import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPaymentFailed } from '@cartwright/kernel/events/order-payment-failed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { OrderRefundRequested } from '@cartwright/kernel/events/order-refund-requested';
import { OrderRejected } from '@cartwright/kernel/events/order-rejected';
import { OrderReserved } from '@cartwright/kernel/events/order-reserved';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Input } from '../domain/payment.ts';
import type { Job, Payments } from '../ports.ts';

/** Payments obeys orders. A handler only commits what is to be done; the provider is called after the commit. */
export function orderEvents(payments: Pick<Payments, 'expect' | 'tell'>, start: (...jobs: readonly Job[]) => void): Handler[] {
  const tell = async (unit: UnitOfWork, orderId: string, input: Input): Promise<void> => {
    const jobs = await payments.tell(unit, orderId, input);
    unit.afterCommit(() => {
      start(...jobs);
    });
  };
  const ended = {
    apply: ({ data: { orderId } }: { data: { orderId: string } }, unit: UnitOfWork) => tell(unit, orderId, { signal: 'ended' }),
  };
  return [
    on(OrderPlaced, { apply: ({ data }, unit) => payments.expect(unit, data) }),
    on(OrderReserved, {
      apply: ({ data: { orderId, amount, currency, provider, token } }, unit) =>
        tell(unit, orderId, { signal: 'requested', asked: { amount, currency, provider, token } }),
    }),
    on(OrderConfirmed, { apply: ({ data: { orderId } }, unit) => tell(unit, orderId, { signal: 'confirmed' }) }),
    on(OrderRefundRequested, {
      apply: ({ data: { orderId, refundId, amount } }, unit) => tell(unit, orderId, { signal: 'refund_wanted', refundId, amount }),
    }),
    on(OrderRejected, ended),
    on(OrderCancelled, ended),
    on(OrderPaymentFailed, ended),
  ];
}
