import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { runOrders, tokenOf } from '../running-orders.ts';
import type { Answer, RunningOrders } from '../running-orders.ts';
import { address, cartWith, orderOf, productFor, snapshot } from '../shopping.ts';
import type { Product } from '../shopping.ts';

const { country, region, postalCode } = address;
const illinois = { country, region, postalCode };
const wanted = { shippingAddress: illinois, shippingMethod: 'standard' };
const usd = (amount: number) => ({ amount, currency: 'USD' });

describe('The quote of a cart', () => {
  const hooks: { beforeCommit?: () => Promise<void> } = {};
  let orders: RunningOrders;
  let lamp: Product;
  let askedForStock = 0;

  before(async () => {
    orders = await runOrders({
      hooks: { beforeCommit: async () => hooks.beforeCommit?.() },
      stock: {
        availability: () => {
          askedForStock += 1;
          return Promise.resolve([]);
        },
      },
    });
    lamp = await productFor(orders);
  });
  afterEach(() => {
    delete hooks.beforeCommit;
  });
  after(() => orders.close());

  const quoteOf = (cartId: string, body: unknown = wanted, headers: Record<string, string> = {}): Promise<Answer> =>
    orders.ask('POST', `/api/carts/${cartId}/quote`, body, headers);
  const place = (cartId: string, more: object = {}): Promise<Answer> => orders.ask('POST', '/api/orders', { ...orderOf(cartId), ...more });

  /** What an order that was placed holds. */
  async function sumsOf({ body: { id, accessKey } }: Answer): Promise<unknown> {
    const { body } = await orders.ask('GET', `/api/orders/${String(id)}`, undefined, { 'order-key': String(accessKey) });
    return { lines: body['lines'], totals: body['totals'] };
  }

  it('has lines and sums, and what each way of sending costs', async () => {
    const { status, body, headers } = await quoteOf(await cartWith(orders, lamp.sku));
    expect(status).to.equal(200);
    expect(headers.get('cache-control')).to.equal('no-store');
    const title = `Walnut desk lamp ${lamp.sku}`;
    expect(body).to.deep.equal({
      currency: 'USD',
      lines: [{ sku: lamp.sku, title, quantity: 1, unitPrice: usd(4900), total: usd(4900) }],
      shippingMethod: 'standard',
      totals: { items: usd(4900), discount: usd(0), shipping: usd(499), tax: usd(337), total: usd(5736) },
      shippingMethods: [
        { method: 'standard', price: usd(499) },
        { method: 'express', price: usd(1499) },
      ],
      changes: [],
    });
  });

  it('is what the order then holds, wherever it goes, however it is sent, with and without a coupon', async () => {
    const places = [illinois, { ...illinois, region: ' california' }, { country: 'DE', region: '', postalCode: '10115' }];
    for (const shippingAddress of places) {
      for (const [shippingMethod, code] of [
        ['standard', null],
        ['express', 'WELCOME10'],
      ] as const) {
        const cartId = await cartWith(orders, lamp.sku);
        await orders.ask('POST', `/api/carts/${cartId}/coupon`, { code });
        const { body } = await quoteOf(cartId, { shippingAddress, shippingMethod });
        const placed = await place(cartId, { shippingAddress: { ...address, ...shippingAddress }, shippingMethod });
        expect(await sumsOf(placed), JSON.stringify(shippingAddress)).to.deep.equal({ lines: body['lines'], totals: body['totals'] });
        expect(body['coupon'] ?? null).to.equal(code);
      }
    }
  });

  it('changes nothing, tells nobody, and asks nobody else', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const state = async () => ({
      cart: (await orders.ask('GET', `/api/carts/${cartId}`)).body,
      rows: await orders.database.sql(
        `select (select count(*) from orders) as orders, (select count(*) from order_events) as events, (select count(*) from outbox) as outbox,
           (select count(*) from coupon_redemptions) as redemptions, (select count(*) from idempotency_keys) as keys`,
      ),
      askedForStock,
    });
    const before = await state();
    expect((await quoteOf(cartId)).status).to.equal(200);
    expect(await state()).to.deep.equal(before);
  });

  it('has today’s prices, and says which are new: what the order holds after the refusal that tells the customer', async () => {
    const product = await productFor(orders);
    const cartId = await cartWith(orders, product.sku);
    const data = snapshot(product.productId, product.sku, 5500);
    await orders.deliver(ProductUpdated.create({ aggregateId: product.productId, aggregateVersion: 2, data }));
    const { body } = await quoteOf(cartId);
    expect(body['changes']).to.deep.equal([{ line: 0, sku: product.sku, was: usd(4900), now: usd(5500) }]);
    expect((await place(cartId)).body).to.include({ code: 'price_changed' });
    expect(await sumsOf(await place(cartId))).to.deep.equal({ lines: body['lines'], totals: body['totals'] });
  });

  it('is refused as the order is, where something is not for sale any more or the coupon does not count', async () => {
    const product = await productFor(orders, 100);
    const cartId = await cartWith(orders, product.sku);
    await orders.ask('POST', `/api/carts/${cartId}/coupon`, { code: 'SAVE5' });
    const refusals = async () => {
      const answers = [await quoteOf(cartId), await place(cartId)];
      const [quoted, placed] = answers.map(({ status, body: { instance: _, ...body } }) => ({ status, body }));
      expect(quoted).to.deep.equal(placed);
      return quoted;
    };
    expect((await refusals())?.body).to.include({ status: 409, code: 'coupon_not_valid', reason: 'minimum' });
    const data = { productId: product.productId, skus: [product.sku] };
    await orders.deliver(ProductDeleted.create({ aggregateId: product.productId, aggregateVersion: 2, data }));
    expect((await refusals())?.body).to.deep.include({
      code: 'price_changed',
      changes: [{ line: 0, sku: product.sku, was: usd(100), now: null }],
    });
  });

  it('is without a coupon that cannot be used any more, as the order will be', async () => {
    await orders.database.sql(`insert into coupons (code, kind, value, max_redemptions) values ('QUOTED', 'percent', 5000, 1)`);
    const cartId = await cartWith(orders, lamp.sku);
    await orders.ask('POST', `/api/carts/${cartId}/coupon`, { code: 'QUOTED' });
    expect((await quoteOf(cartId)).body['totals']).to.deep.include({ discount: usd(2450) });
    await orders.database.sql(`update coupons set redeemed = 1 where code = 'QUOTED'`);
    const { body } = await quoteOf(cartId);
    expect(body).not.to.have.property('coupon');
    expect(body['totals']).to.deep.include({ discount: usd(0) });
  });

  it('is for who may see the cart: of a user’s nobody else is told', async () => {
    const owner = tokenOf(v7());
    const cartId = await cartWith(orders, lamp.sku, 1, owner);
    expect((await quoteOf(cartId, wanted, owner)).status).to.equal(200);
    for (const other of [{}, tokenOf(v7()), tokenOf(v7(), 'staff')]) expect((await quoteOf(cartId, wanted, other)).status).to.equal(404);
    expect((await quoteOf(v7())).status).to.equal(404);
  });

  it('of a cart that was ordered is refused, and of one whose order never came is given', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    hooks.beforeCommit = () => Promise.reject(new Error('the process dies here'));
    expect((await place(cartId)).status).to.equal(500);
    delete hooks.beforeCommit;
    expect((await quoteOf(cartId)).status).to.equal(200);
    const { body } = await place(cartId);
    expect((await quoteOf(cartId)).body).to.include({ status: 409, code: 'cart_sealed', orderId: body['id'] });
  });

  it('of an empty cart is refused', async () => {
    const { body } = await orders.ask('POST', '/api/carts');
    const refused = await quoteOf(String(body['id']));
    expect(refused.status).to.equal(422);
    expect(refused.body['errors']).to.deep.equal([{ field: 'id', rule: 'minItems', message: 'The cart is empty' }]);
  });

  const spoilt: readonly [string, object, string][] = [
    ['no country', { shippingAddress: { region: 'IL', postalCode: '62701' } }, '/shippingAddress/country'],
    ['a country that is none', { shippingAddress: { ...illinois, country: 'ZZ' } }, '/shippingAddress/country'],
    ['a state that is none', { shippingAddress: { ...illinois, region: 'Bavaria' } }, '/shippingAddress/region'],
    ['no state where there has to be one', { shippingAddress: { ...illinois, region: '' } }, '/shippingAddress/region'],
    ['a postal code of nothing', { shippingAddress: { ...illinois, postalCode: ' ' } }, '/shippingAddress/postalCode'],
    ['a way of sending that is none', { shippingMethod: 'rocket' }, '/shippingMethod'],
  ];
  for (const [what, fault, field] of spoilt) {
    it(`refuses ${what} in the words of the order`, async () => {
      const cartId = await cartWith(orders, lamp.sku);
      const { status, body } = await quoteOf(cartId, { ...wanted, ...fault });
      expect(status).to.equal(400);
      const { shippingAddress = illinois, shippingMethod = 'standard' } = fault as Partial<typeof wanted>;
      const { name, line1, city } = address;
      const placed = await place(cartId, { shippingAddress: { name, line1, city, ...shippingAddress }, shippingMethod });
      const [error] = body['errors'] as { field: string }[];
      expect(error?.field).to.equal(field);
      expect(body['errors']).to.deep.equal(placed.body['errors']);
    });
  }

  it('refuses what it does not know', async () => {
    const { status, body } = await quoteOf(await cartWith(orders, lamp.sku), { ...wanted, coupon: 'WELCOME10' });
    expect([status, (body['errors'] as { field: string }[])[0]?.field]).to.deep.equal([400, '/coupon']);
  });
});
