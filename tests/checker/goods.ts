import type { BookedOrder, Books } from './books.ts';

/** An adjustment of stock that was asked for, under a reason that no other has. */
export interface Adjustment {
  readonly sku: string;
  readonly reason: string;
  readonly delta: number;
  /** Whether it was answered with success. Where nobody knows, it was made once or not at all. */
  acknowledged: boolean;
}

/** A product that the shop has said is gone. */
export interface Deletion {
  readonly sku: string;
  /** RFC 3339. */
  readonly acknowledgedAt: string;
}

/** Products that were promised to somebody (`at`, RFC 3339) after it was acknowledged that they are gone. */
export function promisedThoughGone(skus: readonly string[], at: string | null, deletions: readonly Deletion[]): string[] {
  if (at === null) return [];
  return deletions
    .filter(({ sku, acknowledgedAt }) => skus.includes(sku) && Date.parse(acknowledgedAt) < Date.parse(at))
    .map(({ sku }) => sku);
}

/** Adjustments that were acknowledged and are not there, or were made otherwise than once. */
export function wronglyAdjusted(asked: readonly Adjustment[], adjusted: Books['adjusted']): { lost: string[]; repeated: string[] } {
  const made = new Map(adjusted.map((one) => [`${one.sku} ${one.reason}`, one]));
  const lost: string[] = [];
  const repeated: string[] = [];
  for (const { sku, reason, delta, acknowledged } of asked) {
    const one = made.get(`${sku} ${reason}`);
    if (one === undefined && acknowledged) lost.push(`${sku}: ${String(delta)} for ${reason}`);
    if (one !== undefined && (one.times !== 1 || one.delta !== delta))
      repeated.push(`${sku}: ${String(delta)} for ${reason} became ${String(one.delta)} in ${String(one.times)} movements`);
  }
  return { lost, repeated };
}

/** SKUs of which not exactly what an order was sold left for it, or something is still held. */
export function wronglyMoved(order: BookedOrder, moved: Books['moved']): string[] {
  const expected = new Map<string, number>();
  const add = (sku: string, quantity: number): unknown => expected.set(sku, (expected.get(sku) ?? 0) + quantity);
  if (order.status === 'confirmed') {
    for (const { sku, quantity } of order.lines) add(sku, -quantity);
    for (const { sku, quantity } of order.restocked) add(sku, quantity);
  }
  const bySku = new Map(moved.map((one) => [one.sku, one]));
  return [...new Set([...expected.keys(), ...bySku.keys()])].flatMap((sku) => {
    const { onHand = 0, reserved = 0 } = bySku.get(sku) ?? {};
    const due = expected.get(sku) ?? 0;
    return onHand === due && reserved === 0 ? [] : [`of ${sku} ${String(onHand)} instead of ${String(due)}, ${String(reserved)} held`];
  });
}

/** What happens to an order at most once. */
const once = ['OrderPlaced', 'OrderReserved', 'OrderRejected', 'OrderAuthorized', 'OrderPaymentFailed', 'OrderConfirmed', 'captured'];

/** Entries of a trail that were made again: state that an event changed which came twice. */
export function repeatedEntries(trail: readonly string[]): string[] {
  return once.filter((entry) => trail.indexOf(entry) !== trail.lastIndexOf(entry));
}
