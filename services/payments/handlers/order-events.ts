import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPaymentFailed } from '@cartwright/kernel/events/order-payment-failed';
import { OrderRefundRequested } from '@cartwright/kernel/events/order-refund-requested';
import { OrderReserved } from '@cartwright/kernel/events/order-reserved';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Input } from '../domain/payment.ts';
import type { Job, Payments } from '../ports.ts';

/**
 * Payments obeys orders. A handler only commits what is to be done; the provider is called after the commit. Of an order it hears when its stock is
 * reserved: those that are rejected before cost it nothing.
 */
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
    on(OrderReserved, {
      apply: async ({ data: { orderId, amount, currency, provider, token, customerId = null } }, unit) => {
        await payments.expect(unit, { orderId, customerId, provider });
        await tell(unit, orderId, { signal: 'requested', asked: { amount, currency, provider, token } });
      },
    }),
    on(OrderConfirmed, { apply: ({ data: { orderId } }, unit) => tell(unit, orderId, { signal: 'confirmed' }) }),
    on(OrderRefundRequested, {
      apply: ({ data: { orderId, refundId, amount } }, unit) => tell(unit, orderId, { signal: 'refund_wanted', refundId, amount }),
    }),
    on(OrderCancelled, ended),
    on(OrderPaymentFailed, ended),
  ];
}
