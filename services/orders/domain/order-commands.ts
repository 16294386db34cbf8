import { Problem, conflict } from '@cartwright/kernel/http/problem';
import { isWhole, tooMuch, unshipped } from './fulfilment.ts';
import type { Units } from './fulfilment.ts';
import { isFailed } from './order-states.ts';
import type { PaymentStatus } from './order-states.ts';
import type { Order, OrderEvent } from './order.ts';
import { refundable, valueOfReturn } from './refunds.ts';

// What people ask of an order until the customer has it. Each answers the events, none where it was done before, and throws a Problem 409 where
// it may not be done. What comes after that: after-sales.ts.

/** Payment statuses in which the money is ours, or was. */
export const paidStatuses: readonly PaymentStatus[] = ['captured', 'partially_refunded', 'refunded'];

/** Ends an order of which nothing has left the house. Whoever held something for it gives it back on the event. */
export function cancel(order: Order, reason: string): readonly OrderEvent[] {
  if (order.status === 'cancelled') return [];
  if (isFailed(order.status) || order.fulfilment !== 'none') throw notNow(order, 'cancelled');
  return [{ type: 'OrderCancelled', data: { reason, previousStatus: order.status } }];
}

/** Ends an order whose customer was erased, where that is still possible: nobody knows any more where to send it. */
export function cancelErased(order: Order): readonly OrderEvent[] {
  return isFailed(order.status) || order.fulfilment !== 'none' ? [] : cancel(order, 'customer_erased');
}

/** What the customer, or staff, wants no more. */
export interface CancelWish {
  readonly cancellationId: string;
  readonly reason: string;
}

/**
 * Ends what has not left the house: the order, or the rest of one that was shipped in part. The goods go back into stock, and their price to the
 * customer; that refund has the cancellation's id.
 */
export function cancelUnshipped(order: Order, { cancellationId, reason }: CancelWish): readonly OrderEvent[] {
  const rest = unshipped(order);
  if (rest.length === 0 && order.cancellations.length > 0) return [];
  if (order.status !== 'confirmed' || order.fulfilment !== 'partial') return cancel(order, reason);
  const amount = Math.min(valueOfReturn(order, rest), refundable(order));
  const ended: OrderEvent = { type: 'OrderRestCancelled', data: { cancellationId, lines: rest, reason } };
  return amount === 0 ? [ended] : [ended, { type: 'OrderRefundRequested', data: { refundId: cancellationId, amount, reason } }];
}

/** What leaves the house. */
export interface Parcel {
  readonly id: string;
  /** All that is left, unless told. */
  readonly lines?: readonly Units[];
  readonly carrier?: string;
  readonly trackingNumber?: string;
}

/**
 * A part of the order, or all that is left, has left the house. It is paid by then: nothing is sent on a mere authorisation, nor where all of the
 * money has been asked back.
 */
export function ship(order: Order, { lines: wanted, ...parcel }: Parcel): readonly OrderEvent[] {
  const left = unshipped(order);
  if (wanted === undefined && left.length === 0 && order.fulfilment === 'shipped') return [];
  const isOurs = order.paymentStatus === 'captured' || order.paymentStatus === 'partially_refunded';
  const paid = isOurs && (refundable(order) > 0 || order.totals.total === 0);
  if (order.status !== 'confirmed' || !paid || left.length === 0) throw notNow(order, 'shipped');
  const lines = wanted ?? left;
  const over = tooMuch(lines, left);
  if (over.length > 0) throw beyond(over, 'left to be shipped');
  const fulfilment = isWhole(
    order.lines,
    [...order.shipments, { lines }].flatMap((one) => one.lines),
  )
    ? 'shipped'
    : 'partial';
  return [{ type: 'OrderUpdated', data: { reason: 'shipped', fulfilment, shipment: { ...parcel, lines } } }];
}

/** The refusal to send what nobody knows the address of any more. */
export function addresseeErased({ number, fulfilment }: Order): Problem {
  const next =
    fulfilment === 'none' ? 'The order is cancelled and paid back by itself in a moment' : 'Cancel the rest of the order to pay it back';
  return conflict('customer_erased', `The customer of order ${number} was deleted, and the address with them: send nothing. ${next}`);
}

/** The customer has a shipment, or all that were sent. The order is delivered once all of it is. */
export function deliver(order: Order, shipmentId?: string): readonly OrderEvent[] {
  const named = order.shipments.filter(({ id }) => shipmentId === undefined || id === shipmentId);
  if (named.length === 0) throw notNow(order, 'delivered');
  const delivered = named.filter((shipment) => !shipment.delivered).map(({ id }) => id);
  if (delivered.length === 0) return [];
  const all = order.fulfilment === 'shipped' && order.shipments.every((one) => one.delivered || delivered.includes(one.id));
  return [{ type: 'OrderUpdated', data: { reason: 'delivered', delivered, ...(all ? { fulfilment: 'delivered' } : {}) } }];
}

/** The refusal of something that the order's state does not allow. */
export function notNow({ number, status, fulfilment, paymentStatus }: Order, what: string): Problem {
  const detail = `Order ${number} is ${status}, its fulfilment ${fulfilment}, its payment ${paymentStatus}: it cannot be ${what} now`;
  return conflict('not_in_this_state', detail, { orderStatus: status, fulfilment, paymentStatus });
}

/** The refusal of more units than there are. */
export function beyond(lines: readonly { index: number; sku: string; available: number }[], what: string): Problem {
  return new Problem({
    status: 409,
    code: 'too_many_units',
    title: 'Too many units',
    detail: `More units are asked for than are ${what}`,
    errors: lines.map(({ index, sku, available }) => ({
      field: `/lines/${String(index)}/quantity`,
      rule: 'maximum',
      message: `only ${String(available)} of ${sku} are ${what}`,
    })),
  });
}
