// The life of an order on one page: what is answered to each message, and how each step is undone.
//
//   step       done by      on message             undone by
//   reserve    inventory    OrderPlaced            OrderCancelled, OrderPaymentFailed: inventory releases
//   authorise  payments     OrderReserved          OrderCancelled: payments voids
//   commit     inventory    OrderConfirmed         OrderCancelled: inventory takes the goods back
//   capture    payments     OrderConfirmed         OrderCancelled: payments refunds
//   ship       staff        (by hand)              OrderReturned: inventory takes the goods back; OrderRefundRequested: payments refunds
//   ship a part           (by hand)              OrderRestCancelled: inventory takes back what was not sent; OrderRefundRequested, as above
//   refund     payments     OrderRefundRequested   nothing: one that fails can be asked for again
//
// Messages can come late: after the customer or the deadline has cancelled, or after the provider changed its mind. `late` says what then
// happens. Orders alone knows deadlines, and decides by pure functions: (order, message) → events.
import type { NextAction, Shortage } from '@cartwright/kernel/schemas';
import { isFailed, mayFollow, paymentTransitions } from './order-states.ts';
import type { OrderStatus, PaymentStatus } from './order-states.ts';
import type { Order, OrderEvent } from './order.ts';
import { refundable } from './refunds.ts';

interface Step<Message> {
  /** Statuses in which the message is awaited. */
  readonly awaitedIn: readonly OrderStatus[];
  readonly then: (order: Order, message: Message) => readonly OrderEvent[];
  /** For any other status: the compensation, or nothing where the step has been undone already or was seen before. */
  readonly late: (order: Order, message: Message) => readonly OrderEvent[];
}

type Nothing = Readonly<Record<string, never>>;
interface Retry {
  /** The new cart with the same lines. */
  readonly retryCartId?: string;
}

const nothing = (): readonly OrderEvent[] => [];
const step = <Message>(definition: Step<Message>): Step<Message> => definition;

export const orderProcess = {
  StockReserved: step<Nothing>({
    awaitedIn: ['placed'],
    then: () => [{ type: 'OrderReserved', data: {} }],
    late: nothing, // inventory gets OrderCancelled after OrderPlaced, in order, and releases
  }),

  StockRejected: step<{ readonly shortages: readonly Shortage[] } & Retry>({
    awaitedIn: ['placed'],
    then: (_, { shortages, retryCartId }) => [{ type: 'OrderRejected', data: { shortages, ...retry(retryCartId) } }],
    late: nothing, // nothing is held
  }),

  PaymentActionRequired: step<{ readonly nextAction: NextAction }>({
    awaitedIn: ['reserved'],
    then: (_, { nextAction }) => [{ type: 'OrderUpdated', data: { reason: 'payment_action_required', nextAction } }],
    late: nothing, // payments gets OrderCancelled, and ends what waits for the customer
  }),

  PaymentAuthorized: step<Nothing>({
    awaitedIn: ['reserved'],
    then: () => [
      { type: 'OrderAuthorized', data: {} },
      { type: 'OrderConfirmed', data: {} },
    ],
    // Money is held for an order that has come to nothing: OrderCancelled is said again, and payments voids it.
    late: ({ status }) => (isFailed(status) ? [cancelled(status, 'authorized_too_late')] : []),
  }),

  PaymentFailed: step<{ readonly reason: string } & Retry>({
    awaitedIn: ['reserved'],
    then: (_, { reason, retryCartId }) => [{ type: 'OrderPaymentFailed', data: { reason, ...retry(retryCartId) } }],
    late: nothing, // nothing is held
  }),

  PaymentCaptured: step<Nothing>({
    awaitedIn: ['confirmed'],
    then: (order) => payment(order, 'captured'),
    // A capture that crossed a cancellation on its way: the money is there until payments has refunded it.
    late: (order) => (isFailed(order.status) ? payment(order, 'captured') : []),
  }),

  PaymentCaptureFailed: step<{ readonly reason: string }>({
    awaitedIn: ['confirmed'],
    then: (order, { reason }) => [...payment(order, 'failed', `capture_failed: ${reason}`), cancelled(order.status, 'capture_failed')],
    late: (order, { reason }) => (isFailed(order.status) ? payment(order, 'failed', `capture_failed: ${reason}`) : []),
  }),

  PaymentVoided: step<Nothing>({
    awaitedIn: ['cancelled'],
    then: (order) => payment(order, 'none', 'voided'),
    late: (order) => payment(order, 'none', 'voided'),
  }),

  PaymentRefunded: step<{ readonly amount: number; readonly refundId?: string }>({
    awaitedIn: ['confirmed', 'cancelled'],
    then: refunded,
    late: refunded,
  }),

  PaymentRefundFailed: step<{ readonly refundId: string; readonly reason: string }>({
    awaitedIn: ['confirmed', 'cancelled'],
    then: refundFailed, // it can be asked for again
    late: nothing,
  }),

  /** The deadline of an order that nobody has paid. A payment that comes after all is `late`. */
  Expired: step<Nothing>({
    awaitedIn: ['placed', 'reserved'],
    then: ({ status }) => [cancelled(status, 'expired')],
    late: nothing,
  }),
} as const;

