// Buys the first product that can be bought, as a guest and through the gateway: what shows that a started stack works.
//   GATEWAY_URL   where the gateway is
import { setTimeout as delay } from 'node:timers/promises';

interface Product {
  title: string;
  variants: { sku: string }[];
}

interface Order {
  id: string;
  number: string;
  status: string;
  accessKey: string;
}

const gateway = process.env['GATEWAY_URL'] ?? 'http://localhost:8080';
const withinMs = 60_000;
const deadline = Date.now() + withinMs;

async function ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(gateway + path, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answers ${String(response.status)}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}

/** Right after a start events are still on their way: products reach the orders service, stock reaches inventory. */
async function untilItWorks<T>(what: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      console.log(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      await delay(500);
    }
  }
}

async function buy(): Promise<{ order: Order; sku: string; milliseconds: number }> {
  const { items } = await ask<{ items: Product[] }>('GET', '/api/catalog/products?limit=20');
  const [product] = items.filter(({ variants }) => variants.length > 0);
  const sku = product?.variants[0]?.sku;
  if (sku === undefined) throw new Error('the catalogue is empty');
  const cart = await ask<{ id: string }>('POST', '/api/carts', {});
  await ask('POST', `/api/carts/${cart.id}/items`, { sku, quantity: 1 });
  const began = performance.now();
  const order = await ask<Order>('POST', '/api/orders', {
    cartId: cart.id,
    email: 'probe@cartwright.test',
    shippingAddress: { name: 'Probe', line1: '1 Main Street', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' },
    shippingMethod: 'standard',
    payment: { provider: 'sandbox', token: 'tok_ok' },
  });
  for (;;) {
    const { status } = await ask<Order>('GET', `/api/orders/${order.id}`, undefined, { 'order-key': order.accessKey });
    if (status === 'confirmed') return { order, sku, milliseconds: Math.round(performance.now() - began) };
    if (['rejected', 'payment_failed', 'cancelled'].includes(status)) throw new Error(`order ${order.number} is ${status}`);
    if (Date.now() > deadline) throw new Error(`order ${order.number} is still ${status} after ${String(withinMs / 1000)} s`);
    await delay(20);
  }
}

const { order, sku, milliseconds } = await untilItWorks('not yet', buy);
console.log(`order ${order.number} of ${sku} confirmed in ${String(milliseconds)} ms`);
