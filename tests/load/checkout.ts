import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Stack } from '../stack.ts';
import { closedLoop } from './closed-loop.ts';
import type { Measurement } from './closed-loop.ts';
import { cpuClock } from './cpu.ts';
import { ServiceClient } from './service-client.ts';
import { stockUp } from './stock-up.ts';
import type { LoopLengths } from './workload.ts';

export const shippingAddress = {
  name: 'Grace Example',
  line1: '1 Main Street',
  city: 'Springfield',
  region: 'IL',
  postalCode: '62701',
  country: 'US',
};

/** How often a buyer looks. Sixteen who look all the time would measure the looking. */
const pollMs = 40;

/** A cart, one line, address, shipping and payment, until the order reads `confirmed`; beside as many durable commits of Postgres by as many clients. */
export async function benchCheckout(stack: Stack, lengths: LoopLengths): Promise<Measurement[]> {
  const skus = await stockUp(stack.gatewayUrl, 40);
  const orders = stack.services['orders'];
  if (orders === undefined) throw new Error('The stack has no orders');
  const client = new ServiceClient(orders.url);
  try {
    const checkout = await closedLoop({
      name: 'checkout',
      ...lengths,
      cpu: cpuClock(stack.instance),
      buyer: (number) => buyer(client, skus, number),
    });
    return [checkout, await commitFloor(stack, lengths)];
  } finally {
    await client.close();
  }
}

function buyer(client: ServiceClient, skus: readonly string[], number: number): () => Promise<void> {
  let turn = number;
  return async () => {
    const { id: cartId } = await client.ask<{ id: string }>('POST', '/api/carts', {});
    await client.ask('POST', `/api/carts/${cartId}/items`, { sku: skus[turn++ % skus.length], quantity: 1 });
    const { id, accessKey } = await client.ask<{ id: string; accessKey: string }>('POST', '/api/orders', {
      cartId,
      email: `${randomUUID()}@customers.test`,
      shippingAddress,
      shippingMethod: 'standard',
      payment: { provider: 'sandbox', token: 'tok_ok' },
    });
    for (;;) {
      const { status } = await client.ask<{ status: string }>('GET', `/api/orders/${id}`, undefined, { 'order-key': accessKey });
      if (status === 'confirmed') return;
      if (['rejected', 'payment_failed', 'cancelled'].includes(status)) throw new Error(`An order is ${status}`);
      await delay(pollMs);
    }
  };
}

/** One commit an operation, on the same server, which has fsync on; in a database of its own. */
async function commitFloor({ instance, stores }: Stack, lengths: LoopLengths): Promise<Measurement> {
  const adminUrl = stores.postgres['adminUrl'];
  const name = `bench_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(adminUrl ?? '');
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: lengths.buyers });
  pool.on('error', () => undefined); // a connection that is still closing when its database is dropped
  try {
    await pool.query('create table commits (id uuid primary key, at timestamptz not null default now(), data jsonb)');
    const data = JSON.stringify(shippingAddress);
    return await closedLoop({
      name: 'floor: durable commits of Postgres',
      ...lengths,
      cpu: cpuClock(instance),
      buyer: () => async () => {
        await pool.query({ name: 'commit', text: 'insert into commits (id, data) values ($1, $2)', values: [randomUUID(), data] });
      },
    });
  } finally {
    await pool.end();
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}
