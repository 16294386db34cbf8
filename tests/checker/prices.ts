import type { BookedOrder, BookedPrice } from './books.ts';

interface Interval {
  readonly from: number;
  /** Until somebody changed it. */
  readonly until: number;
}

/**
 * Where the lines of an order never cost together what was paid for them: it holds a later update of a seller and misses an earlier one. A price
 * that a line never had is told too, and a SKU of which catalog has no history, because nothing could be said of it.
 */
export function impossiblePrices({ lines }: BookedOrder, prices: readonly BookedPrice[]): string[] {
  const found: string[] = [];
  const bySeller = new Map<string, { readonly sku: string; readonly held: readonly Interval[] }[]>();
  for (const { sku, unitPrice } of lines) {
    const history = prices.filter((one) => one.sku === sku);
    const seller = history[0]?.seller;
    if (seller === undefined) {
      found.push(`${sku}, of whose prices there is no history`);
      continue;
    }
    const held = history.flatMap(({ price, at }, index) =>
      price === unitPrice ? [{ from: at, until: history[index + 1]?.at ?? Infinity }] : [],
    );
    if (held.length === 0) found.push(`${sku} for ${String(unitPrice)}, which it never cost`);
    else bySeller.set(seller, [...(bySeller.get(seller) ?? []), { sku, held }]);
  }
  for (const [seller, told] of bySeller) {
    // Intervals that have a moment in common have one that is the beginning of one of them.
    const beginnings = told.flatMap(({ held }) => held.map(({ from }) => from));
    const together = beginnings.some((at) => told.every(({ held }) => held.some(({ from, until }) => from <= at && at < until)));
    if (!together) found.push(`${told.map(({ sku }) => sku).join(', ')} of ${seller} for prices that they never had together`);
  }
  return found;
}
