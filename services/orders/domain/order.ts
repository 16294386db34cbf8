import type { NextAction, Shortage } from '@cartwright/kernel/schemas';
import { fulfilmentTransitions, isFailed, mayFollow, paymentTransitions, statusTransitions } from './order-states.ts';
import type { Fulfilment, OrderStatus, PaymentStatus } from './order-states.ts';
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
  | { readonly type: 'OrderUpdated'; readonly data: UpdatedData };

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
    version: 1,
  };
}

/** The order after one more event. Throws where the state table does not allow it: that is a fault of the program. */
export function evolve(order: Order, event: OrderEvent): Order {
  return { ...order, ...change(order, event), version: order.version + 1 };
}

/** The order that events make. Throws unless the first is OrderPlaced, and the only one of its kind. */
export function fold(id: string, [first, ...later]: readonly OrderEvent[]): Order {
  if (first?.type !== 'OrderPlaced') throw new Error(`Order ${id} does not begin with OrderPlaced`);
  return later.reduce(evolve, placed(id, first.data));
}

function change(order: Order, event: OrderEvent): Partial<Order> {
  switch (event.type) {
    case 'OrderPlaced':
      throw new Error(`Order ${order.id} is placed already`);
    case 'OrderReserved':
      return toStatus(order, 'reserved');
    case 'OrderRejected':
      return { ...toStatus(order, 'rejected'), retryCartId: event.data.retryCartId ?? null };
    case 'OrderAuthorized':
      return { ...toStatus(order, 'authorized'), ...toPayment(order, 'authorized'), nextAction: null };
    case 'OrderPaymentFailed':
      return {
        ...toStatus(order, 'payment_failed'),
        ...toPayment(order, 'failed'),
        nextAction: null,
        retryCartId: event.data.retryCartId ?? null,
      };
    case 'OrderConfirmed':
      return toStatus(order, 'confirmed');
    case 'OrderCancelled':
      // Said again to an order that has failed, it only makes others give back what came too late.
      return isFailed(order.status) ? {} : { ...toStatus(order, 'cancelled'), nextAction: null };
    case 'OrderUpdated':
      return updated(order, event.data);
  }
}

function updated(order: Order, { fulfilment, paymentStatus, nextAction, refunded }: UpdatedData): Partial<Order> {
  if (fulfilment !== undefined && !mayFollow(fulfilmentTransitions, order.fulfilment, fulfilment)) throw impossible(order, fulfilment);
  return {
    ...(fulfilment === undefined ? {} : { fulfilment }),
    ...(paymentStatus === undefined ? {} : toPayment(order, paymentStatus)),
    ...(nextAction === undefined ? {} : { nextAction }),
    ...(refunded === undefined ? {} : { refunded }),
  };
}

function toStatus(order: Order, status: OrderStatus): { status: OrderStatus } {
  if (!mayFollow(statusTransitions, order.status, status)) throw impossible(order, status);
  return { status };
}

function toPayment(order: Order, paymentStatus: PaymentStatus): { paymentStatus: PaymentStatus } {
  if (!mayFollow(paymentTransitions, order.paymentStatus, paymentStatus)) throw impossible(order, paymentStatus);
  return { paymentStatus };
}

function impossible({ id, status, fulfilment, paymentStatus }: Order, to: string): Error {
  return new Error(`Order ${id} is ${status}, ${fulfilment}, ${paymentStatus}: ${to} cannot follow`);
}
