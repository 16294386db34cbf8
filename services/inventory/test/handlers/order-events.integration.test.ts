import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import { SidecarUnavailable } from '@cartwright/kernel/dapr/errors';
import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPaymentFailed } from '@cartwright/kernel/events/order-payment-failed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { OrderRejected } from '@cartwright/kernel/events/order-rejected';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { EventSubscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import { bulk, envelope } from '@cartwright/kernel/test/messaging/fixtures';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import type { Kernel } from '@cartwright/kernel/kernel';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { reconcileOverdue } from '../../adapters/reconciliation.ts';
import { reservationsIn } from '../../adapters/reservations.ts';
import { startSettler } from '../../handlers/settler.ts';
import type { Settler } from '../../handlers/settler.ts';
import { stockLevels } from '../../adapters/stock-levels.ts';
import { stockTurns } from '../../adapters/stock-turns.ts';
import { orderEvents } from '../../handlers/order-events.ts';
import type { Reservations, StockTurns } from '../../ports.ts';
import { inventoryDatabase, newSku, noReturns, quiet, stockActors, stockUp } from '../inventory-for-tests.ts';

/** The sidecar's actor API, which can be taken away. */
class Interruptible extends ActorApiForTests {
  away = false;

  override invoke(...call: Parameters<ActorApiForTests['invoke']>): Promise<unknown> {
    return this.away ? Promise.reject(new SidecarUnavailable('away')) : super.invoke(...call);
  }
}

