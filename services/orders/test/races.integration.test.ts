import { PaymentRefunded } from '@cartwright/kernel/events/payment-refunded';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { sweepExpired } from '../adapters/expiry.ts';
import type { Order } from '../domain/order.ts';
import { runOrders, tokenOf } from './running-orders.ts';
import type { RunningOrders } from './running-orders.ts';
import { authorized, captured, confirmedOrder, placedOrder, productFor, reserved } from './shopping.ts';
import type { Placed, Product } from './shopping.ts';

/** What two do at the same moment, while the test holds the order: both wait for it, the first one longer. */
describe('An order that two change at the same moment', () => {
  let orders: RunningOrders;
  let lamp: Product;
  const staff = tokenOf(v7(), 'staff');

  before(async () => {
    orders = await runOrders({ unpaidSeconds: 0 });
    lamp = await productFor(orders);
  });
  after(() => orders.close());

  async function raced<A, B>(order: Placed, first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
    const waiting = async (): Promise<number> =>
      (await orders.database.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length;
    const both = await orders.database.transaction(async ({ em }) => {
      await em.execute('select 1 from orders where id = ? for update', [order.id]);
      const one = first();
      while ((await waiting()) < 1);
      const two = second();
      while ((await waiting()) < 2);
      return { one, two };
    });
    return Promise.all([both.one, both.two]);
  }

  async function stored({ id }: Placed): Promise<Order> {
    const found = await orders.orders.find(id);
    if (found === undefined) throw new Error('The order has gone');
    return found.order;
  }
  const told = async ({ id }: Placed, type: string) => (await orders.orders.history(id)).filter(({ event }) => event.type === type);
  const cancel = (order: Placed) => orders.ask('POST', `/api/orders/${order.id}/cancel`, undefined, { 'order-key': order.accessKey });

  it('is cancelled just before the capture is reported: the money is known, and comes back', async () => {
    const order = await confirmedOrder(orders, lamp.sku);
    const [answer] = await raced(
      order,
      () => cancel(order),
      () => orders.deliver(captured(order.id)),
    );
    expect(answer.status).to.equal(200);
    expect(await stored(order)).to.include({ status: 'cancelled', paymentStatus: 'captured' });
    const { totals } = await stored(order);
    const data = { orderId: order.id, amount: totals.total, currency: 'USD' };
    await orders.deliver(PaymentRefunded.create({ aggregateId: order.id, aggregateVersion: 3, data }));
    expect(await stored(order)).to.include({ status: 'cancelled', paymentStatus: 'refunded', refunded: totals.total });
  });

  it('is cancelled just after the capture is reported: payments is told to give it back', async () => {
    const order = await confirmedOrder(orders, lamp.sku);
    const [, answer] = await raced(
      order,
      () => orders.deliver(captured(order.id)),
      () => cancel(order),
    );
    expect(answer.status).to.equal(200);
    expect(await stored(order)).to.include({ status: 'cancelled', paymentStatus: 'captured' });
    expect(await told(order, 'OrderCancelled')).to.have.length(1);
  });

  it('is cancelled and shipped: one of the two is refused', async () => {
    for (const shipsFirst of [true, false]) {
      const order = await confirmedOrder(orders, lamp.sku);
      await orders.deliver(captured(order.id));
      const ship = () => orders.ask('POST', `/api/orders/${order.id}/ship`, undefined, staff);
      const [first, second] = await raced(order, shipsFirst ? ship : () => cancel(order), shipsFirst ? () => cancel(order) : ship);
      expect([first.status, second.status]).to.deep.equal([200, 409]);
      expect(await stored(order)).to.include(
        shipsFirst ? { status: 'confirmed', fulfilment: 'shipped' } : { status: 'cancelled', fulfilment: 'none' },
      );
    }
  });

  it('is paid while its deadline is swept: the sweep passes it over, and finds it confirmed', async () => {
    const order = await placedOrder(orders, lamp.sku);
    await orders.deliver(reserved(order.id));
    const payment = await orders.database.transaction(async ({ em }) => {
      await em.execute('select 1 from orders where id = ? for update', [order.id]);
      const paid = orders.deliver(authorized(order.id));
      await sweepExpired(orders.database, orders.orders);
      return { paid };
    });
    expect(await payment.paid).to.deep.equal(['SUCCESS']);
    await sweepExpired(orders.database, orders.orders);
    expect(await stored(order)).to.include({ status: 'confirmed' });
  });

  it('is paid just after its deadline: it stays cancelled, and payments is told again to let the money go', async () => {
    const order = await placedOrder(orders, lamp.sku);
    await orders.deliver(reserved(order.id));
    await Promise.all([sweepExpired(orders.database, orders.orders), sweepExpired(orders.database, orders.orders)]);
    expect(await told(order, 'OrderCancelled'), 'two sweeps cancel once').to.have.length(1);
    expect(await orders.deliver(authorized(order.id))).to.deep.equal(['SUCCESS']);
    expect(await stored(order)).to.include({ status: 'cancelled', paymentStatus: 'none' });
    expect((await told(order, 'OrderCancelled')).at(-1)?.event.data).to.include({ reason: 'authorized_too_late' });
  });

  it('is refunded twice, by two of staff: what is left after the first decides about the second', async () => {
    const order = await confirmedOrder(orders, lamp.sku);
    await orders.deliver(captured(order.id));
    const { totals } = await stored(order);
    const part = Math.ceil(totals.total * 0.6);
    const refund = () => orders.ask('POST', `/api/orders/${order.id}/refund`, { amount: { amount: part, currency: 'USD' } }, staff);
    const [first, second] = await raced(order, refund, refund);
    expect([first.status, second.status]).to.deep.equal([202, 409]);
    expect(second.body).to.deep.include({ code: 'exceeds_refundable', refundable: { amount: totals.total - part, currency: 'USD' } });
  });
});
