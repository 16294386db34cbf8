import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import { expect } from 'chai';
import { v7 } from 'uuid';
import type { Availability } from '../../domain/checkout.ts';
import { runOrders, tokenOf } from '../running-orders.ts';
import type { Answer, RunningOrders } from '../running-orders.ts';
import { address, cartWith, orderOf, productFor, snapshot } from '../shopping.ts';
import type { Product } from '../shopping.ts';

/** Lets a test stop placements between two steps. */
const hooks: { afterSeal?: () => Promise<void>; beforeCommit?: () => Promise<void> } = {};

describe('Placing an order', () => {
  let orders: RunningOrders;
  let lamp: Product;

  let levels: (sku: string) => Availability[] = () => [];

  before(async () => {
    orders = await runOrders({
      stock: { availability: (skus) => Promise.resolve(skus.flatMap((sku) => levels(sku))) },
      hooks: { afterSeal: async () => hooks.afterSeal?.(), beforeCommit: async () => hooks.beforeCommit?.() },
    });
    lamp = await productFor(orders);
  });
  afterEach(() => {
    delete hooks.afterSeal;
    delete hooks.beforeCommit;
    levels = () => [];
  });
  after(() => orders.close());

  const place = (body: unknown, headers: Record<string, string> = {}) => orders.ask('POST', '/api/orders', body, headers);
  const countOf = async (table: string) =>
    Number((await orders.database.sql<{ count: string }>(`select count(*) from ${table}`))[0]?.count);
  const ordersOf = (cartId: string) =>
    orders.database.sql<{ id: string; status: string }>('select id, status from orders where cart_id = ?', [cartId]);

  it('answers 202 with number, key and place, and stores event, projection, contact and message together', async () => {
    const cartId = await cartWith(orders, lamp.sku, 2);
    const { status, body, headers } = await place(orderOf(cartId));
    expect(status).to.equal(202);
    expect(body).to.have.all.keys('id', 'number', 'status', 'accessKey');
    expect(body).to.include({ status: 'placed' });
    const id = String(body['id']);
    expect(headers.get('location')).to.equal(`/api/orders/${id}`);
    expect(headers.get('set-cookie')).to.include(`Path=/api/orders/${id}; `).and.include('HttpOnly').and.include('SameSite=Strict');
    const seen = await orders.ask('GET', `/api/orders/${id}`, undefined, { 'order-key': String(body['accessKey']) });
    const usd = (amount: number) => ({ amount, currency: 'USD' });
    expect(seen.body['totals']).to.deep.equal({ items: usd(9800), discount: usd(0), shipping: usd(0), tax: usd(613), total: usd(10_413) });
    expect(seen.body['contact']).to.deep.equal({ email: 'ada@example.com', shippingAddress: address });
    const [told] = await orders.database.sql<{ type: string; data: unknown }>('select type, data from outbox where aggregate_id = ?', [id]);
    expect(told?.type).to.equal('OrderPlaced');
    expect(JSON.stringify(told), 'no personal data and no token in events').not.to.match(/ada@|Main Street|tok_ok/);
  });

  it('twice gives one order, and the same key', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const first = await place(orderOf(cartId));
    const second = await place(orderOf(cartId));
    expect(second.body).to.deep.equal(first.body);
    expect(await ordersOf(cartId)).to.have.length(1);
  });

  it('twice gives one order also where it is written otherwise, and is kept as it was written first', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const wanted = { ...orderOf(cartId), email: 'Ada@Example.com', shippingAddress: { ...address, region: 'illinois' } };
    const first = await place(wanted);
    const others = [
      { email: 'ada@example.COM' },
      { shippingAddress: { ...address, region: 'IL' } },
      { shippingAddress: { ...address, name: ` ${address.name} `, line2: '' } },
    ];
    for (const other of others) expect((await place({ ...wanted, ...other })).body, JSON.stringify(other)).to.deep.equal(first.body);
    const seen = await orders.ask('GET', `/api/orders/${String(first.body['id'])}`, undefined, {
      'order-key': String(first.body['accessKey']),
    });
    expect(seen.body['contact']).to.deep.equal({ email: 'Ada@Example.com', shippingAddress: address });
    // Kept before regions had one form.
    await orders.database.sql(`update order_contacts set address = address || '{"region": "Illinois"}' where order_id = ?`, [
      first.body['id'],
    ]);
    expect((await place(wanted)).body).to.deep.equal(first.body);
  });

  it('again is a conflict that names the order where something else is asked for, and where nobody knows any more what was', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const { body: first } = await place(orderOf(cartId));
    const others = [
      { email: 'eve@example.com' },
      { shippingAddress: { ...address, line1: '2 Main Street' } },
      { shippingAddress: { ...address, line2: 'Flat 3' } },
      { shippingMethod: 'express' },
      { payment: { provider: 'stripe', token: 'pm_1' } },
    ];
    for (const other of others) {
      const { status, body } = await place({ ...orderOf(cartId), ...other });
      expect([status, body['code'], body['orderId']], JSON.stringify(other)).to.deep.equal([409, 'cart_already_ordered', first['id']]);
      expect(body['number']).to.equal(first['number']);
      expect(body).not.to.have.property('accessKey');
    }
    expect((await place({ ...orderOf(cartId), payment: { provider: 'sandbox', token: 'tok_slow' } })).body).to.include({ id: first['id'] });
    await orders.database.sql('delete from order_contacts where order_id = ?', [first['id']]);
    expect((await place(orderOf(cartId))).body).to.include({ code: 'cart_already_ordered' });
  });

  it('from many windows at the same moment gives one order', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const buyers = 8;
    let waiting = 0;
    let go: () => void = () => undefined;
    const all = new Promise<void>((done) => {
      go = done;
    });
    hooks.afterSeal = async () => {
      waiting += 1;
      if (waiting >= buyers) go();
      await all;
    };
    const answers = await Promise.all(Array.from({ length: buyers }, () => place(orderOf(cartId))));
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(buyers).fill(202));
    expect(new Set(answers.map(({ body }) => body['id'])).size).to.equal(1);
    expect(await ordersOf(cartId)).to.have.length(1);
  });

  it('with the same Idempotency-Key gives the same answer, refuses another body, and keeps no access key', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const headers = { 'idempotency-key': v7() };
    const first = await place(orderOf(cartId), headers);
    const second = await place(orderOf(cartId), headers);
    expect(second.body).to.deep.equal(first.body);
    expect(second.headers.get('idempotent-replay')).to.equal('true');
    const other = await place({ ...orderOf(cartId), email: 'eve@example.com' }, headers);
    expect(other.status).to.equal(422);
    const kept = await orders.database.sql('select body, headers from idempotency_keys where key = ?', [headers['idempotency-key']]);
    expect(kept).to.have.length(1);
    expect(JSON.stringify(kept)).not.to.include(String(first.body['accessKey']));
  });

  it('at a price that has changed is refused with the new one, and the cart shows it', async () => {
    const product = await productFor(orders);
    const cartId = await cartWith(orders, product.sku);
    const data = snapshot(product.productId, product.sku, 5500);
    await orders.deliver(ProductUpdated.create({ aggregateId: product.productId, aggregateVersion: 2, data }));
    const refused = await place(orderOf(cartId));
    expect(refused.status).to.equal(409);
    expect(refused.body).to.deep.include({
      code: 'price_changed',
      changes: [{ line: 0, sku: product.sku, was: { amount: 4900, currency: 'USD' }, now: { amount: 5500, currency: 'USD' } }],
    });
    expect((refused.body['errors'] as { field: string }[])[0]).to.include({ field: '/lines/0' });
    expect(await ordersOf(cartId)).to.deep.equal([]);
    const cart = await orders.ask('GET', `/api/carts/${cartId}`);
    expect(cart.body['totals']).to.deep.include({ total: { amount: 5500, currency: 'USD' } });
    expect((await place(orderOf(cartId))).status).to.equal(202);
  });

  it('whose twin was quicker, just before the price changed, answers the order of the twin', async () => {
    const product = await productFor(orders);
    const cartId = await cartWith(orders, product.sku);
    let twin: Answer | undefined;
    hooks.afterSeal = async () => {
      delete hooks.afterSeal;
      twin = await place(orderOf(cartId));
      const data = snapshot(product.productId, product.sku, 5500);
      await orders.deliver(ProductUpdated.create({ aggregateId: product.productId, aggregateVersion: 2, data }));
    };
    const { status, body } = await place(orderOf(cartId));
    expect(status).to.equal(202);
    expect(body).to.deep.equal(twin?.body);
    expect((await orders.ask('GET', `/api/carts/${cartId}`)).body).to.include({ orderId: body['id'] });
  });

  it('of what is not for sale any more is refused, and works once the line is gone', async () => {
    const product = await productFor(orders);
    const cartId = await cartWith(orders, product.sku);
    await orders.ask('POST', `/api/carts/${cartId}/items`, { sku: lamp.sku, quantity: 1 });
    const data = { productId: product.productId, skus: [product.sku] };
    await orders.deliver(ProductDeleted.create({ aggregateId: product.productId, aggregateVersion: 2, data }));
    const refused = await place(orderOf(cartId));
    expect(refused.body).to.include({ code: 'price_changed' });
    expect(JSON.stringify(refused.body['changes'])).to.include('"now":null');
    await orders.ask('DELETE', `/api/carts/${cartId}/items/${product.sku}`);
    expect((await place(orderOf(cartId))).status).to.equal(202);
  });

  it('is refused when stock has gone since the cart was filled, with what is left, and the cart can be changed', async () => {
    const cartId = await cartWith(orders, lamp.sku, 3);
    levels = (sku) => [{ sku, available: 2, availableThen: 3 }];
    const refused = await place(orderOf(cartId));
    expect(refused.status).to.equal(409);
    expect(refused.body).to.deep.include({
      code: 'stock_changed',
      errors: [{ field: '/lines/0', rule: 'stock', message: `only 2 of ${lamp.sku} are left` }],
      changes: [{ line: 0, sku: lamp.sku, requested: 3, available: 2 }],
    });
    expect((await orders.ask('PATCH', `/api/carts/${cartId}/items/${lamp.sku}`, { quantity: 2 })).status).to.equal(200);
    expect((await place(orderOf(cartId))).status).to.equal(202);
  });

  it('redeems a limited coupon as often as it may be, and gives it back when the order comes to nothing', async () => {
    await orders.database.sql(`insert into coupons (code, kind, value, max_redemptions) values ('ONCE', 'percent', 5000, 1)`);
    const carts = await Promise.all([cartWith(orders, lamp.sku, 2), cartWith(orders, lamp.sku, 2)]);
    for (const id of carts) expect((await orders.ask('POST', `/api/carts/${id}/coupon`, { code: 'once' })).status).to.equal(200);
    let waiting = 0;
    let go: () => void = () => undefined;
    const both = new Promise<void>((done) => {
      go = done;
    });
    hooks.beforeCommit = async () => {
      waiting += 1;
      if (waiting >= 2) go();
      await both;
    };
    const answers = await Promise.all(carts.map((id) => place(orderOf(id))));
    delete hooks.beforeCommit;
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([202, 409]);
    const loser = carts[answers.findIndex(({ status }) => status === 409)] ?? '';
    expect((await orders.ask('GET', `/api/carts/${loser}`)).body).not.to.have.any.keys('coupon', 'orderId');
    expect((await place(orderOf(loser))).status, 'without the coupon').to.equal(202);
    const winner = answers.find(({ status }) => status === 202)?.body;
    const redeemed = async () =>
      (await orders.database.sql<{ redeemed: number }>(`select redeemed from coupons where code = 'ONCE'`))[0]?.redeemed;
    expect(await redeemed()).to.equal(1);
    await orders.ask('POST', `/api/orders/${String(winner?.['id'])}/cancel`, {}, { 'order-key': String(winner?.['accessKey']) });
    expect(await redeemed()).to.equal(0);
  });

  it('with a coupon that does not count for this cart is refused, and changes nothing', async () => {
    const cartId = await cartWith(orders, (await productFor(orders, 100)).sku);
    expect((await orders.ask('POST', `/api/carts/${cartId}/coupon`, { code: 'SAVE5' })).status).to.equal(200);
    const refused = await place(orderOf(cartId));
    expect(refused.status).to.equal(409);
    expect(refused.body).to.include({ code: 'coupon_not_valid', reason: 'minimum' });
    expect((await orders.ask('GET', `/api/carts/${cartId}`)).body)
      .to.include({ coupon: 'SAVE5' })
      .and.not.to.have.property('orderId');
  });

  it('goes on after a process that died between sealing and storing; the cart can also be changed then, and that order never comes', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    hooks.beforeCommit = () => Promise.reject(new Error('the process dies here'));
    expect((await place(orderOf(cartId))).status).to.equal(500);
    delete hooks.beforeCommit;
    const sealedFor = String((await orders.ask('GET', `/api/carts/${cartId}`)).body['orderId']);
    expect(await ordersOf(cartId)).to.deep.equal([]);
    expect((await orders.ask('PATCH', `/api/carts/${cartId}/items/${lamp.sku}`, { quantity: 3 })).status).to.equal(200);
    const placed = await place(orderOf(cartId));
    expect(placed.status).to.equal(202);
    expect(placed.body['id']).not.to.equal(sealedFor);
    expect(await orders.orders.placeOf(sealedFor)).to.equal('void');
    expect((await orders.ask('GET', `/api/orders/${sealedFor}`, undefined, tokenOf(v7(), 'admin'))).status).to.equal(404);
  });

  it('loses against a change of the cart that comes in between: what is ordered is what was seen last', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    let changes = 0;
    hooks.beforeCommit = async () => {
      changes += 1;
      if (changes === 1) await orders.ask('PATCH', `/api/carts/${cartId}/items/${lamp.sku}`, { quantity: 5 });
    };
    const placed = await place(orderOf(cartId));
    expect(placed.status).to.equal(202);
    const all = await ordersOf(cartId);
    expect(all).to.have.length(1);
    const seen = await orders.ask('GET', `/api/orders/${String(placed.body['id'])}`, undefined, {
      'order-key': String(placed.body['accessKey']),
    });
    expect((seen.body['lines'] as { quantity: number }[])[0]?.quantity).to.equal(5);
  });

  it('makes the cart that of the order: it can be changed no more', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const { body } = await place(orderOf(cartId));
    const edit = await orders.ask('POST', `/api/carts/${cartId}/items`, { sku: lamp.sku, quantity: 1 });
    expect(edit.status).to.equal(409);
    expect(edit.body).to.include({ code: 'cart_sealed', orderId: body['id'] });
  });

  it('by a user does not open to whoever knows the id of the guest cart', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    expect((await place(orderOf(cartId), tokenOf(v7()))).status).to.equal(202);
    const other = await place(orderOf(cartId));
    expect(other.status).to.equal(409);
    expect(other.body).not.to.have.property('accessKey');
  });

  const faults: readonly [string, Record<string, unknown>, number, string][] = [
    ['an empty cart', {}, 422, '/cartId'],
    ['an e-mail that is none', { email: 'ada' }, 400, '/email'],
    ['no e-mail', { email: undefined }, 400, '/email'],
    ['no address', { shippingAddress: undefined }, 400, '/shippingAddress'],
    ['an address without a city', { shippingAddress: { ...address, city: undefined } }, 400, '/shippingAddress/city'],
    ['a blank name', { shippingAddress: { ...address, name: '  ' } }, 400, '/shippingAddress/name'],
    ['a name of two lines', { shippingAddress: { ...address, name: 'Ada\nLovelace' } }, 400, '/shippingAddress/name'],
    ['a name with a link', { shippingAddress: { ...address, name: 'www.evil.example' } }, 400, '/shippingAddress/name'],
    ['a country that is no code', { shippingAddress: { ...address, country: 'Germany' } }, 400, '/shippingAddress/country'],
    ['a country that is not there', { shippingAddress: { ...address, country: 'ZZ' } }, 400, '/shippingAddress/country'],
    ['no region where tax depends on it', { shippingAddress: { ...address, region: '' } }, 400, '/shippingAddress/region'],
    ['a line of an address that is too long', { shippingAddress: { ...address, line1: 'x'.repeat(300) } }, 400, '/shippingAddress/line1'],
    ['text that no database can hold', { shippingAddress: { ...address, name: 'A\0' } }, 400, '/shippingAddress/name'],
    ['a way of shipping that is not known', { shippingMethod: 'drone' }, 400, '/shippingMethod'],
    ['a card’s number', { payment: { provider: 'sandbox', token: '4242424242424242' } }, 400, '/payment/token'],
    ['a card’s number in groups', { payment: { provider: 'stripe', token: '4242-4242-4242-4242' } }, 400, '/payment/token'],
    ['a provider that is not known', { payment: { provider: 'cash', token: 'x' } }, 400, '/payment/provider'],
    ['no token', { payment: { provider: 'sandbox' } }, 400, '/payment/token'],
    ['card data', { payment: { provider: 'sandbox', token: 'tok_ok', number: '4242424242424242' } }, 400, '/payment/number'],
    ['a field that is not known', { totals: 0 }, 400, '/totals'],
    ['a cart id that is none', { cartId: 'x' }, 400, '/cartId'],
    ['a body that is no object', { all: null }, 400, '/'],
  ];
  for (const [what, change, status, field] of faults) {
    it(`refuses ${what}, names the field and stores nothing`, async () => {
      const cartId = field === '/cartId' ? String((await orders.ask('POST', '/api/carts')).body['id']) : await cartWith(orders, lamp.sku);
      const counts = async () => [
        await countOf('orders'),
        await countOf('order_events'),
        await countOf('order_contacts'),
        await countOf('outbox'),
      ];
      const before = await counts();
      const answer = await place('all' in change ? null : { ...orderOf(cartId), ...change });
      expect(answer.status, JSON.stringify(answer.body)).to.equal(status);
      expect((answer.body['errors'] as { field: string }[]).map((error) => error.field)).to.include(field);
      expect(await counts()).to.deep.equal(before);
      expect((await orders.ask('GET', `/api/carts/${cartId}`)).body).not.to.have.property('orderId');
    });
  }

  it('says 503 and when to come again while events wait for too long, stores nothing, and goes on with the same cart afterwards', async () => {
    let cartId = await cartWith(orders, lamp.sku);
    await orders.database.sql("update outbox set time = time - interval '20 minutes'");
    await orders.database.sql(
      `insert into outbox (id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, time)
       select gen_random_uuid(), 'orders', 'OrderUpdated', 'order', 'old', n, '{}'::jsonb, now() - interval '20 minutes' from generate_series(1, 100) n`,
    );
    const refused = await until(
      async () => place(orderOf((cartId = await cartWith(orders, lamp.sku)))),
      ({ status }) => status === 503,
    );
    expect(refused.body).to.include({ code: 'backlog' });
    expect(Number(refused.headers.get('retry-after'))).to.be.greaterThan(0);
    expect(await ordersOf(cartId)).to.deep.equal([]);
    await orders.database.sql("delete from outbox where aggregate_id = 'old'");
    await orders.database.sql("update outbox set time = time + interval '20 minutes'");
    const accepted = await until(
      () => place(orderOf(cartId)),
      ({ status }) => status !== 503,
    );
    expect(accepted.status).to.equal(202);
    expect(await ordersOf(cartId)).to.have.length(1);
  });

  /** Asks until the answer is as wanted: the service looks at what waits once a second. */
  async function until(ask: () => Promise<Answer>, wanted: (answer: Answer) => boolean): Promise<Answer> {
    const deadline = Date.now() + 25_000;
    for (;;) {
      const answer = await ask();
      if (wanted(answer) || Date.now() > deadline) return answer;
    }
  }

  it('says that there is no such cart', async () => {
    expect((await place(orderOf(v7()))).status).to.equal(404);
  });
});
