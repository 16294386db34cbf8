import type { Fulfilment } from './order-states.ts';
import type { Order } from './order.ts';
import type { OrderLine } from './totals.ts';

/** So many of a SKU. */
export interface Units {
  readonly sku: string;
  readonly quantity: number;
}

/** A part of an order that left the house, or all of it. */
export interface Shipment {
  readonly id: string;
  readonly lines: readonly Units[];
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly delivered: boolean;
}

/** Goods that a customer sends back. They count as back when staff has received them. */
export interface Return {
  readonly id: string;
  readonly lines: readonly Units[];
  readonly reason: string;
  readonly status: 'requested' | 'received' | 'rejected';
}

/** The rest of an order that was shipped in part, and will not be sent. */
export interface Cancellation {
  readonly id: string;
  readonly lines: readonly Units[];
  readonly reason: string;
}

/** Units of the order that have not been shipped yet, and will be. */
export function unshipped({ lines, shipments, cancellations }: Pick<Order, 'lines' | 'shipments' | 'cancellations'>): Units[] {
  return minus(
    lines,
    [...shipments, ...cancellations].flatMap((part) => part.lines),
  );
}

/** Units that are with the customer, or on their way there, and that nobody has asked to send back. */
export function returnable({ shipments, returns }: Pick<Order, 'shipments' | 'returns'>): Units[] {
  const wanted = returns.filter(({ status }) => status !== 'rejected').flatMap(({ lines }) => lines);
  return minus(
    shipments.flatMap(({ lines }) => lines),
    wanted,
  );
}

/** Units that came back. */
export function returnedUnits({ returns }: Pick<Order, 'returns'>): Units[] {
  return returns.filter(({ status }) => status === 'received').flatMap(({ lines }) => lines);
}

/** Units that the customer does not have and will not get: they came back, or were never sent. */
export function forgoneUnits(order: Pick<Order, 'returns' | 'cancellations'>): Units[] {
  return [...returnedUnits(order), ...order.cancellations.flatMap(({ lines }) => lines)];
}

/** How far an order is, of which nothing is left to be shipped. */
export function fulfilmentOfSent({ shipments, returns }: Pick<Order, 'shipments' | 'returns'>): Fulfilment {
  const sent = shipments.flatMap(({ lines }) => lines);
  if (minus(sent, returnedUnits({ returns })).length === 0) return 'returned';
  return shipments.every(({ delivered }) => delivered) ? 'delivered' : 'shipped';
}

/** What is left of `from`, a SKU once; what nothing is left of is left out. */
export function minus(from: readonly Units[], taken: readonly Units[]): Units[] {
  const left = new Map<string, number>();
  for (const { sku, quantity } of from) left.set(sku, (left.get(sku) ?? 0) + quantity);
  for (const { sku, quantity } of taken) left.set(sku, (left.get(sku) ?? 0) - quantity);
  return [...left].filter(([, quantity]) => quantity > 0).map(([sku, quantity]) => ({ sku, quantity }));
}

/** The places in `wanted` of what is not in `available`; a SKU that is named twice counts together. */
export function tooMuch(wanted: readonly Units[], available: readonly Units[]): { index: number; sku: string; available: number }[] {
  const left = new Map(available.map(({ sku, quantity }) => [sku, quantity]));
  return wanted.flatMap(({ sku, quantity }, index) => {
    const before = left.get(sku) ?? 0;
    left.set(sku, before - quantity);
    return quantity > before ? [{ index, sku, available: Math.max(0, before) }] : [];
  });
}

/** Whether these are all units of the order. */
export function isWhole(lines: readonly OrderLine[], units: readonly Units[]): boolean {
  return minus(lines, units).length === 0;
}
