import type { NewEvent } from '@cartwright/kernel/events/event';
import { OrderAuthorized } from '@cartwright/kernel/events/order-authorized';
import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPaymentFailed } from '@cartwright/kernel/events/order-payment-failed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { OrderRejected } from '@cartwright/kernel/events/order-rejected';
import { OrderReserved } from '@cartwright/kernel/events/order-reserved';
import { OrderRefundRequested } from '@cartwright/kernel/events/order-refund-requested';
import { OrderRestCancelled } from '@cartwright/kernel/events/order-rest-cancelled';
import { OrderReturnRequested } from '@cartwright/kernel/events/order-return-requested';
import { OrderReturned } from '@cartwright/kernel/events/order-returned';
import { OrderUpdated } from '@cartwright/kernel/events/order-updated';
import type { Shipment } from './fulfilment.ts';
import type { Order, OrderEvent, UpdatedData } from './order.ts';

/**
 * What other services are told of an event. One event makes one, so that versions have no holes.
 * @param after the order after the event
 * @param paymentToken the provider's token, which only OrderReserved carries and nothing else keeps
 */
export function integrationEvent(after: Order, event: OrderEvent, paymentToken: string | null): NewEvent {
  const { id: orderId, currency } = after;
  const place = { aggregateId: orderId, aggregateVersion: after.version };
  switch (event.type) {
    case 'OrderPlaced': {
      const { number, cartId, customerId, totals, shippingMethod, provider } = after;
      const lines = [...after.lines];
      return OrderPlaced.create({
        ...place,
        data: { orderId, number, cartId, customerId, currency, lines, totals, shippingMethod, provider },
      });
    }
    case 'OrderReserved': {
      if (paymentToken === null) throw new Error(`Order ${orderId} has no payment token to authorise with`);
      const { provider, totals, customerId } = after;
      const data = { orderId, amount: totals.total, currency, provider, token: paymentToken, customerId };
      return OrderReserved.create({ ...place, data });
    }
    case 'OrderRejected':
      return OrderRejected.create({ ...place, data: { orderId, ...event.data, shortages: [...event.data.shortages] } });
    case 'OrderAuthorized':
      return OrderAuthorized.create({ ...place, data: { orderId } });
    case 'OrderPaymentFailed':
      return OrderPaymentFailed.create({ ...place, data: { orderId, ...event.data } });
    case 'OrderConfirmed': {
      const { number, customerId, totals } = after;
      const skus = [...new Set(after.lines.map(({ sku }) => sku))];
      return OrderConfirmed.create({ ...place, data: { orderId, number, amount: totals.total, currency, customerId, skus } });
    }
    case 'OrderCancelled':
      return OrderCancelled.create({ ...place, data: { orderId, ...event.data } });
    case 'OrderRefundRequested':
      return OrderRefundRequested.create({ ...place, data: { orderId, ...event.data, currency } });
    case 'OrderReturnRequested':
      return OrderReturnRequested.create({ ...place, data: { orderId, ...event.data, lines: [...event.data.lines] } });
    case 'OrderReturned':
      return OrderReturned.create({ ...place, data: { orderId, ...event.data, lines: [...event.data.lines] } });
    case 'OrderRestCancelled':
      return OrderRestCancelled.create({ ...place, data: { orderId, ...event.data, lines: [...event.data.lines] } });
    case 'OrderUpdated': {
      const { status, fulfilment, paymentStatus } = after;
      const { reason, nextAction } = event.data;
      const changed = { ...(nextAction === undefined ? {} : { nextAction }), ...moved(after, event.data) };
      return OrderUpdated.create({ ...place, data: { orderId, status, fulfilment, paymentStatus, reason, ...changed } });
    }
  }
}

/** The goods and the money that moved: what customers are told of. */
function moved(after: Order, { shipment, delivered, refund, refunded, rejectedReturn }: UpdatedData) {
  const arrived = after.shipments.filter(({ id }) => delivered?.includes(id));
  const back = after.returns.find(({ id }) => id === rejectedReturn);
  return {
    ...(shipment === undefined ? {} : { shipment: shipmentOf(shipment) }),
    ...(arrived.length === 0 ? {} : { delivered: arrived.map(({ id: shipmentId, lines }) => ({ shipmentId, lines: [...lines] })) }),
    ...(refund === undefined && refunded === undefined ? {} : { refund: refundOf(after, refund) }),
    ...(back === undefined ? {} : { rejectedReturn: { returnId: back.id, lines: [...back.lines] } }),
  };
}

function shipmentOf({ id: shipmentId, lines, ...more }: Omit<Shipment, 'delivered'>) {
  return { shipmentId, lines: [...lines], ...more };
}

/** A refund that nobody asked for by its id is the one of a cancelled order: the rest of what was given back. */
function refundOf({ refunds, refunded }: Order, named: UpdatedData['refund']) {
  const found = refunds.find(({ id }) => id === named?.id);
  const status = named?.status ?? 'done';
  if (found !== undefined) return { refundId: found.id, status, amount: found.amount, refunded };
  const asked = refunds.filter((one) => one.status === 'done').reduce((sum, { amount }) => sum + amount, 0);
  return { status, amount: Math.max(0, refunded - asked), refunded };
}
