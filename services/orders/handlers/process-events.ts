import { PaymentActionRequired } from '@cartwright/kernel/events/payment-action-required';
import { PaymentAuthorized } from '@cartwright/kernel/events/payment-authorized';
import { PaymentCaptureFailed } from '@cartwright/kernel/events/payment-capture-failed';
import { PaymentCaptured } from '@cartwright/kernel/events/payment-captured';
import { PaymentFailed } from '@cartwright/kernel/events/payment-failed';
import { PaymentRefundFailed } from '@cartwright/kernel/events/payment-refund-failed';
import { PaymentRefunded } from '@cartwright/kernel/events/payment-refunded';
import { PaymentVoided } from '@cartwright/kernel/events/payment-voided';
import { StockRejected } from '@cartwright/kernel/events/stock-rejected';
import { StockReserved } from '@cartwright/kernel/events/stock-reserved';
import { on } from '@cartwright/kernel/messaging/handler';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import { react } from '../domain/process.ts';
import type { MessageData, ProcessMessage } from '../domain/process.ts';
import type { AccessKeys, Orders } from '../ports.ts';

export interface ProcessParts {
  readonly orders: Orders;
  readonly keys: Pick<AccessKeys, 'retryCartId'>;
}

/** What stock and payments report, handed to the process of the order (domain/process.ts says what follows). */
export function processEvents({ orders, keys }: ProcessParts): { readonly stock: Handler[]; readonly payments: Handler[] } {
  function handOn<M extends ProcessMessage>(message: M, cause: string) {
    return async (unit: UnitOfWork, orderId: string, data: MessageData<M>): Promise<void> => {
      await orders.change(unit, orderId, cause, (order) => react(order, message, data));
    };
  }
  const stock = {
    reserved: handOn('StockReserved', 'inventory'),
    rejected: handOn('StockRejected', 'inventory'),
  };
  const payment = {
    actionRequired: handOn('PaymentActionRequired', 'payments'),
    authorized: handOn('PaymentAuthorized', 'payments'),
    failed: handOn('PaymentFailed', 'payments'),
    captured: handOn('PaymentCaptured', 'payments'),
    captureFailed: handOn('PaymentCaptureFailed', 'payments'),
    voided: handOn('PaymentVoided', 'payments'),
    refunded: handOn('PaymentRefunded', 'payments'),
    refundFailed: handOn('PaymentRefundFailed', 'payments'),
  };

  return {
    stock: [
      on(StockReserved, { apply: ({ data }, unit) => stock.reserved(unit, data.orderId, {}) }),
      on(StockRejected, {
        apply: ({ data: { orderId, shortages } }, unit) =>
          stock.rejected(unit, orderId, { shortages, retryCartId: keys.retryCartId(orderId) }),
      }),
    ],
    payments: [
      on(PaymentActionRequired, {
        apply: ({ data: { orderId, nextAction } }, unit) => payment.actionRequired(unit, orderId, { nextAction }),
      }),
      on(PaymentAuthorized, { apply: ({ data }, unit) => payment.authorized(unit, data.orderId, {}) }),
      on(PaymentFailed, {
        apply: ({ data: { orderId, reason } }, unit) => payment.failed(unit, orderId, { reason, retryCartId: keys.retryCartId(orderId) }),
      }),
      on(PaymentCaptured, { apply: ({ data }, unit) => payment.captured(unit, data.orderId, {}) }),
      on(PaymentCaptureFailed, { apply: ({ data: { orderId, reason } }, unit) => payment.captureFailed(unit, orderId, { reason }) }),
      on(PaymentVoided, { apply: ({ data }, unit) => payment.voided(unit, data.orderId, {}) }),
      on(PaymentRefunded, { apply: ({ data: { orderId, currency: _, ...data } }, unit) => payment.refunded(unit, orderId, data) }),
      on(PaymentRefundFailed, { apply: ({ data: { orderId, ...data } }, unit) => payment.refundFailed(unit, orderId, data) }),
    ],
  };
}
