import { expect } from 'chai';
import { v7 } from 'uuid';
import { rebuildOrders } from '../../adapters/projection.ts';
import { runOrders } from '../running-orders.ts';
import type { RunningOrders } from '../running-orders.ts';
import { authorized, captured, confirmedOrder, placedOrder, productFor, reserved } from '../shopping.ts';
import type { Product } from '../shopping.ts';

describe('The projection of orders', () => {
  let orders: RunningOrders;
  let lamp: Product;

  beforeEach(async () => {
    orders = await runOrders();
    lamp = await productFor(orders);
  });
  afterEach(() => orders.close());

  const rows = () => orders.database.sql<{ row: unknown }>('select to_jsonb(o) as row from orders o order by id');
  const rebuilt = (replace: boolean, beforeSwap?: () => Promise<void>) =>
    rebuildOrders(orders.database, { replace, ...(beforeSwap === undefined ? {} : { beforeSwap }) });

  it('can be thrown away, and comes out of the events equal to the last microsecond', async () => {
    const shipped = await confirmedOrder(orders, lamp.sku);
    await orders.deliver(captured(shipped.id));
    await orders.ask('POST', `/api/orders/${shipped.id}/ship`, undefined, { authorization: `Bearer test.${v7()}.staff` });
    const cancelled = await placedOrder(orders, lamp.sku);
    await orders.ask('POST', `/api/orders/${cancelled.id}/cancel`, undefined, { 'order-key': cancelled.accessKey });
    const partly = await confirmedOrder(orders, lamp.sku, {}, 2);
    await orders.deliver(captured(partly.id));
    await orders.ask(
      'POST',
      `/api/orders/${partly.id}/ship`,
      { lines: [{ sku: lamp.sku, quantity: 1 }] },
      { authorization: `Bearer test.${v7()}.staff` },
    );
    await orders.ask('POST', `/api/orders/${partly.id}/cancel`, undefined, { 'order-key': partly.accessKey });
    const never = v7();
    expect(await orders.orders.void(never)).to.equal(true);
    const waiting = await placedOrder(orders, lamp.sku);
    const before = await rows();
    await orders.database.sql('truncate orders');
    const progress: unknown[] = [];
    const { orders: count, differences } = await rebuildOrders(orders.database, {
      replace: true,
      batchSize: 2,
      onProgress: (step) => progress.push(step),
    });
    expect(count).to.equal(5);
    expect(progress).to.deep.equal([2, 4, 5].map((done) => ({ done, total: 5 })));
    expect(differences.map(({ columns }) => columns)).to.deep.equal(Array(5).fill(['missing']));
    expect(await rows()).to.deep.equal(before);
    expect(await orders.orders.placeOf(never), 'what was never to be placed still is not').to.equal('void');
    await orders.deliver(reserved(waiting.id));
    await orders.deliver(authorized(waiting.id));
    expect((await orders.orders.find(waiting.id))?.order.status, 'an order on its way goes on').to.equal('confirmed');
  });

  it('is only compared where that is asked for, and says which columns are not what the events make', async () => {
    const { id } = await placedOrder(orders, lamp.sku);
    const ghost = v7();
    await orders.database.sql(`update orders set status = 'confirmed', refunded = 5 where id = ?`, [id]);
    await orders.database.sql(`insert into orders (id, status, version) values (?, 'void', 1)`, [ghost]);
    const { differences } = await rebuilt(false);
    expect(differences).to.have.deep.members([
      { orderId: id, columns: ['status', 'refunded'] },
      { orderId: ghost, columns: ['without events'] },
    ]);
    expect((await orders.orders.find(id))?.order.status).to.equal('confirmed');
    await rebuilt(true);
    expect((await orders.orders.find(id))?.order).to.include({ status: 'placed', refunded: 0 });
    expect((await rebuilt(false)).differences).to.deep.equal([]);
  });

  it('loses nothing of what is placed and changed while it is made', async () => {
    const first = await placedOrder(orders, lamp.sku);
    let second = first;
    const { orders: count, differences } = await rebuilt(true, async () => {
      await orders.deliver(reserved(first.id));
      second = await placedOrder(orders, lamp.sku);
    });
    expect([count, differences]).to.deep.equal([2, []]);
    expect((await orders.orders.find(first.id))?.order.status).to.equal('reserved');
    expect((await orders.orders.find(second.id))?.order.status).to.equal('placed');
  });
});
