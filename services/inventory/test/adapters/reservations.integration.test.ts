import type { Database } from '@cartwright/kernel/postgres/database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { LeaseLost, reservationsIn } from '../../adapters/reservations.ts';
import type { Reservations } from '../../ports.ts';
import { inventoryDatabase } from '../inventory-for-tests.ts';

describe('Reservations on Postgres', () => {
  let database: Database;
  let end: () => Promise<void>;
  let reservations: Reservations;
  let orderId: string;

  before(async () => {
    ({ database, end } = await inventoryDatabase());
    reservations = reservationsIn(database);
  });
  after(() => end());
  beforeEach(async () => {
    orderId = v7();
    await database.sql(`insert into reservations (order_id, state, lines) values (?, 'reserving', '[{"sku":"a","quantity":1}]')`, [
      orderId,
    ]);
  });

  const expireLease = () =>
    database.sql(`update reservations set leased_until = now() - interval '1 second' where order_id = ?`, [orderId]);
  const published = () =>
    database.sql('select type, aggregate_version::int as version, data from outbox where aggregate_id = ? order by position', [orderId]);

  it('are leased to one worker at a time', async () => {
    const lease = await reservations.lease(orderId);
    expect(lease?.reservation).to.deep.equal({ orderId, state: 'reserving', lines: [{ sku: 'a', quantity: 1 }], shortages: [] });
    expect(await reservations.lease(orderId)).to.equal(undefined);
    await lease?.end();
    expect(await reservations.lease(orderId)).to.not.equal(undefined);
  });

  it('are leased to the next when the worker’s time is over, and the first can keep or end it no more', async () => {
    let clock = 0;
    const timed = reservationsIn(database, () => clock);
    const first = await timed.lease(orderId);
    await expireLease();
    expect(await timed.lease(orderId)).to.not.equal(undefined);
    clock = 60_000;
    expect(await first?.keep().catch((error: unknown) => error)).to.be.instanceOf(LeaseLost);
    await first?.end();
    expect(await timed.lease(orderId), 'still the second one’s').to.equal(undefined);
  });

  it('stay with a worker that keeps its lease', async () => {
    let clock = 0;
    const lease = await reservationsIn(database, () => clock).lease(orderId);
    await expireLease();
    clock = 3000;
    await lease?.keep();
    expect(await reservations.lease(orderId)).to.equal(undefined);
  });

  it('are settled together with their event, which ends the lease', async () => {
    const lease = await reservations.lease(orderId);
    expect(lease).to.not.equal(undefined);
    expect(await reservations.settle(orderId, 'reserving', [])).to.equal(true);
    expect(await reservations.settle(orderId, 'reserving', []), 'not twice').to.equal(false);
    expect(await published()).to.deep.equal([{ type: 'StockReserved', version: 1, data: { orderId } }]);
    await database.sql(`update reservations set state = 'committing' where order_id = ?`, [orderId]);
    expect(await reservations.lease(orderId), 'free for what comes next').to.not.equal(undefined);
    await reservations.settle(orderId, 'committing', []);
    expect((await published()).at(-1)).to.deep.equal({ type: 'StockCommitted', version: 2, data: { orderId } });
    expect(await reservations.lease(orderId), 'nothing is left to be done').to.equal(undefined);
  });

  it('tell what was short when they are refused', async () => {
    const shortages = [{ sku: 'a', requested: 1, available: 0 }];
    expect(await reservations.refuse(orderId, shortages)).to.equal(true);
    expect(await reservations.refuse(orderId, shortages)).to.equal(false);
    const row = await reservations.read(orderId);
    expect(row).to.include({ state: 'refusing' });
    await reservations.settle(orderId, 'refusing', row!.shortages);
    expect(await published()).to.deep.equal([{ type: 'StockRejected', version: 1, data: { orderId, shortages } }]);
  });

  it('are swept when they were left, or when they failed and their pause is over', async () => {
    expect(await reservations.unsettled(10_000, 1000), 'fresh').to.not.include(orderId);
    expect(await reservations.unsettled(0, 1000)).to.include(orderId);
    const lease = await reservations.lease(orderId);
    await database.sql(`update reservations set updated_at = now() - interval '1 hour' where order_id = ?`, [orderId]);
    expect(await reservations.unsettled(10_000, 1000), 'somebody has it').to.not.include(orderId);
    await lease?.postpone();
    expect(await reservations.unsettled(10_000, 1000), 'it pauses').to.not.include(orderId);
    expect(await reservations.lease(orderId)).to.equal(undefined);
    await expireLease();
    expect(await reservations.unsettled(10_000, 1000)).to.include(orderId);
  });

  it('are told when they are held for long', async () => {
    await reservations.settle(orderId, 'reserving', []);
    expect(await reservations.held(60_000, 1000)).to.not.include(orderId);
    await database.sql(`update reservations set updated_at = now() - interval '1 hour' where order_id = ?`, [orderId]);
    expect(await reservations.held(60_000, 1000)).to.include(orderId);
  });
});
