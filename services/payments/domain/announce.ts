import type { NewEvent } from '@cartwright/kernel/events/event';
import { PaymentActionRequired } from '@cartwright/kernel/events/payment-action-required';
import { PaymentAuthorized } from '@cartwright/kernel/events/payment-authorized';
import { PaymentCaptureFailed } from '@cartwright/kernel/events/payment-capture-failed';
import { PaymentCaptured } from '@cartwright/kernel/events/payment-captured';
import { PaymentFailed } from '@cartwright/kernel/events/payment-failed';
import { PaymentRefunded } from '@cartwright/kernel/events/payment-refunded';
import { PaymentVoided } from '@cartwright/kernel/events/payment-voided';
import type { Announcement } from './payment-states.ts';
import type { Payment } from './payment.ts';

/** The event by which others are told. @param payment after the change, whose version is the event's */
export function announce(announcement: Announcement, payment: Payment): NewEvent {
  const { orderId, paymentId, provider, amount, currency, version: aggregateVersion } = payment;
  if (amount === null || currency === null) throw new Error(`The payment of order ${orderId} has no amount`);
  const place = { aggregateId: orderId, aggregateVersion };
  const reason = payment.reason ?? 'unknown';
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
    case 'refunded':
      return PaymentRefunded.create({ ...place, data: { orderId, amount, currency } });
  }
}