describe('Events of orders', () => {
  let database: Database;
  let end: () => Promise<void>;
  let api: Interruptible;
  let turns: StockTurns;
  let reservations: Reservations;
  let settler: Settler;
  let events: EventSubscription;
  let orderId: string;
  let sku: string;

  before(async () => {
    ({ database, end } = await inventoryDatabase());
    api = new Interruptible();
    turns = stockTurns({ actors: stockActors(database, api) }, () => Promise.resolve());
    reservations = reservationsIn(database);
    settler = startSettler({ log: quiet }, reservations, turns);
    events = subscription({ topic: 'orders', database, handlers: orderEvents(settler.settle, noReturns) });
  });
  after(async () => {
    await settler.stop();
    await end();
  });
  beforeEach(async () => {
    api.away = false;
    orderId = v7();
    sku = newSku();
    await stockUp(turns, sku, 5);
  });

  const placed = (quantity: number, id = orderId, version = 1, skus = [sku]) =>
    envelope({
      id,
      version,
      data: {
        ...OrderPlaced.example,
        orderId: id,
        lines: skus.map((one) => ({ ...OrderPlaced.example.lines[0]!, sku: one, quantity })),
      },
    });
  const next = (type: 'OrderConfirmed' | 'OrderCancelled' | 'OrderPaymentFailed' | 'OrderRejected', version = 2, id = orderId) => {
    const examples = {
      OrderConfirmed: OrderConfirmed.example,
      OrderCancelled: OrderCancelled.example,
      OrderPaymentFailed: OrderPaymentFailed.example,
      OrderRejected: OrderRejected.example,
    };
    return envelope({ id, version, type, data: { ...examples[type], orderId: id } });
  };
  const receive = async (...envelopes: unknown[]): Promise<string[]> =>
    (await events.receive(bulk(...envelopes))).statuses.map(({ status }) => status);
  const stateOf = async (id = orderId) => (await reservations.read(id))?.state;
  const levelOf = async (one = sku) => (await stockLevels(database).of([one]))[0];
  const published = async (id = orderId) =>
    (await database.sql<{ type: string }>('select type from outbox where aggregate_id = ? order by position', [id])).map(
      ({ type }) => type,
    );
  /** Waits until the work that events have begun is done. */
  async function settled(id = orderId): Promise<void> {
    const underway = ['reserving', 'refusing', 'releasing', 'committing', 'restocking'];
    await until('the reservation is settled', async () => !underway.includes((await stateOf(id)) ?? 'reserving'));
  }

  it('placed: reserve all lines, and confirmed: sell them', async () => {
    expect(await receive(placed(2))).to.deep.equal(['SUCCESS']);
    await settled();
    expect(await levelOf()).to.include({ onHand: 5, reserved: 2 });
    await receive(next('OrderConfirmed'));
    await settled();
    expect(await levelOf()).to.include({ onHand: 3, reserved: 0 });
    expect(await published()).to.deep.equal(['StockReserved', 'StockCommitted']);
  });

  for (const type of ['OrderCancelled', 'OrderPaymentFailed', 'OrderRejected'] as const) {
    it(`${type}: give back what is held`, async () => {
      await receive(placed(2));
      await settled();
      await receive(next(type));
      await settled();
      expect(await levelOf()).to.include({ onHand: 5, reserved: 0 });
      expect(await published()).to.deep.equal(['StockReserved', 'StockReleased']);
    });
  }

  it('OrderCancelled after the goods were sold: they come back, with their own movement', async () => {
    await receive(placed(2));
    await settled();
    await receive(next('OrderConfirmed'));
    await settled();
    await receive(next('OrderCancelled', 3));
    await settled();
    expect(await levelOf()).to.include({ onHand: 5, reserved: 0 });
    expect((await stockLevels(database).movements(sku, 1))[0]).to.include({ type: 'restocked', onHandDelta: 2, orderId });
    expect(await published()).to.deep.equal(['StockReserved', 'StockCommitted', 'StockReleased']);
  });

  it('confirmed and cancelled in one delivery bring all back', async () => {
    await receive(placed(2));
    await settled();
    await receive(next('OrderConfirmed'), next('OrderCancelled', 3));
    await settled();
    expect(await levelOf()).to.include({ onHand: 5, reserved: 0 });
  });

  it('placed with a line that is short, or that never had stock: nothing is held, and what was short is told', async () => {
    const unknown = newSku();
    await receive(placed(1, orderId, 1, [sku, unknown]));
    await settled();
    expect(await stateOf()).to.equal('rejected');
    expect(await levelOf()).to.include({ onHand: 5, reserved: 0 });
    expect((await reservations.read(orderId))?.shortages).to.deep.equal([{ sku: unknown, requested: 1, available: 0 }]);
    await receive(next('OrderRejected'));
    expect(await published(), 'orders’ echo changes nothing').to.deep.equal(['StockRejected']);
  });

  it('delivered twice are done once', async () => {
    const event = placed(2);
    await receive(event, event);
    await receive(event);
    await settled();
    expect(await levelOf()).to.include({ reserved: 2 });
    expect(await published()).to.deep.equal(['StockReserved']);
  });

  it('placed and cancelled in one delivery leave nothing held', async () => {
    await receive(placed(2), next('OrderCancelled'));
    await settled();
    expect(await stateOf()).to.equal('released');
    expect(await levelOf()).to.include({ onHand: 5, reserved: 0 });
  });

  it('of an order that was never placed leave a tombstone, which refuses to reserve for it later', async () => {
    const signal = orderEvents(settler.settle, noReturns).find(({ definition }) => definition.type === 'OrderCancelled');
    const late = orderEvents(settler.settle, noReturns).find(({ definition }) => definition.type === 'OrderPlaced');
    const event = { data: { ...OrderCancelled.example, orderId } } as never;
    await database.transaction(async (unit) => signal?.apply(event, unit, undefined));
    expect(await stateOf()).to.equal('released');
    const placing = { data: { ...OrderPlaced.example, orderId, lines: [{ ...OrderPlaced.example.lines[0]!, sku, quantity: 1 }] } } as never;
    await database.transaction(async (unit) => late?.apply(placing, unit, undefined));
    expect(await stateOf()).to.equal('released');
    expect(await levelOf()).to.include({ reserved: 0 });
  });

  it('that came while the actors were away are worked on by the sweeper', async () => {
    api.away = true;
    await receive(placed(2));
    let attempts = 0;
    await until('it was tried', async () => {
      const [row] = await database.sql<{ attempts: number }>('select attempts from reservations where order_id = ?', [orderId]);
      attempts = row?.attempts ?? 0;
      return attempts > 0;
    });
    expect([await stateOf(), attempts]).to.deep.equal(['reserving', 1]);
    api.away = false;
    await database.sql(`update reservations set leased_until = now() where order_id = ?`, [orderId]);
    await settler.sweep();
    expect(await stateOf()).to.equal('reserved');
  });

  it('whose worker has died are taken up when its lease is over', async () => {
    await database.sql(
      `insert into reservations (order_id, state, lines, leased_until, leased_by, updated_at)
       values (?, 'reserving', ?::jsonb, now() - interval '1 second', ?, now() - interval '11 seconds')`,
      [orderId, JSON.stringify([{ sku, quantity: 5 }]), v7()],
    );
    await settler.sweep();
    expect(await stateOf()).to.equal('reserved');
  });

  it('that compete for the last units: each unit is held once, and everyone is answered', async () => {
    const ids = Array.from({ length: 40 }, () => v7());
    await receive(...ids.map((id) => placed(1, id)));
    await Promise.all(ids.map((id) => settled(id)));
    const states = await Promise.all(ids.map((id) => stateOf(id)));
    expect(states.filter((state) => state === 'reserved')).to.have.length(5);
    expect(states.filter((state) => state === 'rejected')).to.have.length(35);
    expect(await levelOf()).to.include({ onHand: 5, reserved: 5 });
  });

  describe('that were lost', () => {
    const overdue = () => database.sql(`update reservations set updated_at = now() - interval '1 hour' where order_id = ?`, [orderId]);
    const reconcile = (status: string): Promise<number> => {
      const dapr = { invoke: () => Promise.resolve({ items: [{ orderId, status }] }) } as unknown as Kernel['dapr'];
      return reconcileOverdue({ dapr, log: quiet }, database, reservations, settler.settle);
    };

    beforeEach(async () => {
      await receive(placed(2));
      await settled();
      await overdue();
    });

    it('are made up for by asking orders: what is confirmed is sold, what has ended is given back', async () => {
      expect(await reconcile('confirmed')).to.equal(1);
      await settled();
      expect([await stateOf(), (await levelOf())?.onHand]).to.deep.equal(['committed', 3]);
    });

    it('are made up for when the order has ended', async () => {
      expect(await reconcile('cancelled')).to.equal(1);
      await settled();
      expect([await stateOf(), (await levelOf())?.reserved]).to.deep.equal(['released', 0]);
    });

    it('are not guessed: an order that goes on keeps its stock', async () => {
      expect(await reconcile('authorized')).to.equal(0);
      expect(await stateOf()).to.equal('reserved');
    });
  });
});
