import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Customer } from '../shop/client.ts';

export interface Step {
  readonly step: string;
  readonly milliseconds: number;
  readonly what: string;
}

interface Found {
  readonly total: number;
  readonly items: readonly {
    readonly title: string;
    readonly variants: readonly { readonly sku: string; readonly available: number | null }[];
  }[];
}

const withinMs = 30_000;

/** Plays one customer from registration to the e-mail, telling each step and its time. */
export async function playCustomer(url: string, tell: (step: Step) => void): Promise<Step[]> {
  const steps: Step[] = [];
  const step = async <T>(name: string, work: () => Promise<T>, say: (result: T) => string): Promise<T> => {
    const began = performance.now();
    const result = await work();
    const done = { step: name, milliseconds: Math.round(performance.now() - began), what: say(result) };
    steps.push(done);
    tell(done);
    return result;
  };

  const customer = new Customer(url);
  const email = `${randomUUID()}@customers.test`;
  await step(
    'register',
    () => customer.register(email, 'Grace Example'),
    () => email,
  );
  const found = await step(
    'search',
    () => customer.ask<Found>('GET', '/api/catalog/search?inStock=true&sort=rating&limit=10'),
    ({ total }) => `${String(total)} products in stock`,
  );
  const [product] = found.items;
  const sku = product?.variants.find(({ available }) => (available ?? 0) > 0)?.sku;
  if (product === undefined || sku === undefined) throw new Error('Nothing is in stock: npm run db:seed');
  const level = (): Promise<{ onHand: number }> => customer.ask('GET', `/api/inventory/${encodeURIComponent(sku)}`);
  const before = await level();
  const cartId = await step(
    'cart',
    () => customer.fillCart([{ sku, quantity: 1 }]),
    () => `1 × ${product.title}`,
  );
  const placed = await step(
    'order',
    () => customer.placeOrder(cartId, email, 'tok_ok'),
    ({ number }) => `${number} placed`,
  );
  const order = await step(
    'confirmed',
    () => customer.untilSettled(placed, { everyMs: 5 }),
    ({ status, totals }) => `${status}, ${(totals.total.amount / 100).toFixed(2)} ${totals.total.currency}`,
  );
  if (order.status !== 'confirmed') throw new Error(`The order is ${order.status}`);
  await step(
    'paid',
    () => until('the money', async () => (await customer.readOrder(placed)).paymentStatus === 'captured'),
    () => 'money captured',
  );
  await step(
    'stock',
    () => until('the stock', async () => (await level()).onHand === before.onHand - 1),
    () => `${String(before.onHand)} → ${String(before.onHand - 1)} on hand`,
  );
  await step(
    'e-mail',
    () => until('the e-mail', () => hasMail(customer, email, order.number)),
    () => 'in the mailbox',
  );
  return steps;
}

async function hasMail(customer: Customer, email: string, number: string): Promise<boolean> {
  const { items } = await customer.ask<{ items: unknown[] }>('GET', `/api/notifications/mailbox?to=${encodeURIComponent(email)}`);
  return JSON.stringify(items).includes(number);
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Waited ${String(withinMs / 1000)} s for ${what}`);
    await delay(10);
  }
}
