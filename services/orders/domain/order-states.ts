/** How an order goes; `docs/ARCHITECTURE.md` draws it from this value. */
export const orderStatuses = ['placed', 'reserved', 'rejected', 'authorized', 'payment_failed', 'confirmed', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export const fulfilments = ['none', 'partial', 'shipped', 'delivered', 'returned'] as const;
export type Fulfilment = (typeof fulfilments)[number];

export const paymentStatuses = ['none', 'authorized', 'captured', 'partially_refunded', 'refunded', 'failed'] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** From a state to those that may follow. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

export const statusTransitions: Transitions<OrderStatus> = {
  placed: ['reserved', 'rejected', 'cancelled'],
  reserved: ['authorized', 'payment_failed', 'cancelled'],
  authorized: ['confirmed', 'cancelled'],
  confirmed: ['cancelled'],
  rejected: [],
  payment_failed: [],
  cancelled: [],
};

export const fulfilmentTransitions: Transitions<Fulfilment> = {
  none: ['partial', 'shipped'],
  partial: ['shipped'],
  shipped: ['delivered', 'returned'],
  delivered: ['returned'],
  returned: [],
};

export const paymentTransitions: Transitions<PaymentStatus> = {
  none: ['authorized', 'captured', 'failed'],
  authorized: ['captured', 'none', 'failed'],
  captured: ['partially_refunded', 'refunded'],
  partially_refunded: ['partially_refunded', 'refunded'],
  refunded: [],
  failed: [], // that what was authorised before is voided then, is no news
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
  return transitions[from].includes(to);
}
