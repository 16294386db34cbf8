import { readFileSync } from 'node:fs';
import { connectSidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { actorClient } from '@cartwright/actor-host/client';
import { StockActor } from '@cartwright/stock/stock-actor';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { newSku } from './inventory-for-tests.ts';

interface Stack {
  services: Record<'auth' | 'inventory', { url: string; daprHttpUrl: string; daprToken: string; appToken: string }>;
  stores: { postgres: { inventory: string } };
}
interface Answer {
  status: number;
  body: Record<string, unknown> & { items?: Record<string, unknown>[] };
}

describe('Inventory behind its sidecar', () => {
  const { services, stores } = JSON.parse(readFileSync(process.env['CARTWRIGHT_STACK'] ?? '', 'utf8')) as Stack;
  const { auth, inventory } = services;
  let dapr: Sidecar;
  let staff: string;
  let sku: string;

  async function ask(method: string, url: string, body?: unknown): Promise<Answer> {
    const response = await fetch(url, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(staff === '' ? {} : { authorization: `Bearer ${staff}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }
  const stock = (method: string, path: string, body?: unknown): Promise<Answer> =>
    ask(method, `${inventory.url}/api/inventory${path}`, body);

  before(async () => {
    staff = '';
    const login = { email: 'staff@cartwright.test', password: 'staff-Passw0rd!' };
    const { status, body } = await ask('POST', `${auth.url}/api/auth/login`, login);
    expect(status, JSON.stringify(body)).to.equal(200);
    staff = String(body['accessToken']);
    dapr = connectSidecar({
      daprHttpPort: Number(new URL(inventory.daprHttpUrl).port),
      daprToken: inventory.daprToken,
      appToken: inventory.appToken,
    });
  });
  after(() => dapr.close());
  beforeEach(() => {
    sku = newSku();
  });

  it('sets, adjusts and tells stock, every change a turn of the SKU’s actor', async () => {
    expect((await stock('PUT', `/${sku}`, { onHand: 10 })).body).to.include({ onHand: 10, version: 1 });
    expect((await stock('POST', `/${sku}/adjustments`, { delta: -3, reason: 'broken' })).body).to.include({ onHand: 7, version: 2 });
    expect((await stock('GET', `/${sku}`)).body).to.deep.equal({
      sku,
      onHand: 7,
      reserved: 0,
      available: 7,
      backorder: 0,
      backordered: 0,
      version: 2,
    });
    const { body } = await stock('GET', `/${sku}/movements`);
    expect(body.items?.map((movement) => [movement['type'], movement['onHandDelta'], movement['reason']])).to.deep.equal([
      ['adjusted', -3, 'broken'],
      ['set', 10, 'stock take'],
    ]);
  });

  it('loses no adjustment of many at a time', async () => {
    await stock('PUT', `/${sku}`, { onHand: 0 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => stock('POST', `/${sku}/adjustments`, { delta: 1, reason: 'found' })),
    );
    expect(answers.filter(({ status }) => status === 201)).to.have.length(50);
    expect((await stock('GET', `/${sku}`)).body).to.include({ onHand: 50, version: 51 });
  });

  it('sets three hundred SKUs in one request', async () => {
    const items = Array.from({ length: 300 }, (_, index) => ({ sku: `${sku}-${String(index)}`, onHand: index }));
    const { status, body } = await stock('PUT', '', { items });
    expect([status, body.items?.length]).to.deep.equal([200, 300]);
    expect(body.items?.at(-1)).to.include({ onHand: 299, version: 1 });
  });

  it('holds what can be held, and answers a command that is repeated as before', async () => {
    await stock('PUT', `/${sku}`, { onHand: 3 });
    const actor = actorClient(dapr, StockActor, sku);
    const reserve = (quantity: number) => ({ id: v7(), type: 'reserve' as const, orderId: v7(), quantity });
    const commands = [reserve(2), reserve(2), reserve(1)];
    const first = await actor.decide({ commands });
    expect(first.answers.map(({ ok }) => ok)).to.deep.equal([true, false, true]);
    expect(await actor.decide({ commands: [commands[0] ?? reserve(1)] })).to.deep.equal({ answers: [first.answers[0]] });
    expect((await stock('GET', `/${sku}`)).body).to.include({ onHand: 3, reserved: 3, available: 0 });
  });

  it('promises what is still to come where staff allow it, and sells it', async () => {
    await stock('PUT', `/${sku}`, { onHand: 1 });
    expect((await stock('PATCH', `/${sku}/settings`, { backorder: 2, lowStockBelow: null })).body).to.include({ backorder: 2 });
    const actor = actorClient(dapr, StockActor, sku);
    const orderId = v7();
    const { answers } = await actor.decide({
      commands: [
        { id: 'r1', type: 'reserve', orderId, quantity: 3 },
        { id: 'r2', type: 'reserve', orderId: v7(), quantity: 1 },
        { id: 'c1', type: 'commit', orderId },
      ],
    });
    expect(answers.map(({ ok }) => ok)).to.deep.equal([true, false, true]);
    expect((await stock('GET', `/${sku}`)).body).to.include({ onHand: -2, reserved: 0, available: 0, backordered: 2 });
    expect((await stock('PUT', `/${sku}`, { onHand: 3 })).body).to.include({ code: 'stock_owed' });
  });

  it('cannot change or forget a movement, not even as the user that it is to the database', async () => {
    await stock('PUT', `/${sku}`, { onHand: 1 });
    const database = await openDatabaseAt(stores.postgres.inventory, { name: 'inventory' });
    try {
      expect(await database.sql('select current_user as "user"')).to.deep.equal([{ user: 'inventory' }]);
      for (const statement of ['update stock_movements set on_hand = 9', 'delete from stock_movements', 'truncate stock_movements']) {
        // In a transaction that never commits: the stack is shared.
        const outcome = await database
          .transaction(async ({ em }) => {
            await em.execute(statement, [], 'run');
            throw new Error('it was done');
          })
          .catch(String);
        expect(outcome, statement).to.include('append-only');
      }
    } finally {
      await database.close();
    }
    expect((await stock('GET', `/${sku}`)).body).to.include({ onHand: 1 });
  });
});
