import type { Principal } from '@cartwright/kernel/http/access';
import { appToken, kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import type { Database } from '@cartwright/kernel/postgres/database';
import { unauthorized } from '@cartwright/kernel/http/problem';
import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Role } from '@cartwright/kernel/schemas';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { stockLevels } from '../../adapters/stock-levels.ts';
import { stockTurns } from '../../adapters/stock-turns.ts';
import { inventoryApp } from '../../app.ts';
import type { StockTurns } from '../../ports.ts';
import { inventoryDatabase, newSku, noReturns, stockActors, stockUp } from '../inventory-for-tests.ts';

describe('The routes of stock', () => {
  let database: Database;
  let end: () => Promise<void>;
  let app: Listening;
  let turns: StockTurns;
  let sku: string;

  before(async () => {
    ({ database, end } = await inventoryDatabase());
    const actors = stockActors(database);
    turns = stockTurns({ actors });
    const kernel = kernelForTests({
      dapr: { actors } as unknown as Sidecar,
      checkToken: (token) => {
        const role = token.split('.')[1] as Role;
        if (token.startsWith('good.')) return Promise.resolve({ userId: 'user-1', sessionId: 's', roles: [role] } satisfies Principal);
        return Promise.reject(unauthorized('The access token is not valid'));
      },
    });
    app = await listen(
      kernel,
      inventoryApp(kernel, { database, levels: stockLevels(database), turns, settle: () => undefined, returns: noReturns }),
    );
  });
  after(async () => {
    await app.close();
    await end();
  });
  beforeEach(async () => {
    sku = newSku();
    await stockUp(turns, sku, 5);
  });

  interface Answer {
    status: number;
    headers: Headers;
    body: Record<string, unknown> & { items?: Record<string, unknown>[]; errors?: { field: string }[] };
  }
  async function call(
    method: string,
    path: string,
    options: { role?: Role; body?: unknown; key?: string; app?: string } = {},
  ): Promise<Answer> {
    const response = await fetch(app.url + path, {
      method,
      headers: {
        ...(options.role === undefined ? {} : { authorization: `Bearer good.${options.role}.x` }),
        ...(options.app === undefined ? {} : { 'dapr-api-token': appToken, 'dapr-caller-app-id': options.app }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.key === undefined ? {} : { 'idempotency-key': options.key }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  }
  const hold = (quantity: number) => turns.decide(sku, { id: v7(), type: 'reserve', orderId: v7(), quantity });

  it('tell everybody the stock of a SKU', async () => {
    await hold(2);
    const { status, body } = await call('GET', `/api/inventory/${sku}`);
    expect(status).to.equal(200);
    expect(body).to.deep.equal({ sku, onHand: 5, reserved: 2, available: 3, version: 2 });
    expect((await call('GET', '/api/inventory/NEVER')).status).to.equal(404);
    expect((await call('GET', '/api/inventory/a%20b')).body.errors?.[0]?.field).to.equal('sku');
  });

  it('tell the stock of several SKUs', async () => {
    const { body } = await call('GET', `/api/inventory?skus=${sku},NEVER,${sku}`);
    expect(body.items).to.deep.equal([{ sku, onHand: 5, reserved: 0, available: 5, version: 1 }]);
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
    expect([status, body]).to.deep.equal([200, { sku, onHand: 8, reserved: 0, available: 8, version: 2 }]);
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
    expect(body['refused']).to.deep.equal([{ sku, onHand: 5, reserved: 3, available: 2, version: 2 }]);
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
    ];
    for (const [method, path, body] of writes) {
      expect((await call(method, path, { body })).status, path).to.equal(401);
      for (const role of ['customer', 'support'] as const) expect((await call(method, path, { role, body })).status, path).to.equal(403);
    }
    expect((await call('GET', `/api/inventory/${sku}/movements`)).status).to.equal(401);
    expect((await call('GET', `/api/inventory/${sku}/movements`, { role: 'customer' })).status).to.equal(403);
  });

  it('says to orders alone what can be reserved, and what could be before', async () => {
    const path = '/internal/stock/availability';
    const [first] = await stockLevels(database).movements(sku, 1);
    await turns.decide(sku, { id: v7(), type: 'reserve', orderId: v7(), quantity: 2 });
    const body = { skus: [sku, 'NEVER-SEEN'], asOf: first!.createdAt.replace('Z', '999Z') };
    expect((await call('POST', path, { body, app: 'orders' })).body).to.deep.equal({
      items: [
        { sku, available: 3, availableThen: 5 },
        { sku: 'NEVER-SEEN', available: 0, availableThen: 0 },
      ],
    });
    expect((await call('POST', path, { body })).status).to.equal(404);
    expect((await call('POST', path, { body: { ...body, asOf: 'yesterday' }, app: 'orders' })).status).to.equal(400);
  });
});
