import { conflict } from '@cartwright/kernel/http/problem';
import type { Problem } from '@cartwright/kernel/http/problem';
import { isFailed } from './order-states.ts';
import type { Order, OrderEvent } from './order.ts';

// What people ask of an order. Each answers the events, none where it was done before, and throws a Problem 409 where it may not be done.

/** Ends an order that has not left the house. Whoever held something for it gives it back on the event. */
export function cancel(order: Order, reason: string): readonly OrderEvent[] {
  if (order.status === 'cancelled') return [];
  if (isFailed(order.status) || order.fulfilment !== 'none') throw notNow(order, 'cancelled');
  return [{ type: 'OrderCancelled', data: { reason, previousStatus: order.status } }];
}

/** The whole order has left the house. It is paid by then: nothing is sent on a mere authorisation. */
export function ship(order: Order): readonly OrderEvent[] {
  if (order.fulfilment === 'shipped') return [];
  const ready = order.status === 'confirmed' && order.paymentStatus === 'captured' && ['none', 'partial'].includes(order.fulfilment);
  if (!ready) throw notNow(order, 'shipped');
  return [{ type: 'OrderUpdated', data: { reason: 'shipped', fulfilment: 'shipped' } }];
}

/** The customer has it. */
export function deliver(order: Order): readonly OrderEvent[] {
  if (order.fulfilment === 'delivered') return [];
  if (order.fulfilment !== 'shipped') throw notNow(order, 'delivered');
  return [{ type: 'OrderUpdated', data: { reason: 'delivered', fulfilment: 'delivered' } }];
}

function notNow({ number, status, fulfilment, paymentStatus }: Order, what: string): Problem {
  const detail = `Order ${number} is ${status}, its fulfilment ${fulfilment}, its payment ${paymentStatus}: it cannot be ${what} now`;
  return conflict('not_in_this_state', detail, { orderStatus: status, fulfilment, paymentStatus });
}
