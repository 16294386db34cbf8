import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import { expect } from 'chai';
import { postgresPrices } from '../../adapters/prices.ts';
import { invokedBy, runOrders } from '../running-orders.ts';
import type { Answer, RunningOrders } from '../running-orders.ts';
import { cartWith, orderOf, placedOrder, productFor, reserved, snapshot } from '../shopping.ts';
import type { Product } from '../shopping.ts';

/** Lets a test stop placements between two steps. */
const hooks: { beforeCommit?: () => Promise<void> } = {};

describe('A product that catalog has deleted', () => {
  let orders: RunningOrders;
  before(async () => {
    orders = await runOrders({ hooks: { beforeCommit: async () => hooks.beforeCommit?.() } });
  });
  afterEach(() => {
    delete hooks.beforeCommit;
  });
  after(() => orders.close());

  const withdraw = ({ productId, sku }: Product): Promise<Answer> =>
    orders.ask('POST', '/internal/products/withdraw', { products: [{ productId, skus: [sku] }] }, invokedBy('catalog'));
  const place = (cartId: string): Promise<Answer> => orders.ask('POST', '/api/orders', orderOf(cartId));
  const placed = (cartId: string) => orders.database.sql(`select 1 from orders where cart_id = ?`, [cartId]);

  it('cannot be ordered from the moment on that its end was acknowledged, though the event is still on its way', async () => {
    const product = await productFor(orders);
    const cartId = await cartWith(orders, product.sku);
    expect((await withdraw(product)).status).to.equal(204);
    const { status, body } = await place(cartId);
    expect({ status, code: body['code'] }).to.deep.equal({ status: 409, code: 'price_changed' });
    expect(JSON.stringify(body['changes'])).to.include('"now":null');
    expect(await placed(cartId)).to.deep.equal([]);
  });

  it('cannot be ordered by somebody who read its price before, either', async () => {
    const product = await productFor(orders);
    const cartId = await cartWith(orders, product.sku);
    hooks.beforeCommit = async () => {
      delete hooks.beforeCommit;
      expect((await withdraw(product)).status).to.equal(204);
    };
    const { status, body } = await place(cartId);
    expect({ status, code: body['code'] }).to.deep.equal({ status: 409, code: 'price_changed' });
    expect(await placed(cartId)).to.deep.equal([]);
  });

  it('stays withdrawn when an older change of its price comes late', async () => {
    const product = await productFor(orders);
    const cartId = await cartWith(orders, product.sku);
    await withdraw(product);
    const data = snapshot(product.productId, product.sku, 4900);
    expect(await orders.deliver(ProductUpdated.create({ aggregateId: product.productId, aggregateVersion: 2, data }))).to.deep.equal([
      'SUCCESS',
    ]);
    expect((await place(cartId)).status).to.equal(409);
  });

  it('is withdrawn after an order that is just being stored, and not before', async () => {
    const product = await productFor(orders);
    const prices = postgresPrices(orders.database);
    const ended: string[] = [];
    const { withdrawing } = await orders.database.transaction(async (unit) => {
      expect(await prices.hold(unit, [{ sku: product.sku, unitPrice: 4900 }], 'USD')).to.equal(true);
      const done = prices.withdraw([product.productId]).then(() => ended.push('withdrawn'));
      while (
        (
          await orders.database.sql(
            `select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
          )
        ).length === 0
      );
      unit.afterCommit(() => ended.push('stored'));
      return { withdrawing: done };
    });
    await withdrawing;
    expect(ended).to.deep.equal(['stored', 'withdrawn']);
  });

  it('is acknowledged once earlier orders have their stock, so that nothing is reserved for it afterwards', async () => {
    const product = await productFor(orders);
    const { id } = await placedOrder(orders, product.sku);
    const early = await withdraw(product);
    expect({ status: early.status, code: early.body['code'] }).to.deep.equal({ status: 503, code: 'orders_wait_for_stock' });
    const waiting = withdraw(product);
    await orders.deliver(reserved(id));
    expect((await waiting).status).to.equal(204);
  });

  it('costs another price than the one that was read: the customer looks again first', async () => {
    const product = await productFor(orders);
    const cartId = await cartWith(orders, product.sku);
    hooks.beforeCommit = async () => {
      delete hooks.beforeCommit;
      const data = snapshot(product.productId, product.sku, 5500);
      await orders.deliver(ProductUpdated.create({ aggregateId: product.productId, aggregateVersion: 2, data }));
    };
    expect((await place(cartId)).body).to.include({ status: 409, code: 'price_changed' });
  });
});
