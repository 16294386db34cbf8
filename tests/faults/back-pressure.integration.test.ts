import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { Customer } from '../shop/client.ts';
import type { Placed } from '../shop/client.ts';
import { runningStack } from '../stack.ts';
import { hangingOf } from './hanging.ts';

interface Answer {
  readonly status: number;
  readonly ms: number;
  readonly retryAfter: string | null;
  readonly type: string | null;
  readonly body: Placed & { readonly code?: string };
}

/** A store that hangs answers within this time, or not at all; on a busy machine too. */
const quickMs = 4000;
const recoveryMs = 15_000;

describe('When a part of the platform hangs', () => {
  const { gatewayUrl, instance, services } = runningStack();
  const { hang, letGo } = hangingOf(instance);
  const customer = new Customer(gatewayUrl);
  let sku: string;

  before(async () => {
    const { items } = await customer.ask<{ items: { variants: { sku: string; available: number | null }[] }[] }>(
      'GET',
      '/api/catalog/search?inStock=true&limit=50',
    );
    const found = items.flatMap(({ variants }) => variants).find(({ available }) => (available ?? 0) > 20);
    if (found === undefined) throw new Error('Nothing is in stock');
    ({ sku } = found);
  });
  afterEach(letGo);

  const fillCart = (): Promise<string> => customer.fillCart([{ sku, quantity: 1 }]);

  async function place(cartId: string, url = gatewayUrl): Promise<Answer> {
    const began = Date.now();
    const response = await fetch(`${url}/api/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        cartId,
        email: 'ada@example.test',
        shippingAddress: { name: 'Ada', line1: '1 Main Street', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' },
        shippingMethod: 'standard',
        payment: { provider: 'sandbox', token: 'tok_ok' },
      }),
      signal: AbortSignal.timeout(30_000),
    });
    const body = (await response.json()) as Answer['body'];
    const { status, headers } = response;
    return { status, ms: Date.now() - began, retryAfter: headers.get('retry-after'), type: headers.get('content-type'), body };
  }

  function expectQuickNo({ status, ms, retryAfter, type }: Answer): void {
    expect(status).to.equal(503);
    expect(ms).to.be.below(quickMs);
    expect(Number(retryAfter)).to.be.greaterThan(0);
    expect(type).to.contain('application/problem+json');
  }

  /** Places the cart's order again until it is accepted, as a customer told to come again does, and follows it to its end. */
  async function expectRecovery(cartId: string): Promise<Placed> {
    const deadline = Date.now() + recoveryMs;
    for (;;) {
      const { status, body } = await place(cartId);
      if (status === 202) {
        expect((await customer.untilSettled(body, { withinMs: deadline - Date.now() })).status).to.equal('confirmed');
        return body;
      }
      expect(status).to.equal(503);
      expect(Date.now()).to.be.below(deadline);
      await delay(200);
    }
  }

  for (const store of ['postgres', 'redis']) {
    it(`placement says 503 and when to come again while ${store} does, and goes on with the same carts`, async function () {
      this.timeout(60_000);
      const carts = await Promise.all(Array.from({ length: 4 }, fillCart));
      hang(store);
      const [first = '', second = '', ...rest] = carts;
      for (const answer of await Promise.all([place(first), place(second, services['orders']?.url)])) expectQuickNo(answer);
      for (const cartId of rest) expectQuickNo(await place(cartId));
      letGo();
      const orders = await Promise.all(carts.map(expectRecovery));
      const again = await Promise.all(carts.map((cartId) => place(cartId)));
      expect(again.map(({ body }) => body.id)).to.deep.equal(orders.map(({ id }) => id)); // a cart has one order, however often it was asked for
    });
  }

  it('placement answers at once while Redis does, once ten turns have failed, and works again by itself', async function () {
    this.timeout(60_000);
    const carts = await Promise.all(Array.from({ length: 30 }, fillCart));
    hang('redis');
    for (const answer of await Promise.all(carts.map((cartId) => place(cartId)))) expect(answer.status).to.equal(503);
    const next: Answer[] = [];
    for (const cartId of carts.slice(0, 9)) next.push(await place(cartId));
    for (const answer of next) expectQuickNo(answer);
    // One a second tries whether it is there again, and waits; the circuit breaker answers the others.
    expect(next.map(({ ms }) => ms).toSorted((a, b) => a - b)[4], 'half of them').to.be.below(500);
    letGo();
    await expectRecovery(carts[0] ?? '');
  });

  it('placement goes on while inventory does, and so does all that does not need it', async function () {
    this.timeout(60_000);
    const carts = await Promise.all(Array.from({ length: 8 }, fillCart));
    hang('inventory');
    const answers = await Promise.all(carts.map((cartId) => place(cartId)));
    for (const { status, ms } of answers) {
      expect(status).to.equal(202);
      expect(ms).to.be.below(quickMs);
    }
    const began = Date.now();
    await customer.ask('GET', '/api/catalog/search?limit=1');
    for (const { body } of answers) await customer.readOrder(body);
    expect(Date.now() - began).to.be.below(quickMs);
    letGo();
    const settled = await Promise.all(answers.map(({ body }) => customer.untilSettled(body, { withinMs: recoveryMs })));
    expect(settled.map(({ status }) => status)).to.deep.equal(Array(8).fill('confirmed'));
  });

  it('placement accepts orders while Kafka does, and all of them are done when it is back', async function () {
    this.timeout(60_000);
    const carts = await Promise.all(Array.from({ length: 4 }, fillCart));
    hang('kafka');
    const answers = await Promise.all(carts.map((cartId) => place(cartId)));
    for (const { status, ms } of answers) {
      expect(status).to.equal(202);
      expect(ms).to.be.below(quickMs);
    }
    const readable = await Promise.all(answers.map(({ body }) => customer.readOrder(body)));
    expect(readable.map(({ status }) => status)).to.deep.equal(Array(4).fill('placed'));
    letGo();
    const settled = await Promise.all(answers.map(({ body }) => customer.untilSettled(body, { withinMs: recoveryMs })));
    expect(settled.map(({ status }) => status)).to.deep.equal(Array(4).fill('confirmed'));
  });

  it('the gateway says 503 while the sidecar of orders does, soon without waiting, and purchases succeed again by themselves', async function () {
    this.timeout(90_000);
    const carts = await Promise.all(Array.from({ length: 2 }, fillCart));
    const [first = '', second = ''] = carts;
    hang('orders-sidecar');
    const began = Date.now();
    const slow = await place(first);
    expect(slow.status).to.equal(503);
    expect(slow.ms).to.be.below(13_000); // the gateway waits ten seconds for an answer to begin
    let next = await place(second);
    while (next.ms >= quickMs && Date.now() - began < 30_000) next = await place(second);
    expectQuickNo(next); // the sidecars know by then
    letGo();
    await Promise.all(carts.map(expectRecovery));
  });
});
