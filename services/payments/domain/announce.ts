import type { NewEvent } from '@cartwright/kernel/events/event';
import { PaymentActionRequired } from '@cartwright/kernel/events/payment-action-required';
import { PaymentAuthorized } from '@cartwright/kernel/events/payment-authorized';
import { PaymentCaptureFailed } from '@cartwright/kernel/events/payment-capture-failed';
import { PaymentCaptured } from '@cartwright/kernel/events/payment-captured';
import { PaymentFailed } from '@cartwright/kernel/events/payment-failed';
import { PaymentRefundFailed } from '@cartwright/kernel/events/payment-refund-failed';
import { PaymentRefunded } from '@cartwright/kernel/events/payment-refunded';
import { PaymentVoided } from '@cartwright/kernel/events/payment-voided';
import type { Announcement } from './payment-states.ts';
import type { Payment } from './payment.ts';
import type { Refund } from './refunds.ts';

/**
 * The event by which others are told.
 * @param payment after the change, whose version is the event's
 * @param before the payment before the change: what was given back is the difference
 * @param refund which the change is about, where it is about one
 */
export function announce(announcement: Announcement, payment: Payment, before: Pick<Payment, 'refunded'>, refund?: Refund): NewEvent {
  const { orderId, paymentId, provider, amount, currency, version: aggregateVersion } = payment;
  const place = { aggregateId: orderId, aggregateVersion };
  const reason = payment.reason ?? 'unknown';
  if (announcement === 'refund_failed')
    return PaymentRefundFailed.create({ ...place, data: { orderId, refundId: refund?.id ?? paymentId, reason } });
  if (amount === null || currency === null) throw new Error(`The payment of order ${orderId} has no amount`);
  switch (announcement) {
    case 'authorized':
      return PaymentAuthorized.create({ ...place, data: { orderId, paymentId, provider, amount, currency } });
    case 'failed':
      return PaymentFailed.create({ ...place, data: { orderId, provider, reason } });
    case 'action_required':
      return PaymentActionRequired.create({ ...place, data: { orderId, nextAction: payment.nextAction ?? { type: 'unknown' } } });
    case 'captured':
      return PaymentCaptured.create({ ...place, data: { orderId, amount, currency } });
    case 'capture_failed':
      return PaymentCaptureFailed.create({ ...place, data: { orderId, reason } });
    case 'voided':
      return PaymentVoided.create({ ...place, data: { orderId } });
    case 'given_back':
    case 'refunded': {
      // The refund that ends an order, and one made at the provider, are nobody's wish that orders knows.
      const unnamed = announcement === 'given_back' || refund === undefined || refund.id === paymentId;
      const named = unnamed ? {} : { refundId: refund.id };
      return PaymentRefunded.create({ ...place, data: { orderId, amount: payment.refunded - before.refunded, currency, ...named } });
    }
  }
}
