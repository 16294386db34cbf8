import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPaymentFailed } from '@cartwright/kernel/events/order-payment-failed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { OrderRejected } from '@cartwright/kernel/events/order-rejected';
import { OrderUpdated } from '@cartwright/kernel/events/order-updated';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import { templateOfUpdate } from '../domain/templates.ts';
import type { TemplateName } from '../domain/templates.ts';
import type { MessageJob, Messages, OrderFactsStore } from '../ports.ts';

export interface HandlerParts {
  readonly messages: Messages;
  readonly orders: OrderFactsStore;
  /** Sends a claimed message, after the commit. */
  readonly start: (...jobs: readonly MessageJob[]) => void;
}

/** What customers are told of their orders. A handler only claims the messages; they are sent afterwards, outside of the transaction. */
export function orderEvents({ messages, orders, start }: HandlerParts): Handler[] {
  async function tell(
    unit: UnitOfWork,
    eventId: string,
    orderId: string,
    template: TemplateName,
    data: Record<string, string> = {},
  ): Promise<void> {
    const [row] = await unit.em.execute<{ customer_id: string | null }[]>('select customer_id from orders where order_id = ?', [orderId]);
    const jobs = await messages.claim(unit, { eventId, template, orderId, userId: row?.customer_id ?? null, data });
    unit.afterCommit(() => {
      start(...jobs);
    });
  }

  return [
    on(OrderPlaced, {
      apply: async ({ id, data, time }, unit) => {
        await orders.keep(unit, data, time);
        await tell(unit, id, data.orderId, 'order-received');
      },
    }),
    on(OrderRejected, { apply: ({ id, data }, unit) => tell(unit, id, data.orderId, 'order-rejected') }),
    on(OrderPaymentFailed, {
      apply: ({ id, data: { orderId, reason } }, unit) => tell(unit, id, orderId, 'payment-failed', { reason }),
    }),
    on(OrderConfirmed, { apply: ({ id, data }, unit) => tell(unit, id, data.orderId, 'order-confirmed') }),
    on(OrderCancelled, {
      apply: async ({ id, data: { orderId, reason, previousStatus } }, unit) => {
        // Said again to payments alone, because money came after the end: the customer knows already.
        if (previousStatus === 'cancelled' || previousStatus === 'payment_failed' || previousStatus === 'rejected') return;
        await tell(unit, id, orderId, 'order-cancelled', { reason });
      },
    }),
    on(OrderUpdated, {
      apply: async ({ id, data: { orderId, reason } }, unit) => {
        const template = templateOfUpdate(reason);
        if (template !== undefined) await tell(unit, id, orderId, template);
      },
    }),
  ];
}
