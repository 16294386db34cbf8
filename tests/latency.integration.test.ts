import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { Customer } from './shop/client.ts';
import { runningStack } from './stack.ts';

describe('A purchase', function () {
  this.timeout(120_000);

  it('is confirmed within 400 ms at the median, when nobody else buys', async () => {
    const customer = new Customer(runningStack().gatewayUrl);
    const { items } = await customer.ask<{ items: { variants: { sku: string; available: number | null }[] }[] }>(
      'GET',
      '/api/catalog/search?inStock=true&limit=50',
    );
    const skus = items.flatMap(({ variants }) => variants.filter(({ available }) => (available ?? 0) >= 10).map(({ sku }) => sku));
    const times: number[] = [];
    for (let number = 0; number < 30; number++) {
      const cartId = await customer.fillCart([{ sku: skus[number % skus.length] ?? '', quantity: 1 }]);
      const began = performance.now();
      const placed = await customer.placeOrder(cartId, `${randomUUID()}@customers.test`, 'tok_ok');
      const { status } = await customer.untilSettled(placed, { everyMs: 5 });
      times.push(performance.now() - began);
      expect(status).to.equal('confirmed');
    }
    times.sort((a, b) => a - b);
    const [p50 = 0, p95 = 0] = [times[15], times[28]];
    console.log(`      placed → confirmed: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`);
    expect(p50).to.be.at.most(400);
  });
});
