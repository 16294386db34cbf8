import type { NextAction, Shortage } from '@cartwright/kernel/schemas';
import { forgoneUnits, fulfilmentOfSent, isWhole } from './fulfilment.ts';
import type { Cancellation, Return, Shipment, Units } from './fulfilment.ts';
import { fulfilmentTransitions, isFailed, mayFollow, paymentTransitions, statusTransitions } from './order-states.ts';
import type { Fulfilment, OrderStatus, PaymentStatus } from './order-states.ts';
import type { Refund } from './refunds.ts';
import type { OrderLine, OrderTotals } from './totals.ts';

/** An order as its events make it. Names, addresses and e-mail are not part of it: they can be erased, events cannot. */
export interface Order {
  readonly id: string;
  readonly number: string;
  readonly cartId: string;
  /** Null: a guest. */
  readonly customerId: string | null;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  readonly totals: OrderTotals;
  readonly couponCode: string | null;
  readonly shippingMethod: string;
  readonly provider: string;
  readonly status: OrderStatus;
  readonly fulfilment: Fulfilment;
  readonly paymentStatus: PaymentStatus;
  /** What the customer has to do for the payment to go on. */
  readonly nextAction: NextAction | null;
  /** A new cart with the same lines, when the order came to nothing. */
  readonly retryCartId: string | null;
  /** Minor units that were given back. */
  readonly refunded: number;
  readonly shipments: readonly Shipment[];
  readonly refunds: readonly Refund[];
  readonly returns: readonly Return[];
  readonly cancellations: readonly Cancellation[];
  /** Number of events so far. */
  readonly version: number;
}

type NoData = Readonly<Record<string, never>>;

/** What is kept of an order for ever, in the order it happened. Each has one integration event of the same type and version. */
export type OrderEvent =
  | { readonly type: 'OrderPlaced'; readonly data: PlacedData }
  | { readonly type: 'OrderReserved'; readonly data: NoData }
  | { readonly type: 'OrderRejected'; readonly data: { readonly shortages: readonly Shortage[]; readonly retryCartId?: string } }
  | { readonly type: 'OrderAuthorized'; readonly data: NoData }
  | { readonly type: 'OrderPaymentFailed'; readonly data: { readonly reason: string; readonly retryCartId?: string } }
  | { readonly type: 'OrderConfirmed'; readonly data: NoData }
  | { readonly type: 'OrderCancelled'; readonly data: { readonly reason: string; readonly previousStatus: OrderStatus } }
  | { readonly type: 'OrderUpdated'; readonly data: UpdatedData }
  | {
      readonly type: 'OrderRefundRequested';
      readonly data: { readonly refundId: string; readonly amount: number; readonly reason: string };
    }
  | {
      readonly type: 'OrderReturnRequested';
      readonly data: { readonly returnId: string; readonly lines: readonly Units[]; readonly reason: string };
    }
  | {
      readonly type: 'OrderReturned';
      readonly data: { readonly returnId: string; readonly lines: readonly Units[]; readonly restock: boolean };
    }
  | {
      readonly type: 'OrderRestCancelled';
      readonly data: { readonly cancellationId: string; readonly lines: readonly Units[]; readonly reason: string };
    };

export type PlacedData = Pick<
  Order,
  'number' | 'cartId' | 'customerId' | 'currency' | 'lines' | 'totals' | 'couponCode' | 'shippingMethod' | 'provider'
>;

/** Only what changed, and why. */
export interface UpdatedData {
  readonly reason: string;
  readonly fulfilment?: Fulfilment;
  readonly paymentStatus?: PaymentStatus;
  readonly nextAction?: NextAction;
  /** Minor units given back so far, all refunds together. */
  readonly refunded?: number;
  /** What left the house. */
  readonly shipment?: Omit<Shipment, 'delivered'>;
  /** Shipments that arrived. */
  readonly delivered?: readonly string[];
  /** With `amount`: one that nobody asked for by its id, such as that of a cancelled order. */
  readonly refund?: { readonly id: string; readonly status: 'done' | 'failed'; readonly amount?: number };
  readonly rejectedReturn?: string;
}

/** An order after its first event. */
export function placed(id: string, data: PlacedData): Order {
  return {
    id,
    ...data,
    status: 'placed',
    fulfilment: 'none',
    paymentStatus: 'none',
    nextAction: null,
    retryCartId: null,
    refunded: 0,
    shipments: [],
    refunds: [],
    returns: [],
    cancellations: [],
    version: 1,
  };
}

/** Whether a state may follow another. */
type Rule = typeof mayFollow;

/** The order after one more event that is being decided. Throws where the state tables do not allow it: that is a fault of the program. */
export function evolve(order: Order, event: OrderEvent): Order {
  return { ...order, ...change(order, event, mayFollow), version: order.version + 1 };
}

/**
 * The order that events make. What has happened has happened: the state tables say what may be decided today, and are not asked about the
 * past, which older rules have decided. Throws unless the first is OrderPlaced.
 */
