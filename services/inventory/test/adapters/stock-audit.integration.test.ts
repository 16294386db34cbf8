import { ActorHost } from '@cartwright/actor-host/host';
import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import type { Database } from '@cartwright/kernel/postgres/database';
import { hostStock, snapshotKey } from '@cartwright/stock/host-stock';
import type { StockAnswer, StockCommand } from '@cartwright/stock/rules';
import { applyMovements, noStock } from '@cartwright/stock/state';
import type { StockState } from '@cartwright/stock/state';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { reservationsIn } from '../../adapters/reservations.ts';
import { auditStock } from '../../adapters/stock-audit.ts';
import { stockJournal } from '../../adapters/stock-journal.ts';
import { settleReservation } from '../../handlers/settle-reservation.ts';
import type { ReservationState } from '../../domain/reservation.ts';
import type { StockTurns } from '../../ports.ts';
import { inventoryDatabase, newSku, quiet, stockUp, turnsOf } from '../inventory-for-tests.ts';

describe('The books of stock', () => {
  let database: Database;
  let end: () => Promise<void>;
  let turns: StockTurns;
  let sku: string;

  before(async () => {
    ({ database, end } = await inventoryDatabase());
    turns = turnsOf(database);
  });
  after(() => end());
  beforeEach(async () => {
    sku = newSku();
    await stockUp(turns, sku, 10);
  });

  const findings = async () => (await auditStock(database)).filter((finding) => finding.sku === sku).map(({ what }) => what);

  /** An order that goes through these states, each settled. */
  async function order(...states: ReservationState[]): Promise<string> {
    const orderId = v7();
    await database.sql(`insert into reservations (order_id, state, lines) values (?, 'reserving', ?::jsonb)`, [
      orderId,
      JSON.stringify([{ sku, quantity: 2 }]),
    ]);
    for (const state of ['reserving', ...states]) {
      await database.sql('update reservations set state = ? where order_id = ?', [state, orderId]);
      await settleReservation(orderId, { reservations: reservationsIn(database), stock: turns, patience: () => Promise.resolve() });
    }
    return orderId;
  }
  /** A movement as no actor would make it. */
  const plant = (version: number, values: { onHandDelta?: number; onHand?: number; reserved?: number; reservedDelta?: number }) =>
    database.sql(
      `insert into stock_movements (sku, version, command_id, type, on_hand_delta, reserved_delta, on_hand, reserved, reason)
       values (?, ?, ?, 'adjusted', ?, ?, ?, ?, 'planted')`,
      [sku, version, v7(), values.onHandDelta ?? 0, values.reservedDelta ?? 0, values.onHand ?? 10, values.reserved ?? 0],
    );

  it('agree for orders in every state, for returns and for adjustments', async () => {
    await order();
    await order('releasing');
    await order('committing');
    await order('committing', 'restocking');
    await turns.decide(sku, { id: 'found', type: 'adjust', delta: 3, reason: 'found' });
    const [returnId, orderId] = [v7(), await order('committing')];
    await turns.decide(sku, { id: `return:${returnId}`, type: 'restock', orderId, quantity: 1 });
    await database.sql(`insert into returned_goods (return_id, sku, order_id, quantity, state) values (?, ?, ?, 1, 'done')`, [
      returnId,
      sku,
      orderId,
    ]);
    expect(await findings()).to.deep.equal([]);
  });

  it('say what is missing or was added up wrongly', async () => {
    await plant(2, { onHand: 12 });
    expect(await findings()).to.deep.equal(['on hand is not what came and went']);
    await plant(4, { onHand: 10, reserved: 1 });
    expect(await findings()).to.deep.equal([
      'a movement is missing',
      'on hand is not what came and went',
      'reserved is not what was held and given back',
    ]);
  });

  it('say what orders and movements disagree about', async () => {
    const released = await order();
    await database.sql(`update reservations set state = 'released' where order_id = ?`, [released]);
    expect(await findings()).to.deep.equal(['held for an order that holds nothing']);
    await database.sql(`update reservations set state = 'committed' where order_id = ?`, [released]);
    expect(await findings()).to.deep.equal(['held for an order that holds nothing', 'what an order was sold is not what left']);
    await database.sql(`update reservations set state = 'reserved', lines = ?::jsonb where order_id = ?`, [
      JSON.stringify([{ sku, quantity: 3 }]),
      released,
    ]);
    expect(await findings()).to.deep.equal(['an order does not hold what it reserved']);
  });

  it('say what is held for an order that was never seen', async () => {
    await turns.decide(sku, { id: 'r', type: 'reserve', orderId: v7(), quantity: 1 });
    expect(await findings()).to.deep.equal(['held for an order that was never seen']);
  });

  it('say what came back and is not there', async () => {
    const back = await order('committing');
    await database.sql(`update reservations set state = 'restocked' where order_id = ?`, [back]);
    await database.sql(`insert into returned_goods (return_id, sku, order_id, quantity, state) values (?, ?, ?, 1, 'done')`, [
      v7(),
      sku,
      back,
    ]);
    expect(await findings()).to.deep.equal([
      'returned goods are not in stock, or not as many',
      'what an order gave back is not what came back',
    ]);
  });

  it('do not judge what is being worked on', async () => {
    const working = await order();
    await database.sql(`update reservations set state = 'committing' where order_id = ?`, [working]);
    expect(await findings()).to.deep.equal([]);
  });

  it('are all that an actor needs: without its snapshot it is as it was with it', async () => {
    const own = newSku();
    const api = new ActorApiForTests();
    const snapshots: StockState[] = [];
    const activation = (): ((...commands: StockCommand[]) => Promise<readonly StockAnswer[]>) => {
      const journal = stockJournal(database);
      const saveSnapshot = async (_sku: string, state: StockState): Promise<void> => {
        snapshots.push(state);
        await api.saveState('Stock', own, [{ operation: 'upsert', request: { key: snapshotKey, value: state } }]);
      };
      const host = new ActorHost(api, quiet, [hostStock({ journal, saveSnapshot, snapshotEvery: 1, policy: { lowBelow: 5 } })]);
      return async (...commands) =>
        ((await host.call('Stock', own, 'decide', { commands })) as { ok: { answers: StockAnswer[] } }).ok.answers;
    };
    const [held, sold] = [v7(), v7()];
    const live = activation();
    await live({ id: 'set', type: 'set', onHand: 8, reason: 'count', author: 'ada' });
    await live({ id: 'limit', type: 'configure', backorder: 4, lowBelow: 3, reason: 'pre-order' });
    await live({ id: 'r1', type: 'reserve', orderId: held, quantity: 6 }, { id: 'r2', type: 'reserve', orderId: sold, quantity: 5 });
    await live({ id: 'c2', type: 'commit', orderId: sold });
    const rebuilt = applyMovements(noStock, await stockJournal(database).since(own, 0));
    expect(snapshots.at(-1)).to.deep.equal(rebuilt);
    expect(rebuilt).to.include({ onHand: 3, reserved: 6, backorder: 4, lowBelow: 3, low: true, alerts: 1 });

    const told = await database.sql(`select aggregate_version::int as version, data from outbox where aggregate_type = 'stock_alert'`);
    expect(told).to.deep.equal([{ version: 1, data: { sku: own, available: 2, threshold: 3 } }]);

    const probe: StockCommand = { id: 'probe', type: 'reserve', orderId: v7(), quantity: 2 };
    const fromSnapshot = await activation()(probe);
    await api.saveState('Stock', own, [{ operation: 'delete', request: { key: snapshotKey } }]);
    expect(await activation()(probe)).to.deep.equal(fromSnapshot);
    expect(fromSnapshot[0]).to.include({ ok: false, refused: 'insufficient', onHand: 3, reserved: 6, backorder: 4 });
    expect((await activation()({ id: 'c1', type: 'commit', orderId: held }))[0]).to.include({ onHand: -3, reserved: 0 });
  });
});
