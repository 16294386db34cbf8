import { finalStatuses } from '../shop/client.ts';
import type { Books } from './books.ts';

/** Something that must not be. Names as in the table of the Online Marketplace benchmark, where it has one. */
export interface Anomaly {
  readonly name:
    | 'order not final'
    | 'order without its trail'
    | 'all or nothing'
    | 'stock'
    | 'overselling'
    | 'reservation left'
    | 'money'
    | 'ledger'
    | 'message'
    | 'dead letter'
    | 'order lost';
  readonly what: string;
}

export interface Expectation {
  readonly books: Books;
  /** Orders that the shop acknowledged. */
  readonly acknowledged: readonly string[];
  /** What was on hand of each SKU before. */
  readonly before: ReadonlyMap<string, number>;
}

/** Compares what the services stored, to the unit. Pure. */
export function findAnomalies({ books, acknowledged, before }: Expectation): Anomaly[] {
  const found: Anomaly[] = [];
  const add = (name: Anomaly['name'], what: string): void => {
    found.push({ name, what });
  };
  const orders = new Map(books.orders.map((order) => [order.id, order]));
  const payments = new Map(books.payments.map((payment) => [payment.orderId, payment]));
  const reservations = new Map(books.reservations.map(({ orderId, state }) => [orderId, state]));

  for (const id of acknowledged) if (!orders.has(id)) add('order lost', id);
  for (const { id, status, total, trail, version } of books.orders) {
    if (!finalStatuses.includes(status)) add('order not final', `${id} is ${status}`);
    if (trail.length !== version || trail[0] !== 'OrderPlaced')
      add('order without its trail', `${id} has ${String(trail.length)} events at version ${String(version)}`);
    const confirmed = status === 'confirmed';
    const payment = payments.get(id);
    const kept = (payment?.captured ?? 0) - (payment?.refunded ?? 0);
    if (kept !== (confirmed ? total : 0)) add('money', `${id} is ${status} over ${String(total)}, and ${String(kept)} is kept`);
    const reservation = reservations.get(id);
    const settled = confirmed ? ['committed'] : ['rejected', 'released', 'restocked'];
    if (reservation === undefined || !settled.includes(reservation))
      add('all or nothing', `${id} is ${status}, its reservation ${reservation ?? 'missing'}`);
  }

  for (const { sku, onHand, reserved, sumOnHand, sumReserved } of books.stock) {
    const sold = books.orders
      .filter(({ status }) => status === 'confirmed')
      .flatMap(({ lines }) => lines)
      .filter((line) => line.sku === sku)
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const initial = before.get(sku) ?? 0;
    if (initial - onHand !== sold) add('stock', `${sku}: ${String(initial)} before, ${String(onHand)} now, ${String(sold)} sold`);
    if (onHand !== sumOnHand || reserved !== sumReserved)
      add('stock', `${sku}: the movements add up to ${String(sumOnHand)} and ${String(sumReserved)}`);
    if (onHand < 0 || reserved < 0 || reserved > onHand)
      add('overselling', `${sku}: ${String(onHand)} on hand, ${String(reserved)} reserved`);
    if (reserved !== 0) add('reservation left', `${sku}: ${String(reserved)}`);
  }

  if (books.ledgerSum !== 0) add('ledger', `adds up to ${String(books.ledgerSum)}`);
  for (const order of books.orders) {
    const sent = books.messages.filter(({ orderId, state }) => orderId === order.id && state === 'sent').map(({ template }) => template);
    if (new Set(sent).size !== sent.length) add('message', `${order.id} was told twice: ${sent.join(', ')}`);
    if (sent.length === 0) add('message', `${order.id} (${order.status}) was told nothing`);
  }
  for (const [service, count] of Object.entries(books.deadLetters)) if (count > 0) add('dead letter', `${service} has ${String(count)}`);
  return found;
}
