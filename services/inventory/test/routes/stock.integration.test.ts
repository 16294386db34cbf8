import type { Database } from '@cartwright/kernel/postgres/database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import type { StockTurns } from '../../ports.ts';
import { newSku, stockUp } from '../inventory-for-tests.ts';
import { inventoryForTests } from './inventory-for-tests.ts';
import type { InventoryForTests } from './inventory-for-tests.ts';

describe('The routes of stock', () => {
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

  it('tell everybody the stock of a SKU', async () => {
    await hold(2);
    const { status, body } = await call('GET', `/api/inventory/${sku}`);
    expect(status).to.equal(200);
    expect(body).to.deep.equal({ sku, onHand: 5, reserved: 2, available: 3, backorder: 0, backordered: 0, version: 2 });
    expect((await call('GET', '/api/inventory/NEVER')).status).to.equal(404);
    expect((await call('GET', '/api/inventory/a%20b')).body.errors?.[0]?.field).to.equal('sku');
  });

  it('tell the stock of several SKUs', async () => {
    const { body } = await call('GET', `/api/inventory?skus=${sku},NEVER,${sku}`);
    expect(body.items).to.deep.equal([{ sku, onHand: 5, reserved: 0, available: 5, backorder: 0, backordered: 0, version: 1 }]);
    for (const wrong of [
      '',
      '?skus=',
      '?skus=,',
      '?skus=a%20b',
      `?skus=${Array.from({ length: 101 }, () => 'a').join(',')}`,
      '?skus=a&x=1',
    ])
      expect((await call('GET', `/api/inventory${wrong}`)).status, wrong).to.equal(400);
  });

  it('let staff set what is on hand, with reason and author in the movement', async () => {
    const { status, body } = await call('PUT', `/api/inventory/${sku}`, { role: 'staff', body: { onHand: 8, reason: 'recount' } });
    expect([status, body]).to.deep.equal([200, { sku, onHand: 8, reserved: 0, available: 8, backorder: 0, backordered: 0, version: 2 }]);
    const { body: page } = await call('GET', `/api/inventory/${sku}/movements?limit=1`, { role: 'support' });
    expect(page.items?.[0]).to.include({ version: 2, type: 'set', onHandDelta: 3, reason: 'recount', author: 'user-1', orderId: null });
    const { body: rest } = await call('GET', `/api/inventory/${sku}/movements?cursor=${String(page['nextCursor'])}`, { role: 'support' });
    expect(rest.items?.map(({ version }) => version)).to.deep.equal([1]);
    expect(rest['nextCursor']).to.equal(null);
  });

  it('set many at once, and tell which could not be lowered below what is held', async () => {
    await hold(3);
    const [one, two] = [newSku(), newSku()];
    const items = [
      { sku: one, onHand: 1 },
      { sku, onHand: 2 },
      { sku: two, onHand: 7 },
    ];
    const { status, body } = await call('PUT', '/api/inventory', { role: 'admin', body: { items } });
    expect(status).to.equal(200);
    expect(body.items?.map((item) => [item['sku'], item['onHand']])).to.deep.equal([
      [one, 1],
      [two, 7],
    ]);
    expect(body['refused']).to.deep.equal([{ sku, onHand: 5, reserved: 3, available: 2, backorder: 0, backordered: 0, version: 2 }]);
  });

  it('add and take, and refuse to take what is held or to hold more than a billion', async () => {
    const adjust = (delta: number) =>
      call('POST', `/api/inventory/${sku}/adjustments`, { role: 'staff', body: { delta, reason: 'found behind the shelf' } });
    expect((await adjust(2)).body).to.include({ onHand: 7 });
    await hold(6);
    const refused = await adjust(-2);
    expect(refused.status).to.equal(409);
    expect(refused.headers.get('content-type')).to.include('application/problem+json');
    expect(refused.body).to.include({ code: 'stock_held', onHand: 7, reserved: 6 });
    await call('PUT', `/api/inventory/${sku}`, { role: 'staff', body: { onHand: 1_000_000_000 } });
    expect((await adjust(1)).body).to.include({ code: 'too_much_stock' });
    expect((await call('POST', '/api/inventory/NEVER/adjustments', { role: 'staff', body: { delta: 1, reason: 'x' } })).status).to.equal(
      404,
    );
  });

  it('take a count only while what is on hand is as it was on the list that was counted', async () => {
    const count = (onHand: number, expected: number) => call('PUT', `/api/inventory/${sku}`, { role: 'staff', body: { onHand, expected } });
    const refused = await count(4, 6);
    expect([refused.status, refused.body['code'], refused.body['onHand']]).to.deep.equal([409, 'stock_moved', 5]);
    expect((await count(4, 5)).body).to.include({ onHand: 4, version: 2 });
    expect((await count(4, 5)).body, 'sent again').to.include({ onHand: 4, version: 2 });
    expect((await call('GET', `/api/inventory/${sku}`)).body).to.include({ onHand: 4 });
  });

  it('take no count below what is held, and say what is held', async () => {
    await hold(3);
    const { status, body } = await call('PUT', `/api/inventory/${sku}`, { role: 'staff', body: { onHand: 2 } });
    expect(status).to.equal(409);
    expect(body).to.include({ code: 'stock_held', sku, onHand: 5, reserved: 3, backorder: 0, backordered: 0 });
  });

  it('adjust for more callers at a time than there are connections to the database', async () => {
    const one = () => call('POST', `/api/inventory/${sku}/adjustments`, { role: 'staff', body: { delta: 1, reason: 'found' }, key: v7() });
    const answers = await Promise.all(Array.from({ length: 60 }, one));
    expect(answers.filter(({ status }) => status === 201)).to.have.length(60);
    expect((await call('GET', `/api/inventory/${sku}`)).body).to.include({ onHand: 65 });
  });

  it('adjust once a key, and refuse the key for something else', async () => {
    const adjust = (delta: number, key: string) =>
      call('POST', `/api/inventory/${sku}/adjustments`, { role: 'staff', body: { delta, reason: 'found' }, key });
    const first = await adjust(2, 'k1');
    expect(first.status).to.equal(201);
    expect((await adjust(2, 'k1')).body).to.deep.equal(first.body);
    expect((await adjust(3, 'k1')).status).to.equal(422);
    expect((await call('GET', `/api/inventory/${sku}`)).body).to.include({ onHand: 7 });
    expect((await adjust(2, 'k2')).body, 'another key, another adjustment').to.include({ onHand: 9 });
    expect((await adjust(2, 'k1')).body, 'as it was answered then').to.deep.equal(first.body);
    expect((await adjust(2, 'x'.repeat(201))).body.errors?.[0]?.field).to.equal('idempotency-key');
  });

  it('name the field of bad input, and change nothing', async () => {
    const cases: [string, string, unknown, string][] = [
      ['PUT', `/api/inventory/${sku}`, { onHand: -1 }, '/onHand'],
      ['PUT', `/api/inventory/${sku}`, { onHand: 1.5 }, '/onHand'],
      ['PUT', `/api/inventory/${sku}`, { onHand: '5' }, '/onHand'],
      ['PUT', `/api/inventory/${sku}`, {}, '/onHand'],
      ['PUT', `/api/inventory/${sku}`, { onHand: 1, warehouse: 'x' }, '/warehouse'],
      ['PUT', '/api/inventory', { items: [] }, '/items'],
      ['PUT', '/api/inventory', { items: [{ sku: 'a b', onHand: 1 }] }, '/items/0/sku'],
      ['POST', `/api/inventory/${sku}/adjustments`, { delta: 1, reason: ' ' }, '/reason'],
      ['POST', `/api/inventory/${sku}/adjustments`, { reason: 'x' }, '/delta'],
    ];
    for (const [method, path, body, field] of cases) {
      const answer = await call(method, path, { role: 'staff', body });
      expect([answer.status, answer.body.errors?.[0]?.field], JSON.stringify(body)).to.deep.equal([400, field]);
    }
    expect((await call('GET', `/api/inventory/${sku}/movements?cursor=nonsense`, { role: 'staff' })).status).to.equal(400);
    expect((await call('GET', `/api/inventory/${sku}`)).body).to.include({ version: 1 });
  });

  it('let nobody else change stock or read its movements', async () => {
    const writes: [string, string, unknown][] = [
      ['PUT', `/api/inventory/${sku}`, { onHand: 1 }],
      ['PUT', '/api/inventory', { items: [{ sku, onHand: 1 }] }],
      ['POST', `/api/inventory/${sku}/adjustments`, { delta: 1, reason: 'x' }],
      ['PATCH', `/api/inventory/${sku}/settings`, { backorder: 1 }],
    ];
    for (const [method, path, body] of writes) {
      expect((await call(method, path, { body })).status, path).to.equal(401);
      for (const role of ['customer', 'support'] as const) expect((await call(method, path, { role, body })).status, path).to.equal(403);
    }
    for (const path of ['movements', 'settings']) {
      expect((await call('GET', `/api/inventory/${sku}/${path}`)).status).to.equal(401);
      expect((await call('GET', `/api/inventory/${sku}/${path}`, { role: 'customer' })).status).to.equal(403);
    }
  });

  it('says to orders alone what can be reserved, and what could be before', async () => {
    const path = '/internal/stock/availability';
    const [first] = await database.sql<{ after: string }>(
      `select to_char(created_at + interval '1 microsecond', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as after from stock_movements where sku = ?`,
      [sku],
    );
    await turns.decide(sku, { id: v7(), type: 'reserve', orderId: v7(), quantity: 2 });
    const body = { skus: [sku, 'NEVER-SEEN'], asOf: first!.after };
    expect((await call('POST', path, { body, app: 'orders' })).body).to.deep.equal({
      items: [
        { sku, available: 3, availableThen: 5 },
        { sku: 'NEVER-SEEN', available: 0, availableThen: 0 },
      ],
    });
    await turns.decide(sku, { id: 'plenty', type: 'adjust', delta: 996, reason: 'delivery' });
    const { items } = (await call('POST', path, { body: { skus: [sku], asOf: body.asOf }, app: 'orders' })).body;
    expect(items, 'the past does not matter where there is plenty').to.deep.equal([{ sku, available: 999, availableThen: 999 }]);
    expect((await call('POST', path, { body })).status).to.equal(404);
    expect((await call('POST', path, { body: { ...body, asOf: 'yesterday' }, app: 'orders' })).status).to.equal(400);
  });
});
