import type { Shortage } from '@cartwright/kernel/schemas';

/** A line of an order, as far as stock is concerned. */
export interface ReservationLine {
  readonly sku: string;
  readonly quantity: number;
}

export type ReservationState =
  'reserving' | 'reserved' | 'refusing' | 'rejected' | 'releasing' | 'released' | 'committing' | 'committed' | 'restocking' | 'restocked';

/** What orders' events ask for. */
export type ReservationSignal = 'order_confirmed' | 'order_ended';

/**
 * Where a signal leads. undefined: nothing is to be done.
 * - confirmed: what is held is sold. A reservation that is not held cannot be sold: orders confirms only what was reserved.
 * - ended (cancelled, or its payment failed): what is held is given back; what is being taken is given back as soon as it was taken; what was sold
 *   comes back into stock: orders cancels a confirmed order only while nothing of it has been shipped.
 */
export const transitions: Readonly<Record<ReservationState, Readonly<Record<ReservationSignal, ReservationState | undefined>>>> = {
  reserving: { order_confirmed: undefined, order_ended: 'releasing' },
  reserved: { order_confirmed: 'committing', order_ended: 'releasing' },
  refusing: { order_confirmed: undefined, order_ended: undefined },
  rejected: { order_confirmed: undefined, order_ended: undefined },
  releasing: { order_confirmed: undefined, order_ended: undefined },
  released: { order_confirmed: undefined, order_ended: undefined },
  committing: { order_confirmed: undefined, order_ended: 'restocking' },
  committed: { order_confirmed: undefined, order_ended: 'restocking' },
  restocking: { order_confirmed: undefined, order_ended: undefined },
  restocked: { order_confirmed: undefined, order_ended: undefined },
};

/** States with work to be done, and what they end in when it is done. */
export const settles = {
  reserving: 'reserved',
  refusing: 'rejected',
  releasing: 'released',
  committing: 'committed',
  restocking: 'restocked',
} as const;
export type UnsettledState = keyof typeof settles;

/** What settling ends in. A reservation that was refused before anything was taken has nothing to give back: it is rejected at once. */
export function outcomeOf(from: UnsettledState, shortages: readonly Shortage[]): (typeof settles)[UnsettledState] {
  return from === 'reserving' && shortages.length > 0 ? 'rejected' : settles[from];
}

export function isUnsettled(state: ReservationState): state is UnsettledState {
  return state in settles;
}

/** Lines by SKU, in the order in which turns are taken everywhere, a SKU once. */
export function inTurnOrder(lines: readonly ReservationLine[]): ReservationLine[] {
  const bySku = new Map<string, number>();
  for (const { sku, quantity } of lines) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return [...bySku].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
}
