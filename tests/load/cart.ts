import type { Stack } from '../stack.ts';
import { closedLoop } from './closed-loop.ts';
import type { Measurement } from './closed-loop.ts';
import { cpuClock } from './cpu.ts';
import { startFloorActor } from './floor-actor.ts';
import { ServiceClient } from './service-client.ts';
import { stockUp } from './stock-up.ts';
import type { LoopLengths } from './workload.ts';

const addsACart = 50;

/** Adding one of five SKUs to the buyer's own cart, a new cart after fifty; beside the least that Dapr allows, and through the gateway. */
export async function benchCart(stack: Stack, lengths: LoopLengths): Promise<Measurement[]> {
  const skus = await stockUp(stack.gatewayUrl, 5);
  const measured = async (name: string, url: string): Promise<Measurement> => {
    const client = new ServiceClient(url);
    try {
      return await closedLoop({ name, ...lengths, cpu: cpuClock(stack.instance), buyer: () => buyer(client, skus) });
    } finally {
      await client.close();
    }
  };
  const orders = stack.services['orders'];
  if (orders === undefined) throw new Error('The stack has no orders');
  const cart = await measured('cart', orders.url);
  const gateway = await measured('cart through the gateway', stack.gatewayUrl);
  const floor = await startFloorActor(stack.stores.redisUrl);
  try {
    const number = { next: 0 };
    const floored = await closedLoop({
      name: 'floor: an actor that writes one key',
      ...lengths,
      cpu: cpuClock(stack.instance, [process.pid, ...floor.pids]),
      buyer: (buyerNumber) => () =>
        floor.call(`${String(buyerNumber)}-${String(Math.floor(number.next++ / (addsACart * lengths.buyers)))}`),
    });
    return [cart, floored, gateway];
  } finally {
    await floor.stop();
  }
}

function buyer(client: ServiceClient, skus: readonly string[]): () => Promise<void> {
  let cartId = '';
  let adds = addsACart;
  return async () => {
    if (adds >= addsACart) {
      cartId = (await client.ask<{ id: string }>('POST', '/api/carts', {})).id;
      adds = 0;
    }
    await client.ask('POST', `/api/carts/${cartId}/items`, { sku: skus[adds++ % skus.length], quantity: 1 });
  };
}
