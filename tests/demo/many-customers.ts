import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { readBooks } from '../checker/books.ts';
import { findAnomalies } from '../checker/find-anomalies.ts';
import type { Anomaly } from '../checker/find-anomalies.ts';
import { Customer } from '../shop/client.ts';
import type { Line, Placed } from '../shop/client.ts';
import type { Stack } from '../stack.ts';

export interface ManyResult {
  readonly orders: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly milliseconds: { readonly p50: number; readonly p95: number };
  readonly anomalies: readonly Anomaly[];
}

const atATime = 8;
const scarceUnits = 5;
/** How the customers pay: mostly well, and in every other way that the sandbox knows. */
const tokens = [
  ...Array<string>(14).fill('tok_ok'),
  'tok_declined',
  'tok_insufficient_funds',
  'tok_slow',
  'tok_twice',
  'tok_3ds',
  'tok_capture_fails',
];

/**
 * Plays many customers with mixed carts at the same time: some cards are declined, and some goods run out, because there are only a few
 * of them. Then reads the databases and compares to the unit. SKUs are set aside by a fresh count, so `before` is what is on hand.
 */
export async function playMany(stack: Stack, count: number, tell: (text: string) => void): Promise<ManyResult> {
  const staff = new Customer(stack.gatewayUrl);
  await staff.logIn('staff@cartwright.test', 'staff-Passw0rd!');
  const { plenty, scarce } = await chooseSkus(staff);
  const before = new Map<string, number>();
  for (const sku of [...plenty, ...scarce]) before.set(sku, plenty.includes(sku) ? 1000 : scarceUnits);
  await staff.ask('PUT', '/api/inventory', { items: [...before].map(([sku, onHand]) => ({ sku, onHand })) });

  const placed: Placed[] = [];
  const times: number[] = [];
  const byStatus: Record<string, number> = {};
  const began = performance.now();
  let next = 0;
  const buyer = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      const customer = new Customer(stack.gatewayUrl);
      const token = tokens[number % tokens.length] ?? 'tok_ok';
      const cartId = await customer.fillCart(linesOf(number, plenty, scarce));
      const at = performance.now();
      const order = await customer.placeOrder(cartId, `${randomUUID()}@customers.test`, token);
      placed.push(order);
      if (token === 'tok_3ds') await answerBank(customer, order, number % 40 < 20);
      const { status } = await customer.untilSettled(order);
      times.push(performance.now() - at);
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      if (placed.length % 20 === 0) tell(`${String(placed.length)} of ${String(count)} orders`);
    }
  };
  await Promise.all(Array.from({ length: atATime }, buyer));
  const seconds = (performance.now() - began) / 1000;

  tell('waiting until all is quiet');
  const ids = placed.map(({ id }) => id);
  const anomalies = await whenQuiet(stack, ids, before);
  times.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
  return {
    orders: placed.length,
    byStatus,
    seconds: Math.round(seconds * 10) / 10,
    milliseconds: { p50: at(0.5), p95: at(0.95) },
    anomalies,
  };
}

/** What follows an order (capture, e-mails) takes a moment longer. What is still wrong after a minute of waiting is wrong. */
async function whenQuiet(stack: Stack, ids: readonly string[], before: ReadonlyMap<string, number>): Promise<Anomaly[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const books = await readBooks(stack, ids, [...before.keys()]);
    const anomalies = findAnomalies({ books, acknowledged: ids, before });
    if (anomalies.length === 0 || Date.now() > deadline) return anomalies;
    await delay(500);
  }
}

async function chooseSkus(staff: Customer): Promise<{ plenty: string[]; scarce: string[] }> {
  const { items } = await staff.ask<{ items: { variants: { sku: string }[] }[] }>('GET', '/api/catalog/products?limit=40');
  const skus = items.flatMap(({ variants }) => variants.slice(0, 1).map(({ sku }) => sku));
  if (skus.length < 20) throw new Error('The catalogue has too few products: npm run db:seed');
  return { plenty: skus.slice(0, 15), scarce: skus.slice(15, 18) };
}

/** Carts of one to four lines; every seventh wants something that will run out. */
function linesOf(number: number, plenty: readonly string[], scarce: readonly string[]): Line[] {
  const lines = Array.from({ length: 1 + (number % 4) }, (_, index) => ({
    sku: plenty[(number * 3 + index) % plenty.length] ?? '',
    quantity: 1 + ((number + index) % 3),
  }));
  return number % 7 === 3 ? [...lines, { sku: scarce[number % scarce.length] ?? '', quantity: 2 }] : lines;
}

/** The bank's question comes once the stock is held; an order that was rejected before never gets one. */
async function answerBank(customer: Customer, order: Placed, approve: boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const { status } = await customer.readOrder(order);
    if (status === 'rejected') return;
    try {
      await customer.ask('POST', `/api/payments/sandbox/${order.id}/complete`, { outcome: approve ? 'approve' : 'decline' });
      return;
    } catch {
      await delay(50); // not asked yet
    }
  }
}
