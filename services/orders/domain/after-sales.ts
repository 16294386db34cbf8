import { conflict, invalidField, notFound } from '@cartwright/kernel/http/problem';
import { returnable, tooMuch } from './fulfilment.ts';
import type { Return, Units } from './fulfilment.ts';
import { beyond, notNow, paidStatuses } from './order-commands.ts';
import type { Order, OrderEvent } from './order.ts';
import { isStuck, refundable, valueOfReturn } from './refunds.ts';
import { inStaffsWords, rejected } from './words.ts';

// What people ask of an order that was paid. Each answers the events, and throws a Problem where it may not be done.

export interface RefundWish {
  readonly refundId: string;
  /** Minor units; all that is left, unless told. */
  readonly amount?: number;
  readonly currency?: string;
  readonly reason: string;
}

/** Gives money back, up to what was paid. A cancelled order's goes back by itself, and can be asked for once that has failed. */
export function refund(order: Order, { refundId, amount: wanted, currency = order.currency, reason }: RefundWish): readonly OrderEvent[] {
  if ((order.status !== 'confirmed' && !isStuck(order)) || !paidStatuses.includes(order.paymentStatus)) throw notNow(order, 'refunded');
  if (currency !== order.currency) throw invalidField('/amount/currency', 'currency', `has to be ${order.currency}, as the order's`);
  const left = refundable(order);
  const amount = wanted ?? left;
  const money = { amount: left, currency: order.currency };
  if (left === 0) throw conflict('nothing_to_refund', 'All of it was given back, or is on its way', { refundable: money });
  if (amount > left) throw conflict('exceeds_refundable', 'More than is left of what was paid', { refundable: money });
  if (amount === 0) throw invalidField('/amount/amount', 'minimum', 'has to be more than 0');
  return [{ type: 'OrderRefundRequested', data: { refundId, amount, reason } }];
}

export interface ReturnWish {
  readonly returnId: string;
  readonly lines: readonly Units[];
  readonly reason: string;
}

/** The customer wants to send back what was shipped. Nothing moves before it has arrived. */
export function requestReturn(order: Order, { returnId, lines, reason }: ReturnWish): readonly OrderEvent[] {
  if (order.status !== 'confirmed' || order.shipments.length === 0) throw notNow(order, 'returned');
  const over = tooMuch(lines, returnable(order));
  if (over.length > 0) throw beyond(over, 'left to be sent back');
  return [{ type: 'OrderReturnRequested', data: { returnId, lines, reason } }];
}

/** What staff decides about goods that have arrived. */
export interface Receipt {
  readonly returnId: string;
  /** Whether they can be sold again. */
  readonly restock: boolean;
  /** Whether their price goes back. */
  readonly refund: boolean;
}

/** Goods came back: into stock, and their price to the customer. The refund has the return's id. */
export function receiveReturn(order: Order, { returnId, restock, refund: paysBack }: Receipt): readonly OrderEvent[] {
  const found = returnOf(order, returnId);
  if (found.status === 'received') return [];
  if (found.status === 'rejected') throw conflict('return_rejected', 'The return was rejected before');
  const { lines } = found;
  const amount = paysBack ? Math.min(valueOfReturn(order, lines), refundable(order)) : 0;
  const back: OrderEvent = { type: 'OrderReturned', data: { returnId, lines, restock } };
  return amount === 0 ? [back] : [back, { type: 'OrderRefundRequested', data: { refundId: returnId, amount, reason: 'returned' } }];
}

/** The goods are not taken back; staff say why in words of their own. */
export function rejectReturn(order: Order, returnId: string): readonly OrderEvent[] {
  const { status } = returnOf(order, returnId);
  if (status === 'rejected') return [];
  if (status === 'received') throw conflict('return_received', 'The goods were received before');
  return [{ type: 'OrderUpdated', data: { reason: rejected(inStaffsWords), rejectedReturn: returnId } }];
}

function returnOf({ returns }: Order, returnId: string): Return {
  const found = returns.find(({ id }) => id === returnId);
  if (found === undefined) throw notFound('return', returnId);
  return found;
}
