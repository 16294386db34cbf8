// How an order goes. `npm run docs:states` draws docs/ARCHITECTURE.md's pictures from these tables.

export const orderStatuses = ['placed', 'reserved', 'rejected', 'authorized', 'payment_failed', 'confirmed', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export const fulfilments = ['none', 'partial', 'shipped', 'delivered', 'returned'] as const;
export type Fulfilment = (typeof fulfilments)[number];

export const paymentStatuses = ['none', 'authorized', 'captured', 'partially_refunded', 'refunded', 'failed'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** From a state to those that may follow, each with what leads there. */
export type Transitions<State extends string> = Readonly<Record<State, Readonly<Partial<Record<State, string>>>>>;

export const statusTransitions: Transitions<OrderStatus> = {
  placed: { reserved: 'StockReserved', rejected: 'StockRejected', cancelled: 'customer, staff, expiry, erasure' },
  reserved: { authorized: 'PaymentAuthorized', payment_failed: 'PaymentFailed', cancelled: 'customer, staff, expiry, erasure' },
  authorized: { confirmed: 'in the same transaction', cancelled: 'customer, staff, erasure' },
  confirmed: { cancelled: 'customer, staff, erasure while nothing is shipped, PaymentCaptureFailed' },
  rejected: {},
  payment_failed: {},
  cancelled: {},
};

export const fulfilmentTransitions: Transitions<Fulfilment> = {
  none: { partial: 'a part is shipped', shipped: 'all is shipped' },
  partial: {
    shipped: 'the last part is shipped, or the rest is cancelled',
    delivered: 'the rest is cancelled, all that was sent has arrived',
    returned: 'the rest is cancelled, all that was sent came back',
  },
  shipped: { delivered: 'all has arrived', returned: 'all came back' },
  delivered: { returned: 'all came back' },
  returned: {},
};

export const paymentTransitions: Transitions<PaymentStatus> = {
  none: {
    authorized: 'PaymentAuthorized',
    captured: 'PaymentCaptured, after a cancellation',
    failed: 'PaymentFailed, PaymentCaptureFailed',
  },
  authorized: { captured: 'PaymentCaptured', none: 'PaymentVoided', failed: 'PaymentCaptureFailed' },
  captured: { partially_refunded: 'PaymentRefunded', refunded: 'PaymentRefunded, all of it' },
  partially_refunded: { partially_refunded: 'PaymentRefunded', refunded: 'PaymentRefunded, the rest' },
  refunded: {},
  failed: {}, // that what was authorised before is voided then, is no news
};

/** Statuses after which nothing is sold: what was held has been given back, or will be. */
export const failedStatuses: readonly OrderStatus[] = ['rejected', 'payment_failed', 'cancelled'];

/** Statuses in which nothing is paid yet; an order that stays in them too long is cancelled. */
export const unpaidStatuses: readonly OrderStatus[] = ['placed', 'reserved'];

export function isFailed(status: OrderStatus): boolean {
  return failedStatuses.includes(status);
}

/** Whether the customer's part is over: the order is confirmed, or has come to nothing. */
export function isSettled(status: OrderStatus): boolean {
  return status === 'confirmed' || isFailed(status);
}

/** Whether a state may follow another. */
export function mayFollow<State extends string>(transitions: Transitions<State>, from: State, to: State): boolean {
  return Object.hasOwn(transitions[from], to);
}
