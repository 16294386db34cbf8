import { setTimeout as delay } from 'node:timers/promises';
import { Customer, ShopError } from '../shop/client.ts';
import type { Line } from '../shop/client.ts';
import type { Stack } from '../stack.ts';
import type { Random } from './random.ts';

/** Goods of one run, which nobody else buys, so that every unit of them can be accounted for. */
export interface Goods {
  readonly skus: readonly string[];
  readonly products: readonly { readonly id: string; readonly sku: string }[];
  /** What somebody puts in a cart. */
  choose(random: Random): Line[];
  /** Takes them off the shop. */
  remove(): Promise<void>;
}

const plenty = 8;
const scarce = 2;
const shelf = { plenty: 5000, scarce: 25 };

/** Puts goods into the catalogue and on the shelf, and waits until they can be bought. */
export async function stockGoods(stack: Pick<Stack, 'gatewayUrl'>, run: string): Promise<Goods> {
  const staff = new Customer(stack.gatewayUrl);
  await staff.logIn('staff@cartwright.test', 'staff-Passw0rd!');
  const { items } = await staff.ask<{ items: { slug: string }[] }>('GET', '/api/catalog/categories');
  const products: { id: string; sku: string }[] = [];
  for (let number = 0; number < plenty + scarce; number += 1) {
    const sku = `CHAOS-${run}-${String(number)}`;
    const { id } = await staff.ask<{ id: string }>('POST', '/api/catalog/products', {
      title: `Chaos ${run} ${String(number)}`,
      description: 'Made by npm run chaos, and removed by it',
      brand: 'Chaos',
      category: items[0]?.slug,
      variants: [{ sku, price: 1000 + number * 100 }],
    });
    products.push({ id, sku });
  }
  const skus = products.map(({ sku }) => sku);
  await staff.ask('PUT', '/api/inventory', {
    items: skus.map((sku, number) => ({ sku, onHand: number < plenty ? shelf.plenty : shelf.scarce })),
  });
  await untilForSale(staff, skus);
  return {
    skus,
    products,
    choose(random) {
      const lines = new Map<string, number>();
      for (let count = 1 + random.upTo(3); count > 0; count -= 1) lines.set(skus[random.upTo(plenty)] ?? '', 1 + random.upTo(3));
      if (random.percent(10)) lines.set(skus[plenty + random.upTo(scarce)] ?? '', 1 + random.upTo(2));
      return [...lines].map(([sku, quantity]) => ({ sku, quantity }));
    },
    async remove() {
      // A run is longer than an access token lives.
      await staff.logIn('staff@cartwright.test', 'staff-Passw0rd!');
      for (const { id } of products) await staff.ask('DELETE', `/api/catalog/products/${id}`);
    },
  };
}

async function untilForSale(customer: Customer, skus: readonly string[]): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      await customer.fillCart(skus.map((sku) => ({ sku, quantity: 1 })));
      return;
    } catch (error) {
      if (!(error instanceof ShopError) || Date.now() > until) throw error;
      await delay(100);
    }
  }
}
