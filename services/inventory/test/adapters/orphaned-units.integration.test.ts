import type { Database } from '@cartwright/kernel/postgres/database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { releaseOrphans } from '../../adapters/orphaned-units.ts';
import { stockLevels } from '../../adapters/stock-levels.ts';
import type { StockTurns } from '../../ports.ts';
import { inventoryDatabase, newSku, quiet, stockUp, turnsOf } from '../inventory-for-tests.ts';

describe('Units that are held for nobody are found', () => {
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
    await stockUp(turns, sku, 1);
  });

  /** Reserved after its order had ended, three hours ago. */
  async function orphan(): Promise<string> {
    const orderId = v7();
    await database.sql(
      `insert into reservations (order_id, state, lines, updated_at) values (?, 'released', '[]', now() - interval '3 hours')`,
      [orderId],
    );
    await turns.decide(sku, { id: 'late', type: 'reserve', orderId, quantity: 1 });
    return orderId;
  }
  /** Moves a movement two hours into the past, which the database allows to nobody else. */
  async function longAgo(orderId: string): Promise<void> {
    await database.sql('alter table stock_movements disable trigger user');
    await database.sql(`update stock_movements set created_at = now() - interval '2 hours' where order_id = ?`, [orderId]);
    await database.sql('alter table stock_movements enable trigger user');
  }
  const lookedFor = (ago: string) => database.sql('update orphans_looked_for set until = now() - ?::interval', [ago]);
  const reserved = async () => (await stockLevels(database).of([sku]))[0]?.reserved;

  it('though the worker slept for hours, and the order had ended before the last look', async () => {
    await orphan();
    await lookedFor('1 minute');
    expect(await releaseOrphans(database, turns, quiet)).to.equal(1);
    expect(await reserved()).to.equal(0);
  });

  it('though everybody was away for hours, and nobody looked', async () => {
    await longAgo(await orphan());
    await lookedFor('4 hours');
    expect(await releaseOrphans(database, turns, quiet)).to.equal(1);
    expect(await reserved()).to.equal(0);
  });

  it('by a database that was never looked through', async () => {
    await longAgo(await orphan());
    await database.sql(`update orphans_looked_for set until = '-infinity'`);
    expect(await releaseOrphans(database, turns, quiet)).to.equal(1);
  });

  it('again and again, until their turn was taken', async () => {
    await longAgo(await orphan());
    await lookedFor('4 hours');
    const away = { decide: () => Promise.reject(new Error('away')) };
    const error: unknown = await releaseOrphans(database, away, quiet).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('1 of 1 turns failed');
    expect(await releaseOrphans(database, turns, quiet)).to.equal(1);
  });

  it('by looking through what is old once', async () => {
    await releaseOrphans(database, turns, quiet);
    await longAgo(await orphan());
    expect(await releaseOrphans(database, turns, quiet), 'older than the last look').to.equal(0);
    await lookedFor('4 hours');
    expect(await releaseOrphans(database, turns, quiet)).to.equal(1);
  });
});
