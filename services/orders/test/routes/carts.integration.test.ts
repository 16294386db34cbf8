import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import { StockRejected } from '@cartwright/kernel/events/stock-rejected';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { runOrders, tokenOf } from '../running-orders.ts';
import type { RunningOrders } from '../running-orders.ts';
import { cartWith, orderOf, placedOrder, productFor, snapshot } from '../shopping.ts';
import type { Product } from '../shopping.ts';

describe('Carts', () => {
  let orders: RunningOrders;
  let lamp: Product;
  let chair: Product;

  before(async () => {
    orders = await runOrders();
    lamp = await productFor(orders);
    chair = await productFor(orders, 12_000);
  });
  after(() => orders.close());

  it('are made empty without a body, and with lines at the prices of today', async () => {
    const empty = await orders.ask('POST', '/api/carts');
    expect(empty.status).to.equal(201);
    expect(empty.headers.get('location')).to.equal(`/api/carts/${String(empty.body['id'])}`);
    expect(empty.body).to.deep.include({ lines: [], currency: 'USD' });
    const filled = await orders.ask('POST', '/api/carts', { lines: [{ sku: lamp.sku, quantity: 2 }] });
    expect(filled.body).to.deep.include({
      lines: [
        {
          sku: lamp.sku,
          title: `Walnut desk lamp ${lamp.sku}`,
          quantity: 2,
          unitPrice: { amount: 4900, currency: 'USD' },
          total: { amount: 9800, currency: 'USD' },
        },
      ],
    });
    expect(filled.body['totals']).to.deep.include({ items: { amount: 9800, currency: 'USD' }, total: { amount: 9800, currency: 'USD' } });
  });

  it('add to a line, set it, and remove it', async () => {
    const id = await cartWith(orders, lamp.sku);
    const quantities = async (answer: Promise<{ body: Record<string, unknown> }>) =>
      ((await answer).body['lines'] as { sku: string; quantity: number }[]).map(({ sku, quantity }) => [sku, quantity]);
    expect(await quantities(orders.ask('POST', `/api/carts/${id}/items`, { sku: lamp.sku, quantity: 2 }))).to.deep.equal([[lamp.sku, 3]]);
    await orders.ask('POST', `/api/carts/${id}/items`, { sku: chair.sku, quantity: 1 });
    expect(await quantities(orders.ask('PATCH', `/api/carts/${id}/items/${lamp.sku}`, { quantity: 1 }))).to.deep.equal([
      [lamp.sku, 1],
      [chair.sku, 1],
    ]);
    expect(await quantities(orders.ask('DELETE', `/api/carts/${id}/items/${lamp.sku}`))).to.deep.equal([[chair.sku, 1]]);
    expect(await quantities(orders.ask('GET', `/api/carts/${id}`))).to.deep.equal([[chair.sku, 1]]);
  });

  const faults: readonly [string, string, (id: string) => string, unknown, number, string][] = [
    ['a SKU that is not for sale', 'POST', (id) => `/api/carts/${id}/items`, { sku: 'NO-SUCH', quantity: 1 }, 422, '/sku'],
    [
      'a line of a new cart that is not for sale',
      'POST',
      () => '/api/carts',
      { lines: [{ sku: 'NO-SUCH', quantity: 1 }] },
      422,
      '/lines/0/sku',
    ],
    ['a quantity of nothing', 'POST', (id) => `/api/carts/${id}/items`, { sku: 'A', quantity: 0 }, 400, '/quantity'],
    ['a quantity that is no number', 'POST', (id) => `/api/carts/${id}/items`, { sku: 'A', quantity: '1' }, 400, '/quantity'],
    ['half a piece', 'PATCH', (id) => `/api/carts/${id}/items/A`, { quantity: 1.5 }, 400, '/quantity'],
    ['too large a quantity', 'PATCH', (id) => `/api/carts/${id}/items/A`, { quantity: 1000 }, 400, '/quantity'],
    ['a field that is not known', 'POST', (id) => `/api/carts/${id}/items`, { sku: 'A', quantity: 1, price: 1 }, 400, '/price'],
    ['a price of one’s own', 'POST', () => '/api/carts', { lines: [{ sku: 'A', quantity: 1, unitPrice: 1 }] }, 400, '/lines/0/unitPrice'],
    ['a missing SKU', 'POST', (id) => `/api/carts/${id}/items`, { quantity: 1 }, 400, '/sku'],
    ['an id that is none', 'GET', () => '/api/carts/1', undefined, 400, 'id'],
    ['a currency that is none', 'POST', () => '/api/carts', { currency: 'dollar' }, 400, '/currency'],
    ['a currency that is not there', 'POST', () => '/api/carts', { currency: 'ZZZ' }, 400, '/currency'],
    ['a coupon that is not known', 'POST', (id) => `/api/carts/${id}/coupon`, { code: 'NOPE' }, 422, '/code'],
    ['merging a cart with itself', 'POST', (id) => `/api/carts/${id}/merge`, 'itself', 422, '/from'],
  ];
  for (const [what, method, path, body, status, field] of faults) {
    it(`refuse ${what}, name the field and change nothing`, async () => {
      const id = await cartWith(orders, lamp.sku);
      const before = await orders.ask('GET', `/api/carts/${id}`);
      const answer = await orders.ask(method, path(id), body === 'itself' ? { from: id } : body);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(status);
      expect(answer.headers.get('content-type')).to.include('application/problem+json');
      expect((answer.body['errors'] as { field: string }[]).map((error) => error.field)).to.include(field);
      expect((await orders.ask('GET', `/api/carts/${id}`)).body).to.deep.equal(before.body);
    });
  }

  it('say that there is no cart or no line', async () => {
    expect((await orders.ask('GET', `/api/carts/${v7()}`)).status).to.equal(404);
    expect((await orders.ask('POST', `/api/carts/${v7()}/items`, { sku: lamp.sku, quantity: 1 })).status).to.equal(404);
    const id = await cartWith(orders, lamp.sku);
    expect((await orders.ask('DELETE', `/api/carts/${id}/items/${chair.sku}`)).status).to.equal(404);
  });

  it('hold one currency', async () => {
    const euros = await productFor(orders, 100, 'EUR');
    const id = await cartWith(orders, lamp.sku);
    expect((await orders.ask('POST', `/api/carts/${id}/items`, { sku: euros.sku, quantity: 1 })).status).to.equal(422);
    const mixed = {
      lines: [
        { sku: lamp.sku, quantity: 1 },
        { sku: euros.sku, quantity: 1 },
      ],
    };
    const answer = await orders.ask('POST', '/api/carts', mixed);
    expect(answer.body['errors']).to.deep.include({ field: '/lines/1/sku', rule: 'currency', message: 'is not sold in USD' });
    expect((await orders.ask('POST', '/api/carts', { lines: [{ sku: euros.sku, quantity: 1 }] })).body).to.include({ currency: 'EUR' });
  });

  it('of a user are for that user alone; others are told that there is none', async () => {
    const owner = v7();
    const id = await cartWith(orders, lamp.sku, 1, tokenOf(owner));
    for (const headers of [{}, tokenOf(v7()), tokenOf(v7(), 'admin')]) {
      expect((await orders.ask('GET', `/api/carts/${id}`, undefined, headers)).status).to.equal(404);
      expect((await orders.ask('POST', `/api/carts/${id}/items`, { sku: lamp.sku, quantity: 1 }, headers)).status).to.equal(404);
      expect((await orders.ask('POST', '/api/orders', orderOf(id), headers)).status).to.equal(404);
    }
    expect((await orders.ask('GET', `/api/carts/${id}`, undefined, tokenOf(owner))).status).to.equal(200);
  });

  it('take a coupon however it is typed, show what it saves, and let it go', async () => {
    const id = await cartWith(orders, lamp.sku, 2);
    const with10 = await orders.ask('POST', `/api/carts/${id}/coupon`, { code: ' welcome10' });
    expect(with10.body).to.include({ coupon: 'WELCOME10' }).and.not.to.have.property('couponRefusal');
    expect(with10.body['totals']).to.deep.include({ discount: { amount: 980, currency: 'USD' }, total: { amount: 8820, currency: 'USD' } });
    const without = await orders.ask('POST', `/api/carts/${id}/coupon`, { code: null });
    expect(without.body).not.to.have.property('coupon');
  });

  it('merge: a guest who signs in takes their lines along, once', async () => {
    const user = tokenOf(v7());
    const mine = await cartWith(orders, lamp.sku, 1, user);
    const guests = await cartWith(orders, lamp.sku, 2);
    await orders.ask('POST', `/api/carts/${guests}/items`, { sku: chair.sku, quantity: 1 });
    for (let time = 0; time < 2; time += 1) {
      const merged = await orders.ask('POST', `/api/carts/${mine}/merge`, { from: guests }, user);
      expect(merged.status, JSON.stringify(merged.body)).to.equal(200);
      expect((merged.body['lines'] as { quantity: number }[]).map(({ quantity }) => quantity)).to.deep.equal([3, 1]);
    }
    expect((await orders.ask('GET', `/api/carts/${guests}`)).body['lines']).to.deep.equal([]);
  });

  it('merge once, also when it is asked for many times at once', async () => {
    const user = tokenOf(v7());
    const [mine, guests] = [await cartWith(orders, lamp.sku, 1, user), await cartWith(orders, lamp.sku, 2)];
    const merge = () => orders.ask('POST', `/api/carts/${mine}/merge`, { from: guests }, user);
    const answers = await Promise.all(Array.from({ length: 8 }, merge));
    expect(answers.map(({ status }) => status)).to.deep.equal(Array(8).fill(200));
    const { body } = await orders.ask('GET', `/api/carts/${mine}`, undefined, user);
    expect(body['lines']).to.have.length(1).and.to.have.nested.property('0.quantity', 3);
  });

  describe('of the moment', () => {
    const current = (method: string, user: Record<string, string>) => orders.ask(method, '/api/carts/current', undefined, user);

    it('are the same on every device, also where two ask for one at once, and nothing for a guest', async () => {
      const user = tokenOf(v7());
      expect((await current('GET', user)).status).to.equal(404);
      const optional = (headers: Record<string, string>) => orders.ask('GET', '/api/carts/current?optional=true', undefined, headers);
      expect((await optional(user)).status).to.equal(204);
      const made = await Promise.all(Array.from({ length: 8 }, () => current('POST', user)));
      expect(new Set(made.map(({ body }) => body['id'])).size, JSON.stringify(made[0]?.body)).to.equal(1);
      expect((await current('GET', user)).body).to.deep.equal(made[0]?.body);
      expect((await optional(user)).body).to.deep.equal(made[0]?.body);
      expect((await current('GET', {})).status).to.equal(401);
      expect((await current('GET', tokenOf(v7()))).status).to.equal(404);
    });

    it('are the last that was begun, by whichever way', async () => {
      const user = tokenOf(v7());
      await current('POST', user);
      const [second, headers] = [await cartWith(orders, lamp.sku, 1, user), { ...user, 'idempotency-key': v7() }];
      expect((await current('GET', user)).body).to.include({ id: second });
      const { body: third } = await orders.ask('POST', '/api/carts', {}, headers);
      expect((await current('GET', user)).body).to.include({ id: third['id'] });
      await cartWith(orders, lamp.sku, 1, user);
      await orders.ask('POST', '/api/carts', {}, headers); // the same again begins nothing
      expect((await current('GET', user)).body).not.to.include({ id: third['id'] });
    });

    it('are no more once they were ordered; where the order comes to nothing, its lines are there again', async () => {
      const user = tokenOf(v7());
      const order = await placedOrder(orders, lamp.sku, user);
      expect((await current('GET', user)).status).to.equal(404);
      const data = { orderId: order.id, shortages: [{ sku: lamp.sku, requested: 1, available: 0 }] };
      await orders.deliver(StockRejected.create({ aggregateId: order.id, aggregateVersion: 1, data }));
      const { body } = await current('GET', user);
      expect(body['lines']).to.have.nested.property('0.sku', lamp.sku);
      expect((await current('POST', user)).body).to.include({ id: body['id'] });
    });

    it('are made anew after an order, and one that was begun and never made is made', async () => {
      const [userId, id] = [v7(), v7()];
      await placedOrder(orders, lamp.sku, tokenOf(userId));
      const fresh = await current('POST', tokenOf(userId));
      expect(fresh.body).to.deep.include({ lines: [] });
      await orders.database.sql('update customer_carts set cart_id = ? where customer_id = ?', [id, userId]);
      expect((await current('GET', tokenOf(userId))).status).to.equal(404);
      expect((await current('POST', tokenOf(userId))).body).to.include({ id });
    });
  });

  it('give their lines back when a merge is refused, and are not merged once ordered', async () => {
    const euros = await productFor(orders, 100, 'EUR');
    const target = await cartWith(orders, lamp.sku);
    const source = await cartWith(orders, euros.sku);
    expect((await orders.ask('POST', `/api/carts/${target}/merge`, { from: source })).status).to.equal(422);
    expect((await orders.ask('GET', `/api/carts/${source}`)).body).not.to.have.property('orderId');
    const ordered = await cartWith(orders, lamp.sku);
    await orders.ask('POST', '/api/orders', orderOf(ordered));
    expect((await orders.ask('POST', `/api/carts/${target}/merge`, { from: ordered })).body).to.include({ code: 'cart_sealed' });
  });

  it('are made once for an Idempotency-Key of a user, also by many at a time, and never with another body', async () => {
    const headers = { ...tokenOf(v7()), 'idempotency-key': v7() };
    const make = () => orders.ask('POST', '/api/carts', { lines: [{ sku: lamp.sku, quantity: 1 }] }, headers);
    const { body } = await make();
    expect((await make()).body).to.deep.equal(body);
    expect((await orders.ask('POST', '/api/carts', {}, headers)).status).to.equal(422);
    const others = { ...tokenOf(v7()), 'idempotency-key': headers['idempotency-key'] };
    const others1st = await orders.ask('POST', '/api/carts', {}, others);
    expect(others1st.status).to.equal(201);
    expect(others1st.body['id']).not.to.equal(body['id']);
    const many = await Promise.all(
      Array.from({ length: 30 }, () => orders.ask('POST', '/api/carts', {}, { ...tokenOf(v7()), 'idempotency-key': v7() })),
    );
    expect(many.map(({ status }) => status)).to.deep.equal(Array(30).fill(201));
  });

  it('follow catalog: new titles and prices, and SKUs that a product has no more', async () => {
    const product = await productFor(orders);
    const renamed = snapshot(product.productId, `${product.sku}-B`, 100);
    await orders.deliver(ProductUpdated.create({ aggregateId: product.productId, aggregateVersion: 2, data: renamed }));
    expect((await orders.ask('POST', '/api/carts', { lines: [{ sku: product.sku, quantity: 1 }] })).status).to.equal(422);
    const { body } = await orders.ask('POST', '/api/carts', { lines: [{ sku: `${product.sku}-B`, quantity: 1 }] });
    expect(body['totals']).to.deep.include({ total: { amount: 100, currency: 'USD' } });
  });

  it('do not take what catalog has deleted', async () => {
    const gone = await productFor(orders);
    const data = { productId: gone.productId, skus: [gone.sku] };
    await orders.deliver(ProductDeleted.create({ aggregateId: gone.productId, aggregateVersion: 2, data }));
    const id = await cartWith(orders, lamp.sku);
    expect((await orders.ask('POST', `/api/carts/${id}/items`, { sku: gone.sku, quantity: 1 })).status).to.equal(422);
  });
});
