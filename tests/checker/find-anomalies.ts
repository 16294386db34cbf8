import { finalStatuses } from '../shop/client.ts';
import type { BookedPayment, Books } from './books.ts';
import { promisedThoughGone, repeatedEntries, wronglyAdjusted, wronglyMoved } from './goods.ts';
import type { Adjustment, Deletion } from './goods.ts';
import { wronglyHandedOver, wronglyTold } from './messages.ts';
import { impossiblePrices } from './prices.ts';

/** What must not be. Names as in the table of the Online Marketplace benchmark, where it has one. */
export const anomalyNames = [
  'order not final',
  'order without its trail',
  'all or nothing',
  'stock',
  'overselling',
  'reservation left',
  'duplicate checkout',
  'event order',
  'exactly once',
  'causal prices',
  'product and stock agree',
  'event not published',
  'money',
  'provider',
  'ledger',
  'message',
  'dead letter',
  'order lost',
  'adjustment lost',
] as const;

export interface Anomaly {
  readonly name: (typeof anomalyNames)[number];
  readonly what: string;
}

export interface Expectation {
  readonly books: Books;
  /** Orders that the shop acknowledged. */
  readonly acknowledged: readonly string[];
  /** What was on hand of each SKU before. */
  readonly before: ReadonlyMap<string, number>;
  /** Adjustments that were asked for meanwhile. */
  readonly adjustments?: readonly Adjustment[];
  /** Products that were deleted meanwhile. */
  readonly deletions?: readonly Deletion[];
  /** Goods whose history of prices must be known, bought or not. */
  readonly skus?: readonly string[];
  /** Messages that may have gone out twice. */
  readonly excused?: ReadonlySet<string>;
}

