import type { Database } from '@cartwright/kernel/postgres/database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { stockLevels } from '../../adapters/stock-levels.ts';
import type { StockTurns } from '../../ports.ts';
import { newSku, stockUp } from '../inventory-for-tests.ts';
import { inventoryForTests } from './inventory-for-tests.ts';
import type { InventoryForTests } from './inventory-for-tests.ts';

describe('The settings and movements of a SKU', () => {
  let database: Database;
  let turns: StockTurns;
  let call: InventoryForTests['call'];
  let end: () => Promise<void>;
  let sku: string;

  before(async () => {
    ({ database, turns, call, end } = await inventoryForTests());
  });
  after(() => end());
  beforeEach(async () => {
    sku = newSku();
    await stockUp(turns, sku, 5);
  });

  const hold = (quantity: number) => turns.decide(sku, { id: v7(), type: 'reserve', orderId: v7(), quantity });

  describe('where more may be promised than there are', () => {
    const settings = (body?: unknown) =>
      call(body === undefined ? 'GET' : 'PATCH', `/api/inventory/${sku}/settings`, {
        role: 'staff',
        ...(body === undefined ? {} : { body }),
      });

    it('let staff allow it, show what is still to come, and refuse the unit that is one too many', async () => {
      expect((await settings()).body).to.deep.equal({ sku, backorder: 0, lowStockBelow: null, version: 1 });
      const allowed = await settings({ backorder: 2, reason: 'pre-order' });
      expect([allowed.status, allowed.body]).to.deep.equal([200, { sku, backorder: 2, lowStockBelow: null, version: 2 }]);
      const orderId = v7();
      expect(await turns.decide(sku, { id: 'r', type: 'reserve', orderId, quantity: 7 })).to.include({ ok: true });
      expect(await hold(1)).to.include({ ok: false, refused: 'insufficient' });
      await turns.decide(sku, { id: 'c', type: 'commit', orderId });
      const { body } = await call('GET', `/api/inventory/${sku}`);
      expect(body).to.deep.equal({ sku, onHand: -2, reserved: 0, available: 0, backorder: 2, backordered: 2, version: 4 });
      const [movement] = await stockLevels(database).movements(sku, 1, { type: 'configured' });
      expect(movement).to.include({ author: 'user-1', reason: 'pre-order', backorder: 2 });
    });

    it('lower the limit no further than what is promised, and take no count while goods are owed', async () => {
      await settings({ backorder: 2 });
      const orderId = v7();
      await turns.decide(sku, { id: 'r', type: 'reserve', orderId, quantity: 7 });
      expect((await settings({ backorder: 1 })).body).to.include({ code: 'stock_held', backordered: 2, reserved: 7 });
      await turns.decide(sku, { id: 'c', type: 'commit', orderId });
      expect((await call('PUT', `/api/inventory/${sku}`, { role: 'staff', body: { onHand: 3 } })).body).to.include({ code: 'stock_owed' });
      const adjust = (delta: number) =>
        call('POST', `/api/inventory/${sku}/adjustments`, { role: 'staff', body: { delta, reason: 'delivery' } });
      expect((await adjust(-1)).body).to.include({ code: 'stock_held' });
      expect((await adjust(3)).body).to.include({ onHand: 1, backordered: 0, available: 3 });
      expect((await adjust(-2)).body).to.include({ code: 'stock_insufficient' });
    });

    it('keep what is not named, and name the field of what is wrong', async () => {
      await settings({ backorder: 4, lowStockBelow: 9 });
      expect((await settings({ lowStockBelow: null })).body).to.include({ backorder: 4, lowStockBelow: null });
      const wrong: [unknown, string][] = [
        [{ backorder: -1 }, '/backorder'],
        [{ backorder: 1_000_001 }, '/backorder'],
        [{ lowStockBelow: 'few' }, '/lowStockBelow'],
        [{ backorder: 1, reason: ' ' }, '/reason'],
        [{ limit: 1 }, '/limit'],
      ];
      for (const [body, field] of wrong) {
        const answer = await settings(body);
        expect([answer.status, answer.body.errors?.[0]?.field], JSON.stringify(body)).to.deep.equal([400, field]);
      }
      expect((await settings({})).status).to.equal(400);
      const elsewhere = await call('PATCH', '/api/inventory/NEVER/settings', { role: 'staff', body: { backorder: 1 } });
      expect(elsewhere.status).to.equal(404);
    });
  });

  it('list the movements that are asked for', async () => {
    const orderId = v7();
    await turns.decide(sku, { id: 'r', type: 'reserve', orderId, quantity: 1 });
    await turns.decide(sku, { id: 'c', type: 'commit', orderId });
    await call('POST', `/api/inventory/${sku}/adjustments`, { role: 'staff', body: { delta: 1, reason: 'found' } });
    const versions = async (query: string) => {
      const { body } = await call('GET', `/api/inventory/${sku}/movements?${query}`, { role: 'support' });
      return body.items?.map(({ version }) => version) ?? body;
    };
    const [newest] = await stockLevels(database).movements(sku, 1);
    expect(await versions(`orderId=${orderId}`)).to.deep.equal([3, 2]);
    expect(await versions('type=committed')).to.deep.equal([3]);
    expect(await versions('author=user-1')).to.deep.equal([4]);
    expect(await versions(`until=${newest!.createdAt}&type=adjusted`)).to.deep.equal([]);
    expect(await versions('since=2020-01-01T00:00:00Z&limit=2')).to.deep.equal([4, 3]);
    for (const wrong of ['type=lost', 'orderId=x', 'since=yesterday', 'author=', 'colour=red'])
      expect((await call('GET', `/api/inventory/${sku}/movements?${wrong}`, { role: 'staff' })).status, wrong).to.equal(400);
  });
});
