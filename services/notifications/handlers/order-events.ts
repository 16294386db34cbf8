import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPaymentFailed } from '@cartwright/kernel/events/order-payment-failed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { OrderRefundRequested } from '@cartwright/kernel/events/order-refund-requested';
import { OrderRejected } from '@cartwright/kernel/events/order-rejected';
import { OrderRestCancelled } from '@cartwright/kernel/events/order-rest-cancelled';
import { OrderReturnRequested } from '@cartwright/kernel/events/order-return-requested';
import { OrderReturned } from '@cartwright/kernel/events/order-returned';
import { OrderUpdated } from '@cartwright/kernel/events/order-updated';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import { moneyAfterCancel } from '../domain/message-data.ts';
import { newsOf } from '../domain/news.ts';
import { whyIn } from '../domain/reasons.ts';
import type { News } from '../domain/news.ts';
import type { StaffAlerts } from '../alert-ports.ts';
import type { MessageJob, Messages, OrderFactsStore } from '../ports.ts';

export interface HandlerParts {
  readonly messages: Messages;
  readonly orders: OrderFactsStore;
  /** Sends a claimed message, after the commit. */
  readonly start: (...jobs: readonly MessageJob[]) => void;
  readonly staffAlerts: Pick<StaffAlerts, 'keep'>;
  /** Makes messages of what was noted for staff, after the commit. */
  readonly wakeAlerts: () => void;
}

/** Statuses after which the customer knows already that nothing comes of the order. */
const ended = ['cancelled', 'payment_failed', 'rejected'];

/** What customers are told of their orders. A handler only claims the messages; they are sent afterwards, outside of the transaction. */
export function orderEvents({ messages, orders, start, staffAlerts, wakeAlerts }: HandlerParts): Handler[] {
  async function tell(unit: UnitOfWork, eventId: string, orderId: string, { template, data }: News): Promise<void> {
    const userId = await orders.customerOf(unit, orderId);
    const jobs = await messages.claim(unit, { eventId, template, orderId, userId, data });
    unit.afterCommit(() => {
      start(...jobs);
    });
  }

  return [
    on(OrderPlaced, {
      apply: async ({ id, data, time }, unit) => {
        await orders.keep(unit, { ...data, placedAt: time });
        await tell(unit, id, data.orderId, { template: 'order-received', data: {} });
      },
    }),
    on(OrderRejected, { apply: ({ id, data }, unit) => tell(unit, id, data.orderId, { template: 'order-rejected', data: {} }) }),
    on(OrderPaymentFailed, {
      apply: ({ id, data: { orderId, reason } }, unit) => tell(unit, id, orderId, { template: 'payment-failed', data: { reason } }),
    }),
    on(OrderConfirmed, { apply: ({ id, data }, unit) => tell(unit, id, data.orderId, { template: 'order-confirmed', data: {} }) }),
    on(OrderCancelled, {
      apply: async ({ id, data: { orderId, reason, previousStatus } }, unit) => {
        // Said again to payments alone, because money came after the end: the customer knows already.
        if (ended.includes(previousStatus)) return;
        const state = await orders.moneyOf(unit, orderId);
        const money = state === undefined ? {} : moneyAfterCancel(previousStatus, state);
        const template = reason === 'capture_failed' ? 'capture-failed' : 'order-cancelled';
        await tell(unit, id, orderId, { template, data: { reason, ...money } });
      },
    }),
    on(OrderRestCancelled, {
      apply: ({ id, data: { orderId, lines, reason } }, unit) =>
        tell(unit, id, orderId, { template: 'order-rest-cancelled', data: { lines, ...whyIn(reason, orderId) } }),
    }),
    on(OrderRefundRequested, {
      apply: async ({ id, data: { orderId, refundId, amount, reason } }, unit) => {
        await orders.noteMoney(unit, orderId, { givingBack: amount });
        await tell(unit, id, orderId, { template: 'refund-requested', data: { amount, ...whyIn(reason, refundId, orderId) } });
      },
    }),
    on(OrderReturnRequested, {
      apply: ({ id, data: { orderId, lines } }, unit) => tell(unit, id, orderId, { template: 'return-requested', data: { lines } }),
    }),
    on(OrderReturned, {
      apply: ({ id, data: { orderId, lines } }, unit) => tell(unit, id, orderId, { template: 'return-received', data: { lines } }),
    }),
    on(OrderUpdated, {
      apply: async ({ id, data }, unit) => {
        const { orderId, paymentStatus, refund } = data;
        await orders.noteMoney(unit, orderId, { paymentStatus, givingBack: refund?.status === 'failed' ? -refund.amount : 0 });
        const news = newsOf(data);
        if (news !== undefined) await tell(unit, id, orderId, news);
        if (refund?.status !== 'failed') return;
        // The customer was told that we see to it.
        await staffAlerts.keep(unit, { eventId: id, template: 'staff-refund-failed', orderId, data: { amount: refund.amount } });
        unit.afterCommit(wakeAlerts);
      },
    }),
  ];
}
