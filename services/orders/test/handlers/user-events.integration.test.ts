import { UserDeleted } from '@cartwright/kernel/events/user-deleted';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { rebuildOrders } from '../../adapters/projection.ts';
import { invokedBy, runOrders, tokenOf } from '../running-orders.ts';
import type { RunningOrders } from '../running-orders.ts';
import { authorized, captured, cartWith, confirmedOrder, orderOf, placedOrder, productFor, reserved } from '../shopping.ts';
import type { Placed, Product } from '../shopping.ts';

interface Page {
  readonly data: { readonly orders: { readonly id: string }[]; readonly carts?: { readonly id: string }[] };
  readonly next: string | null;
}

describe('A customer who is erased', () => {
  const staff = tokenOf(v7(), 'staff');
  let orders: RunningOrders;
  let lamp: Product;
  let customerId: string;
  before(async () => {
    orders = await runOrders();
    lamp = await productFor(orders);
  });
  after(() => orders.close());
  beforeEach(() => {
    customerId = v7();
  });

  const erase = (): Promise<string[]> =>
    orders.deliver(UserDeleted.create({ aggregateId: customerId, aggregateVersion: 1, data: { userId: customerId } }));
  const seen = async ({ id }: Placed) => (await orders.ask('GET', `/api/orders/${id}`, undefined, staff)).body;
  const eventsOf = async ({ id }: Placed) => (await orders.ask('GET', `/api/orders/${id}/events`, undefined, staff)).body['items'];

  /** What stays of two orders when their customer is erased: all events, and what was sent back of the first, or given back for it. */
  async function keptOf(what: 'returns' | 'refunds', { id: first }: Placed, { id: second }: Placed): Promise<string> {
    const rows = await orders.database.sql(
      `select data::text as text from order_events where order_id in (?, ?)
       union all select data::text from outbox where aggregate_id in (?, ?)
       union all select ${what}::text from orders where id = ?`,
      [first, second, first, second, first],
    );
    return JSON.stringify(rows);
  }

  async function shippedOrder(): Promise<Placed> {
    const order = await confirmedOrder(orders, lamp.sku, tokenOf(customerId));
    await orders.deliver(captured(order.id));
    expect((await orders.ask('POST', `/api/orders/${order.id}/ship`, undefined, staff)).status).to.equal(200);
    return order;
  }

  it('is not known as whom orders were for any more; what happened to the orders stays', async () => {
    const shipped = await shippedOrder();
    const history = await eventsOf(shipped);
    expect(await seen(shipped)).to.have.property('contact');
    expect(await erase()).to.deep.equal(['SUCCESS']);
    expect(await seen(shipped)).not.to.have.property('contact');
    await orders.erasure.endOrders();
    expect(await seen(shipped)).to.include({ status: 'confirmed', fulfilment: 'shipped' });
    expect(await eventsOf(shipped)).to.deep.equal(history);
    expect((await rebuildOrders(orders.database, { replace: true })).differences).to.deep.equal([]);
    expect(await seen(shipped), 'after a rebuild').not.to.have.property('contact');
  });

  it('is not to be read in what they wrote when they cancelled and sent back; the events never held it', async () => {
    const [shipped, waiting] = [await shippedOrder(), await placedOrder(orders, lamp.sku, tokenOf(customerId))];
    const own = tokenOf(customerId);
    const ask = (id: string, name: string, body: object) => orders.ask('POST', `/api/orders/${id}/${name}`, body, own);
    await ask(waiting.id, 'cancel', { reason: 'Ada is away' });
    const wish = { lines: [{ sku: lamp.sku, quantity: 1 }], reason: 'too dark for Ada' };
    const asked = await ask(shipped.id, 'returns', wish);
    expect(asked.body, 'as it was written').to.include({ reason: wish.reason });
    const told = async () => JSON.stringify([await seen(shipped), await eventsOf(shipped), await eventsOf(waiting)]);
    expect(await told())
      .to.include('"too dark for Ada"')
      .and.to.include('"Ada is away"');
    expect(await keptOf('returns', shipped, waiting))
      .to.include('\\"customer\\"')
      .and.not.to.match(/Ada is away|too dark/);
    const person = (await orders.ask('GET', `/internal/people/${customerId}/data`, undefined, invokedBy('auth'))).body;
    expect(JSON.stringify(person)).to.include('too dark for Ada').and.to.include('Ada is away');
    await erase();
    expect(await told()).not.to.match(/Ada is away|too dark/);
    expect(await orders.database.sql('select 1 from order_words where order_id in (?, ?)', [shipped.id, waiting.id])).to.deep.equal([]);
    expect((await rebuildOrders(orders.database, { replace: true })).differences).to.deep.equal([]);
  });

  it('is not to be read in what staff wrote to them either, while it can be read until then', async () => {
    const [refused, cancelled] = [await shippedOrder(), await placedOrder(orders, lamp.sku, tokenOf(customerId))];
    const ask = (id: string, name: string, body: object, who: Record<string, string> = staff) =>
      orders.ask('POST', `/api/orders/${id}/${name}`, body, who);
    const lines = [{ sku: lamp.sku, quantity: 1 }];
    const { body: back } = await ask(refused.id, 'returns', { lines, reason: 'too dark' }, tokenOf(customerId));
    const amount = { amount: 100, currency: 'USD' };
    const refund = await ask(refused.id, 'refund', { amount, reason: 'sorry, Ada' }, { ...staff, 'idempotency-key': v7() });
    expect(refund.body).to.have.nested.property('refunds.0.reason', 'sorry, Ada');
    expect((await ask(refused.id, `returns/${String(back['id'])}/reject`, { reason: 'Ada wore it' })).status).to.equal(200);
    expect((await ask(cancelled.id, 'cancel', { reason: 'Ada called' })).status).to.equal(200);
    const told = async () => JSON.stringify([await seen(refused), await eventsOf(refused), await eventsOf(cancelled)]);
    for (const words of ['"sorry, Ada"', '"return_rejected: Ada wore it"', '"Ada called"']) expect(await told()).to.include(words);
    const contact = async ({ id }: Placed) =>
      (await orders.ask('GET', `/internal/orders/${id}/contact`, undefined, invokedBy('notifications'))).body;
    expect(Object.values((await contact(refused))['words'] as object)).to.have.members(['too dark', 'sorry, Ada', 'Ada wore it']);
    expect(await keptOf('refunds', refused, cancelled))
      .to.include('staff_words')
      .and.not.to.match(/sorry|wore|called/);
    await erase();
    expect(await told())
      .to.include('return_rejected: staff')
      .and.not.to.match(/sorry|wore it|called/);
    const answers = await orders.database.sql('select body from idempotency_keys');
    expect(JSON.stringify(answers), 'answers that are kept').not.to.include('sorry, Ada');
    expect((await rebuildOrders(orders.database, { replace: true })).differences).to.deep.equal([]);
  });

  it('is told before, by auth, all that is held about them, page by page', async () => {
    const placed: string[] = [];
    for (let count = 0; count < 26; count += 1) placed.push((await placedOrder(orders, lamp.sku, tokenOf(customerId))).id);
    const cart = await cartWith(orders, lamp.sku, 1, tokenOf(customerId));
    await placedOrder(orders, lamp.sku, tokenOf(v7()));
    const read = async (query = '') =>
      (await orders.ask('GET', `/internal/people/${customerId}/data${query}`, undefined, invokedBy('auth'))).body;
    const first = (await read()) as unknown as Page;
    const second = (await read(`?after=${first.next ?? ''}`)) as unknown as Page;
    expect([...first.data.orders, ...second.data.orders].map(({ id }) => id)).to.have.members(placed);
    expect(first.data.orders[0]).to.have.nested.property('contact.email', 'ada@example.com');
    expect(first.data.orders[0]).to.have.nested.property('events.0.type', 'OrderPlaced');
    expect(first.data.carts?.map(({ id }) => id)).to.deep.equal([cart]);
    expect(second).to.have.property('next', null);
    expect(second.data).not.to.have.property('carts');
  });

  it('has what was not sent yet cancelled, since nobody knows where to; orders of others go on', async () => {
    const [placed, confirmed] = [
      await placedOrder(orders, lamp.sku, tokenOf(customerId)),
      await confirmedOrder(orders, lamp.sku, tokenOf(customerId)),
    ];
    const others = await placedOrder(orders, lamp.sku, tokenOf(v7()));
    await erase();
    expect(await orders.erasure.endOrders()).to.equal(2);
    expect(await orders.erasure.endOrders()).to.equal(0);
    for (const order of [placed, confirmed]) expect(await seen(order)).to.include({ status: 'cancelled' });
    const last = ((await eventsOf(confirmed)) as { type: string; cause: string; data: object }[]).at(-1);
    expect(last).to.deep.include({
      type: 'OrderCancelled',
      cause: 'erasure',
      data: { reason: 'customer_erased', previousStatus: 'confirmed' },
    });
    expect(await seen(others))
      .to.include({ status: 'placed' })
      .and.to.have.property('contact');
    expect(await orders.database.sql('select customer_id from erasures')).to.deep.equal([]);
  });

  it('is sent nothing from the moment on that they are erased, also where the order is not cancelled yet', async () => {
    const order = await confirmedOrder(orders, lamp.sku, tokenOf(customerId));
    await orders.deliver(captured(order.id));
    const ship = () => orders.ask('POST', `/api/orders/${order.id}/ship`, undefined, staff);
    const { sent } = await orders.database.transaction(async (unit) => {
      await orders.erasure.erase(unit, customerId);
      const sent = ship();
      const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await orders.database.sql(waits)).length === 0);
      return { sent };
    });
    for (const refused of [await sent, await ship()]) {
      expect(refused).to.deep.include({ status: 409 }).and.to.have.nested.property('body.code', 'customer_erased');
      expect(refused.body['detail']).to.include(order.number).and.to.include('paid back by itself');
    }
    await orders.erasure.endOrders();
    expect(await seen(order)).to.include({ status: 'cancelled', fulfilment: 'none' });
    expect((await ship()).body, 'once it is cancelled').to.include({ status: 409, code: 'not_in_this_state' });
  });

  it('is sent no rest of an order either, which staff are told to cancel', async () => {
    const lines = [{ sku: lamp.sku, quantity: 1 }];
    const cart = await cartWith(orders, lamp.sku, 2, tokenOf(customerId));
    const { body } = await orders.ask('POST', '/api/orders', orderOf(cart), tokenOf(customerId));
    const id = String(body['id']);
    for (const event of [reserved(id), authorized(id), captured(id)]) await orders.deliver(event);
    const ask = (name: string, what?: object) => orders.ask('POST', `/api/orders/${id}/${name}`, what, staff);
    expect((await ask('ship', { lines })).body).to.include({ fulfilment: 'partial' });
    await erase();
    await orders.erasure.endOrders();
    const refused = await ask('ship');
    expect(refused.body).to.include({ status: 409, code: 'customer_erased' });
    expect(refused.body['detail']).to.include('Cancel the rest');
    expect((await ask('cancel')).body).to.include({ fulfilment: 'shipped' });
    expect((await ask('ship')).status, 'nothing is left to be sent').to.equal(200);
  });

  it('has an order that somebody else is changing ended at the next time', async () => {
    const order = await placedOrder(orders, lamp.sku, tokenOf(customerId));
    await erase();
    await orders.database.transaction(async ({ em }) => {
      await em.execute('select id from orders where id = ? for update', [order.id]);
      expect(await orders.erasure.endOrders()).to.equal(0);
    });
    expect(await orders.erasure.endOrders()).to.equal(1);
    expect(await seen(order)).to.include({ status: 'cancelled' });
  });

  it('is not known from coupons any more, which are still counted', async () => {
    const headers = tokenOf(customerId);
    const cart = await cartWith(orders, lamp.sku, 1, headers);
    await orders.ask('POST', `/api/carts/${cart}/coupon`, { code: 'WELCOME10' }, headers);
    const { body } = await orders.ask('POST', '/api/orders', orderOf(cart), headers);
    const redemption = () =>
      orders.database.sql('select code, customer_id, email_key from coupon_redemptions where order_id = ?', [body['id']]);
    expect(await redemption()).to.have.nested.property('0.customer_id', customerId);
    await erase();
    expect(await redemption()).to.deep.equal([{ code: 'WELCOME10', customer_id: null, email_key: null }]);
  });
});
