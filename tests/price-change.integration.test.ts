import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { Customer } from './shop/client.ts';
import { runningStack } from './stack.ts';

interface Shown {
  readonly id: string;
  readonly price: { readonly amount: number };
}

describe('A price change', function () {
  this.timeout(60_000);

  it('is seen within 2 s by whoever reads the product, lists, searches, is shown it beside another, or has it in a cart', async () => {
    const { gatewayUrl } = runningStack();
    const staff = new Customer(gatewayUrl);
    await staff.logIn('staff@cartwright.test', 'staff-Passw0rd!');
    const guest = new Customer(gatewayUrl);
    const word = `p${randomUUID().replaceAll('-', '').slice(0, 12)}`;
    const sku = word.toUpperCase();
    await staff.ask('POST', '/api/catalog/categories', { slug: word, name: word, parent: null });
    const product = { title: `Price ${word}`, description: 'Its price changes.', brand: word, category: word };
    const variants = (price: number): object => ({ variants: [{ sku, price }] });
    const other = { ...product, title: `Other ${word}`, slug: `${word}-other`, variants: [{ sku: `${sku}-OTHER`, price: 100 }] };
    const { id: otherId } = await staff.ask<Shown>('POST', '/api/catalog/products', other);
    const { id } = await staff.ask<Shown>('POST', '/api/catalog/products', { ...product, slug: word, ...variants(4900) });
    const listed = async (path: string): Promise<number | undefined> =>
      (await guest.ask<{ items: Shown[] }>('GET', path)).items.find((item) => item.id === id)?.price.amount;
    const paths: Record<string, () => Promise<number | undefined>> = {
      'by id': async () => (await guest.ask<Shown>('GET', `/api/catalog/products/${id}`)).price.amount,
      'by slug': async () => (await guest.ask<Shown>('GET', `/api/catalog/products/${word}`)).price.amount,
      search: () => listed(`/api/catalog/search?q=${word}`),
      'search with a filter': () => listed(`/api/catalog/search?brand=${word}`),
      'search by price': () => listed(`/api/catalog/search?category=${word}&sort=price`),
      'list of its category': () => listed(`/api/catalog/products?category=${word}`),
      'what is like another': () => listed(`/api/catalog/products/${otherId}/related`),
      'what goes with another': () => listed(`/api/catalog/products/${otherId}/recommendations?limit=24`),
      'what goes with a cart': () => listed(`/api/catalog/recommendations?limit=24&skus=${sku}-OTHER`),
      'new cart': async () => {
        const cart = guest.ask<{ lines: { unitPrice: { amount: number } }[] }>('POST', '/api/carts', { lines: [{ sku, quantity: 1 }] });
        return (await cart.catch(() => undefined))?.lines[0]?.unitPrice.amount;
      },
    };
    const until = async (price: number, deadline: number): Promise<void> => {
      const waits = Object.entries(paths).map(async ([path, ask]) => {
        for (let seen = await ask(); seen !== price; seen = await ask()) {
          expect(Date.now(), `${path} shows ${String(seen)}`).to.be.below(deadline);
          await delay(25);
        }
      });
      await Promise.all(waits);
    };
    try {
      await until(4900, Date.now() + 20_000);
      await staff.ask('PATCH', `/api/catalog/products/${id}`, variants(4200));
      const changed = Date.now();
      await until(4200, changed + 2000);
      console.log(`      seen everywhere after ${String(Date.now() - changed)} ms`);
    } finally {
      for (const one of [id, otherId]) await staff.ask('DELETE', `/api/catalog/products/${one}`);
      await staff.ask('DELETE', `/api/catalog/categories/${word}`);
    }
  });
});
