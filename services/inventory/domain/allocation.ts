import { inTurnOrder } from './reservation.ts';
import type { ReservationLine } from './reservation.ts';

/** Units of a line that are taken from one place. */
export interface Allocation extends ReservationLine {
  /** Names the Stock actor that keeps the place's stock of the SKU. */
  readonly stock: string;
}

/**
 * Decides where the units of lines are taken from; a SKU comes once in the lines, and a stock once in the answer. Pure, and of the lines alone: whoever goes on after a
 * crash, or gives back, has to find the same places.
 */
export type AllocationPolicy = (lines: readonly ReservationLine[]) => readonly Allocation[];

/** One warehouse has everything: its stock of a SKU goes by the SKU's own name. */
export const onlyWarehouse: AllocationPolicy = (lines) => lines.map(({ sku, quantity }) => ({ stock: sku, sku, quantity }));

/** What an order's turns are taken with, in the order in which turns are taken everywhere. */
export function allocationsInTurnOrder(lines: readonly ReservationLine[], allocate: AllocationPolicy): Allocation[] {
  return allocate(inTurnOrder(lines)).toSorted((a, b) => (a.stock < b.stock ? -1 : a.stock > b.stock ? 1 : 0));
}
