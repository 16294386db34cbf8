import { Customer } from '../shop/client.ts';

const plenty = 1_000_000;

/** SKUs for a run, with more in stock than it can sell, or so many as told. */
export async function stockUp(gatewayUrl: string, count: number, onHand = plenty): Promise<string[]> {
  const staff = new Customer(gatewayUrl);
  await staff.logIn('staff@cartwright.test', 'staff-Passw0rd!');
  const { items } = await staff.ask<{ items: { variants: { sku: string }[] }[] }>('GET', '/api/catalog/products?limit=100');
  const skus = items.flatMap(({ variants }) => variants.slice(0, 1).map(({ sku }) => sku)).slice(-count);
  if (skus.length < count) throw new Error(`The catalogue has fewer than ${String(count)} products: npm run db:seed`);
  await staff.ask('PUT', '/api/inventory', { items: skus.map((sku) => ({ sku, onHand })) });
  return skus;
}
