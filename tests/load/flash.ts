import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { readBooks } from '../checker/books.ts';
import { findAnomalies } from '../checker/find-anomalies.ts';
import { finalStatuses } from '../shop/client.ts';
import type { Stack } from '../stack.ts';
import type { Measurement } from './closed-loop.ts';
import { cpuClock } from './cpu.ts';
import { shippingAddress } from './checkout.ts';
import { ServiceClient } from './service-client.ts';
import { summarize } from './statistics.ts';
import { stockUp } from './stock-up.ts';

const buyers = 64;
const units = 100;
const tries = 1000;
const quietMs = 30_000;
/** The bar: who is to get one has got it by then. */
const lastSaleWithinSeconds = 15;

type Outcome = 'sold' | 'refused';

/**
 * Many want the last of one SKU. Done when all were answered; then the databases are read. Throws unless exactly as many were sold as there
 * were, all of them paid, and nothing is left reserved.
 */
export async function benchFlash(stack: Stack): Promise<Measurement[]> {
  const [sku] = await stockUp(stack.gatewayUrl, 1, units);
  const orders = stack.services['orders'];
  if (orders === undefined || sku === undefined) throw new Error('The stack has no orders, or nothing to sell');
  const client = new ServiceClient(orders.url, buyers);
  const since = new Date().toISOString();
  const times: number[] = [];
  const acknowledged: string[] = [];
  const cpu = cpuClock(stack.instance);
  const cpuBefore = cpu();
  const began = performance.now();
  let left = tries;
  let lastSale = 0;
  let sold = 0;
  const buyer = async (): Promise<void> => {
    while (left-- > 0) {
      const at = performance.now();
      const outcome = await tryToBuy(client, sku, (id) => acknowledged.push(id));
      times.push(performance.now() - at);
      if (outcome === 'refused') continue;
      sold += 1;
      lastSale = (performance.now() - began) / 1000;
    }
  };
  try {
    await Promise.all(Array.from({ length: buyers }, buyer));
  } finally {
    await client.close();
  }
  const seconds = (performance.now() - began) / 1000;
  const cpuMilliseconds = (cpu() - cpuBefore) / tries;
  await checkSale(stack, { sku, since, acknowledged, sold });
  if (lastSale > lastSaleWithinSeconds)
    console.error(
      `  ✘ the last sale was after ${lastSale.toFixed(1)} s, the bar is ${String(lastSaleWithinSeconds)} s on a machine that does nothing else`,
    );
  const name = `flash: ${String(sold)} of ${String(tries)} tries sold, the last after ${lastSale.toFixed(1)} s`;
  return [{ name, operations: tries, errors: 0, perSecond: tries / seconds, cpuMilliseconds, ...summarize(times) }];
}

async function tryToBuy(client: ServiceClient, sku: string, acknowledge: (id: string) => void): Promise<Outcome> {
  const { id: cartId } = await client.ask<{ id: string }>('POST', '/api/carts', { lines: [{ sku, quantity: 1 }] });
  const order = {
    cartId,
    email: `${randomUUID()}@customers.test`,
    shippingAddress,
    shippingMethod: 'standard',
    payment: { provider: 'sandbox', token: 'tok_ok' },
  };
  const placed = await client.ask<{ id: string; accessKey: string }>('POST', '/api/orders', order).catch((error: unknown) => {
    if (error instanceof Error && error.message.includes('stock_changed')) return undefined;
    throw error;
  });
  if (placed === undefined) return 'refused';
  acknowledge(placed.id);
  // By the order's stream: sixty-four who ask all the time would measure the asking.
  for await (const { status } of client.follow<{ status: string }>(`/api/orders/${placed.id}/stream`, { 'order-key': placed.accessKey }))
    if (finalStatuses.includes(status)) return status === 'confirmed' ? 'sold' : 'refused';
  throw new Error(`The stream of ${placed.id} ended before the order was settled`);
}

interface Sale {
  readonly sku: string;
  readonly since: string;
  readonly acknowledged: readonly string[];
  readonly sold: number;
}

/** Captures and mails take a moment longer than confirmations. */
async function checkSale(stack: Stack, { sku, since, acknowledged, sold }: Sale): Promise<void> {
  if (sold !== units) throw new Error(`${String(sold)} were sold of ${String(units)}`);
  const deadline = Date.now() + quietMs;
  for (;;) {
    const books = await readBooks(stack, { since }, [sku]);
    const anomalies = findAnomalies({ books, acknowledged, before: new Map([[sku, units]]) });
    const [stock] = books.stock;
    const captured = books.payments.filter(({ state }) => state === 'captured').length;
    if (anomalies.length === 0 && stock?.onHand === 0 && stock.reserved === 0 && captured === units) return;
    if (Date.now() > deadline)
      throw new Error(`After the sale: ${JSON.stringify(stock)}, ${String(captured)} payments, ${JSON.stringify(anomalies.slice(0, 5))}`);
    await delay(500);
  }
}