/** Compares what the services stored, to the unit. Pure. */
export function findAnomalies(expectation: Expectation): Anomaly[] {
  const { books, acknowledged, before, adjustments = [], deletions = [], skus = [], excused = new Set<string>() } = expectation;
  const found: Anomaly[] = [];
  const add = (name: Anomaly['name'], what: string): void => {
    found.push({ name, what });
  };
  const orders = new Map(books.orders.map((order) => [order.id, order]));
  const payments = new Map(books.payments.map((payment) => [payment.orderId, payment]));
  const reservations = new Map(books.reservations.map(({ orderId, state }) => [orderId, state]));

  for (const id of acknowledged) if (!orders.has(id)) add('order lost', id);
  for (const { what, orderId } of books.strangers) add('all or nothing', `a ${what} of ${orderId}, which is not there`);
  const { lost, repeated } = wronglyAdjusted(adjustments, books.adjusted);
  for (const what of lost) add('adjustment lost', what);
  for (const what of repeated) add('exactly once', what);
  const moved = Map.groupBy(books.moved, ({ orderId }) => orderId);
  const carts = new Map<string, string>();
  for (const order of books.orders) {
    const { id, cartId, status, total, refunded, trail, version } = order;
    for (const entry of repeatedEntries(trail)) add('exactly once', `${id} has ${entry} more than once`);
    for (const what of wronglyMoved(order, moved.get(id) ?? [])) add('all or nothing', `${id} is ${status} and moved ${what}`);
    for (const what of impossiblePrices(order, books.prices)) add('causal prices', `${id} has ${what}`);
    const skusOf = order.lines.map(({ sku }) => sku);
    for (const sku of promisedThoughGone(skusOf, order.placedAt, deletions))
      add('product and stock agree', `${id} was accepted with ${sku}, which was gone`);
    const twin = carts.get(cartId);
    if (twin !== undefined) add('duplicate checkout', `cart ${cartId} became ${twin} and ${id}`);
    carts.set(cartId, id);
    for (const [earlier, later] of outOfOrder(trail)) add('event order', `${id}: ${later} without ${earlier} before it`);
    if (!finalStatuses.includes(status)) add('order not final', `${id} is ${status}`);
    if (trail.length !== version || trail[0] !== 'OrderPlaced')
      add('order without its trail', `${id} has ${String(trail.length)} events at version ${String(version)}`);
    const confirmed = status === 'confirmed';
    const payment = payments.get(id);
    const kept = (payment?.captured ?? 0) - (payment?.refunded ?? 0);
    if (kept !== (confirmed ? total - refunded : 0))
      add('money', `${id} is ${status} over ${String(total)}, ${String(refunded)} refunded, and ${String(kept)} is kept`);
    for (const what of againstProvider(payment)) add('provider', `${id}: ${what}`);
    const reservation = reservations.get(id);
    const settled = confirmed ? ['committed'] : ['rejected', 'released', 'restocked'];
    if (reservation === undefined || !settled.includes(reservation))
      add('all or nothing', `${id} is ${status}, its reservation ${reservation ?? 'missing'}`);
  }

  const priced = new Set(books.prices.map(({ sku }) => sku));
  for (const sku of skus) if (!priced.has(sku)) add('causal prices', `there is no history of the prices of ${sku}`);

  for (const { sku, onHand, reserved, leastFree, sumOnHand, sumReserved, lastReservedAt } of books.stock) {
    for (const one of promisedThoughGone([sku], lastReservedAt, deletions))
      add('product and stock agree', `${one} was reserved, and was gone`);
    const unitsOf = (lines: readonly { readonly sku: string; readonly quantity: number }[]): number =>
      lines.filter((line) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);
    const confirmed = books.orders.filter(({ status }) => status === 'confirmed');
    const sold = unitsOf(confirmed.flatMap(({ lines }) => lines)) - unitsOf(confirmed.flatMap(({ restocked }) => restocked));
    const initial = before.get(sku) ?? 0;
    if (initial - onHand !== sold) add('stock', `${sku}: ${String(initial)} before, ${String(onHand)} now, ${String(sold)} sold`);
    if (onHand !== sumOnHand || reserved !== sumReserved)
      add('stock', `${sku}: the movements add up to ${String(sumOnHand)} and ${String(sumReserved)}`);
    if (onHand < 0 || reserved < 0 || reserved > onHand)
      add('overselling', `${sku}: ${String(onHand)} on hand, ${String(reserved)} reserved`);
    if (leastFree < 0) add('overselling', `${sku}: once ${String(-leastFree)} more were promised than there were`);
    if (reserved !== 0) add('reservation left', `${sku}: ${String(reserved)}`);
  }

  if (books.ledgerSum !== 0) add('ledger', `adds up to ${String(books.ledgerSum)}`);
  const messages = Map.groupBy(books.messages, ({ orderId }) => orderId);
  for (const order of books.orders) {
    const told = messages.get(order.id) ?? [];
    for (const what of wronglyTold(order, told)) add('message', `${order.id} was told ${what}`);
    for (const what of wronglyHandedOver(told, excused)) add('message', `${order.id} was given ${what}`);
  }
  for (const [service, count] of Object.entries(books.unpublished))
    if (count > 0) add('event not published', `${service} has ${String(count)}`);
  for (const [service, count] of Object.entries(books.deadLetters)) if (count > 0) add('dead letter', `${service} has ${String(count)}`);
  return found;
}

/** What may only come after something else, in any order's history. */
const after: Readonly<Record<string, string>> = {
  OrderReserved: 'OrderPlaced',
  OrderAuthorized: 'OrderReserved',
  OrderConfirmed: 'OrderAuthorized',
  captured: 'OrderAuthorized',
  shipped: 'captured',
  delivered: 'shipped',
  OrderRefundRequested: 'captured',
  OrderReturned: 'shipped',
};

function outOfOrder(trail: readonly string[]): [string, string][] {
  return trail.flatMap((entry, index): [string, string][] => {
    const earlier = after[entry];
    return earlier === undefined || trail.slice(0, index).includes(earlier) ? [] : [[earlier, entry]];
  });
}

/** Where our books and the provider's differ, or it still holds money of which nobody knows. */
function againstProvider(payment: BookedPayment | undefined): string[] {
  if (payment === undefined) return [];
  if (payment.provider === null) return payment.captured === 0 ? [] : ['the provider knows nothing of it'];
  const { state, captured, refunded } = payment.provider;
  return [
    ...(captured === payment.captured ? [] : [`the provider has taken ${String(captured)}, we say ${String(payment.captured)}`]),
    ...(refunded === payment.refunded ? [] : [`the provider has given back ${String(refunded)}, we say ${String(payment.refunded)}`]),
    ...(state === 'authorized' && payment.state !== 'capturing' ? ['the provider still holds the money'] : []),
  ];
}
