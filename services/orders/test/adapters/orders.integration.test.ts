import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { sweepExpired, startExpiry } from '../../adapters/expiry.ts';
import { abandonedCarts } from '../../adapters/abandonment.ts';
import { accessKeysFrom } from '../../adapters/access-keys.ts';
import { cancel } from '../../domain/order-commands.ts';
import { fold } from '../../domain/order.ts';
import type { StoredOrder } from '../../ports.ts';
import { runOrders } from '../running-orders.ts';
import type { RunningOrders } from '../running-orders.ts';
import { cartWith, confirmedOrder, orderOf, placedOrder, productFor, reserved } from '../shopping.ts';
import type { Product } from '../shopping.ts';

async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was not refused');
}

describe('The event store of orders', () => {
  let orders: RunningOrders;
  let lamp: Product;
  before(async () => {
    orders = await runOrders();
    lamp = await productFor(orders);
  });
  after(() => orders.close());

  it('can only be added to', async () => {
    const { id } = await placedOrder(orders, lamp.sku);
    const { database } = orders;
    for (const statement of [
      `update order_events set cause = 'nobody' where order_id = '${id}'`,
      `delete from order_events where order_id = '${id}'`,
      'truncate order_events',
    ]) {
      expect((await failure(database.sql(statement))).message, statement).to.include('append only');
    }
    expect(await orders.orders.history(id)).to.have.length(1);
  });

  it('holds one event for each version of an order', async () => {
    const { id } = await placedOrder(orders, lamp.sku);
    const twice = orders.database.sql(`insert into order_events (order_id, version, type, data, cause) values (?, 1, 'X', '{}', 'x')`, [
      id,
    ]);
    expect(await failure(twice)).to.include({ code: '23505' });
  });

  it('folds to what the projection says', async () => {
    const ids = [(await placedOrder(orders, lamp.sku)).id, (await confirmedOrder(orders, lamp.sku)).id];
    for (const id of ids) {
      const events = (await orders.orders.history(id)).map(({ event }) => event);
      expect(fold(id, events)).to.deep.equal((await orders.orders.find(id))?.order);
    }
  });

  it('serialises changes of one order: the second waits, sees the first, and changes nothing more', async () => {
    const { id } = await placedOrder(orders, lamp.sku);
    const { database } = orders;
    const change = (unit: UnitOfWork) => orders.orders.change(unit, id, 'guest', (order) => cancel(order, 'customer'));
    const waiting = async () =>
      (await database.sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length;
    let second: Promise<StoredOrder> | undefined;
    await database.transaction(async (unit) => {
      await change(unit);
      second = database.transaction(change);
      while ((await waiting()) === 0);
    });
    expect((await second)?.order).to.include({ status: 'cancelled', version: 2 });
    expect((await orders.orders.history(id)).map(({ event }) => event.type)).to.deep.equal(['OrderPlaced', 'OrderCancelled']);
  });

  it('leaves orders alone whose deadline has not come', async () => {
    const { id } = await placedOrder(orders, lamp.sku);
    expect(await sweepExpired(orders.database, orders.orders)).to.equal(0);
    expect((await orders.orders.find(id))?.order.status).to.equal('placed');
  });

  it('leaves nothing of a change that fails, not even a message', async () => {
    const { id } = await placedOrder(orders, lamp.sku);
    const before = await orders.database.sql('select count(*) from outbox');
    const change = orders.database.transaction(async (unit) => {
      await orders.orders.change(unit, id, 'guest', (order) => cancel(order, 'customer'));
      throw new Error('after all');
    });
    expect((await failure(change)).message).to.equal('after all');
    expect((await orders.orders.find(id))?.order.status).to.equal('placed');
    expect(await orders.database.sql('select count(*) from outbox')).to.deep.equal(before);
  });

  it('keeps the payment token only until it has been handed on', async () => {
    const { id } = await placedOrder(orders, lamp.sku);
    const token = async () =>
      (await orders.database.sql<{ token: string }>('select token from payment_tokens where order_id = ?', [id]))[0]?.token;
    expect(await token()).to.equal('tok_ok');
    await orders.deliver(reserved(id));
    expect(await token()).to.equal(undefined);
    expect(JSON.stringify(await orders.orders.history(id))).not.to.include('tok_ok');
  });

  it('answers nothing for nothing', async () => {
    expect(await orders.orders.statuses([])).to.deep.equal([]);
    expect(await orders.orders.placeOf(v7())).to.equal('nothing');
  });
});

describe('The deadline of an order', () => {
  let orders: RunningOrders;
  before(async () => {
    orders = await runOrders({ unpaidSeconds: 0 });
  });
  after(() => orders.close());

  it('cancels what is not paid, once, and leaves the rest alone', async () => {
    const lamp = await productFor(orders);
    const confirmed = await confirmedOrder(orders, lamp.sku);
    const waiting = await placedOrder(orders, lamp.sku);
    const held = await placedOrder(orders, lamp.sku);
    await orders.deliver(reserved(held.id));
    const counts = await Promise.all([sweepExpired(orders.database, orders.orders), sweepExpired(orders.database, orders.orders)]);
    expect(counts[0] + counts[1]).to.equal(2);
    for (const { id } of [waiting, held]) {
      const [last] = (await orders.orders.history(id)).toReversed();
      expect(last).to.include({ cause: 'deadline' });
      expect(last?.event.data).to.include({ reason: 'expired' });
    }
    expect((await orders.orders.find(confirmed.id))?.order.status).to.equal('confirmed');
    expect(await sweepExpired(orders.database, orders.orders)).to.equal(0);
  });

  it('keeps up nobody behind it where its order cannot be cancelled, and says which that was', async () => {
    const lamp = await productFor(orders);
    const [broken, behind] = [await placedOrder(orders, lamp.sku), await placedOrder(orders, lamp.sku)];
    // Its next version is taken: whatever is decided of it cannot be stored.
    await orders.database.sql(`insert into order_events (order_id, version, type, data, cause) values (?, 2, 'X', '{}', 'x')`, [broken.id]);
    const error = await failure(sweepExpired(orders.database, orders.orders));
    expect(error.message).to.equal(`1 were cancelled; these could not be: ${broken.id}`);
    expect((await orders.orders.find(behind.id))?.order.status).to.equal('cancelled');
    expect((await orders.orders.find(broken.id))?.order.status).to.equal('placed');
  });

  it('is looked at from time to time, also after a sweep that failed', async () => {
    const logged: string[] = [];
    let sweeps = 0;
    let done: () => void = () => undefined;
    const swept = new Promise<void>((resolve) => {
      done = resolve;
    });
    const failing = {
      ...orders.orders,
      nextExpired: () => {
        sweeps += 1;
        if (sweeps === 2) done();
        return Promise.reject(new Error('no'));
      },
    };
    const log = { info: () => undefined, warn: (_: unknown, text: string) => logged.push(text) };
    const expiry = startExpiry({ database: orders.database, orders: failing, log: log as never, everyMs: 1 });
    await swept;
    await expiry.stop();
    expect(logged[0]).to.include('could not be swept');
  });
});

describe('A cart that was left', () => {
  let orders: RunningOrders;
  before(async () => {
    orders = await runOrders();
  });
  after(() => orders.close());

  it('is told once for each time that it was left, however often the actor says so', async () => {
    const { database } = orders;
    const tell = abandonedCarts(database);
    const cart = {
      id: v7(),
      currency: 'USD',
      ownerId: null,
      lines: [{ sku: 'LAMP', title: 'Lamp', quantity: 2, unitPrice: 4900 }],
      coupon: null,
      orderId: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      changedAt: '2026-01-01T00:00:00.000Z',
      abandonedAt: null,
    };
    await tell(cart);
    await tell(cart);
    await tell({ ...cart, changedAt: '2026-02-01T00:00:00.000Z' });
    const told = await database.sql<{ type: string; aggregate_version: number; data: { lines: { total: number }[] } }>(
      'select type, aggregate_version, data from outbox where aggregate_id = ? order by position',
      [cart.id],
    );
    expect(told.map(({ type, aggregate_version }) => [type, aggregate_version])).to.deep.equal([
      ['CartAbandoned', 1],
      ['CartAbandoned', 2],
    ]);
    expect(told[0]?.data.lines[0]?.total).to.equal(9800);
  });
});

describe('Keys of orders', () => {
  let orders: RunningOrders;
  before(async () => {
    orders = await runOrders();
  });
  after(() => orders.close());

  it('come from the secret store, or else from a secret that replicas agree on', async () => {
    const id = v7();
    const without = { find: () => Promise.resolve(undefined) };
    const [one, other] = await Promise.all([accessKeysFrom(without, orders.database), accessKeysFrom(without, orders.database)]);
    expect(one.keyOf(id)).to.equal(other.keyOf(id));
    const given = await accessKeysFrom({ find: () => Promise.resolve('a secret of the store') }, orders.database);
    expect(given.keyOf(id)).not.to.equal(one.keyOf(id));
  });

  it('open a guest cart of the failed order to nobody who knows only the order', async () => {
    const lamp = await productFor(orders);
    const cartId = await cartWith(orders, lamp.sku);
    const { body } = await orders.ask('POST', '/api/orders', orderOf(cartId));
    expect(orders.keys.retryCartId(String(body['id']))).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