export type ProcessMessage = keyof typeof orderProcess;
export type MessageData<M extends ProcessMessage> = (typeof orderProcess)[M] extends Step<infer Data> ? Data : never;

/** What a message makes of an order: its further events, none where it changes nothing. */
export function react<M extends ProcessMessage>(order: Order, message: M, data: MessageData<M>): readonly OrderEvent[] {
  const { awaitedIn, then, late } = orderProcess[message] as unknown as Step<MessageData<M>>;
  return awaitedIn.includes(order.status) ? then(order, data) : late(order, data);
}

function cancelled(previousStatus: OrderStatus, reason: string): OrderEvent {
  return { type: 'OrderCancelled', data: { reason, previousStatus } };
}

function retry(retryCartId: string | undefined): Retry {
  return retryCartId === undefined ? {} : { retryCartId };
}

/** The news of a payment, where it is news. Payments tells its states in order, so what cannot follow was overtaken. */
function payment(order: Order, paymentStatus: PaymentStatus, reason: string = paymentStatus): OrderEvent[] {
  if (!mayFollow(paymentTransitions, order.paymentStatus, paymentStatus)) return [];
  return [{ type: 'OrderUpdated', data: { reason, paymentStatus } }];
}

function refunded(order: Order, { amount, refundId: id }: { readonly amount: number; readonly refundId?: string }): OrderEvent[] {
  const sum = order.refunded + amount;
  const paymentStatus = sum >= order.totals.total ? 'refunded' : 'partially_refunded';
  if (!mayFollow(paymentTransitions, order.paymentStatus, paymentStatus)) return [];
  const refund = id === undefined ? {} : { refund: { id, status: 'done' as const } };
  return [{ type: 'OrderUpdated', data: { reason: paymentStatus, paymentStatus, refunded: sum, ...refund } }];
}

/** A refund that nobody asked for by its id is the one by which the money of a cancelled order goes back by itself: all that is left. */
function refundFailed(order: Order, { refundId: id, reason }: { readonly refundId: string; readonly reason: string }): OrderEvent[] {
  const failed = (more: { amount?: number }): OrderEvent[] => [
    { type: 'OrderUpdated', data: { reason: `refund_failed: ${reason}`, refund: { id, status: 'failed', ...more } } },
  ];
  const known = order.refunds.find((refund) => refund.id === id);
  if (known !== undefined) return known.status === 'requested' ? failed({}) : [];
  const amount = refundable(order);
  return order.status === 'cancelled' && amount > 0 ? failed({ amount }) : [];
}