export function fold(id: string, [first, ...later]: readonly OrderEvent[]): Order {
  if (first?.type !== 'OrderPlaced') throw new Error(`Order ${id} does not begin with OrderPlaced`);
  const happened = (order: Order, event: OrderEvent): Order => ({
    ...order,
    ...change(order, event, () => true),
    version: order.version + 1,
  });
  return later.reduce(happened, placed(id, first.data));
}

function change(order: Order, event: OrderEvent, rule: Rule): Partial<Order> {
  switch (event.type) {
    case 'OrderPlaced':
      throw new Error(`Order ${order.id} is placed already`);
    case 'OrderReserved':
      return toStatus(order, 'reserved', rule);
    case 'OrderRejected':
      return { ...toStatus(order, 'rejected', rule), retryCartId: event.data.retryCartId ?? null };
    case 'OrderAuthorized':
      return { ...toStatus(order, 'authorized', rule), ...toPayment(order, 'authorized', rule), nextAction: null };
    case 'OrderPaymentFailed':
      return {
        ...toStatus(order, 'payment_failed', rule),
        ...toPayment(order, 'failed', rule),
        nextAction: null,
        retryCartId: event.data.retryCartId ?? null,
      };
    case 'OrderConfirmed':
      return toStatus(order, 'confirmed', rule);
    case 'OrderCancelled':
      // Said again to an order that has failed, it only makes others give back what came too late.
      return isFailed(order.status) ? {} : { ...toStatus(order, 'cancelled', rule), nextAction: null };
    case 'OrderUpdated':
      return updated(order, event.data, rule);
    case 'OrderRefundRequested': {
      const { refundId: id, amount, reason } = event.data;
      return { refunds: [...order.refunds, { id, amount, reason, status: 'requested' }] };
    }
    case 'OrderReturnRequested': {
      const { returnId: id, lines, reason } = event.data;
      return { returns: [...order.returns, { id, lines, reason, status: 'requested' }] };
    }
    case 'OrderReturned': {
      const returns = withStatus(order.returns, event.data.returnId, 'received');
      const all = isWhole(order.lines, forgoneUnits({ ...order, returns }));
      return { returns, ...(all ? toFulfilment(order, 'returned', rule) : {}) };
    }
    case 'OrderRestCancelled': {
      const { cancellationId: id, lines, reason } = event.data;
      return { cancellations: [...order.cancellations, { id, lines, reason }], ...toFulfilment(order, fulfilmentOfSent(order), rule) };
    }
  }
}

function updated(order: Order, data: UpdatedData, rule: Rule): Partial<Order> {
  const { fulfilment, paymentStatus, nextAction, refunded, shipment, delivered, refund, rejectedReturn } = data;
  return {
    ...(fulfilment === undefined ? {} : toFulfilment(order, fulfilment, rule)),
    ...(paymentStatus === undefined ? {} : toPayment(order, paymentStatus, rule)),
    ...(nextAction === undefined ? {} : { nextAction }),
    ...(refunded === undefined ? {} : { refunded }),
    ...(shipment === undefined ? {} : { shipments: [...order.shipments, { ...shipment, delivered: false }] }),
    ...(delivered === undefined
      ? {}
      : { shipments: order.shipments.map((one) => (delivered.includes(one.id) ? { ...one, delivered: true } : one)) }),
    ...(refund === undefined ? {} : { refunds: withRefund(order, refund) }),
    ...(rejectedReturn === undefined ? {} : { returns: withStatus(order.returns, rejectedReturn, 'rejected') }),
  };
}

function withRefund({ refunds }: Order, { id, status, amount }: NonNullable<UpdatedData['refund']>): Order['refunds'] {
  if (amount !== undefined && !refunds.some((one) => one.id === id)) return [...refunds, { id, amount, reason: 'cancelled', status }];
  return withStatus(refunds, id, status);
}

function withStatus<Part extends { readonly id: string; readonly status: string }>(
  parts: readonly Part[],
  id: string,
  status: Part['status'],
): Part[] {
  return parts.map((part) => (part.id === id ? { ...part, status } : part));
}

function toFulfilment(order: Order, fulfilment: Fulfilment, rule: Rule): { fulfilment?: Fulfilment } {
  if (fulfilment === order.fulfilment) return {};
  if (!rule(fulfilmentTransitions, order.fulfilment, fulfilment)) throw impossible(order, fulfilment);
  return { fulfilment };
}

function toStatus(order: Order, status: OrderStatus, rule: Rule): { status: OrderStatus } {
  if (!rule(statusTransitions, order.status, status)) throw impossible(order, status);
  return { status };
}

function toPayment(order: Order, paymentStatus: PaymentStatus, rule: Rule): { paymentStatus: PaymentStatus } {
  if (!rule(paymentTransitions, order.paymentStatus, paymentStatus)) throw impossible(order, paymentStatus);
  return { paymentStatus };
}

function impossible({ id, status, fulfilment, paymentStatus }: Order, to: string): Error {
  return new Error(`Order ${id} is ${status}, ${fulfilment}, ${paymentStatus}: ${to} cannot follow`);
}
