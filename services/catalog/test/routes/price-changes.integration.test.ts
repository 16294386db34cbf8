import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { expect } from 'chai';
import { startPriceChanger } from '../../adapters/price-changer.ts';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { Answer, RunningCatalog } from '../running-catalog.ts';

interface View {
  readonly id: string;
  readonly state: string;
  readonly counts: Record<string, number>;
}
interface Item {
  readonly sku: string;
  readonly before: { readonly amount: number };
  readonly after: { readonly amount: number } | null;
  readonly state: string;
}

describe('A change of many prices', () => {
  let catalog: RunningCatalog;
  beforeEach(async () => {
    catalog = await runCatalog();
    const lamps = ['a', 'b', 'c'].map((name) => lamp(name, name === 'c' ? { status: 'draft', brand: 'Other' } : {}));
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting, ...lamps) });
  });
  afterEach(() => catalog.close());

  const somebody = { userId: '0190a0a0-0000-7000-8000-000000000009', role: 'staff' } as const;
  const create = (change: Record<string, unknown>, headers = {}): Promise<Answer> =>
    catalog.ask('POST', '/price-changes', { as: somebody, body: { reason: 'Sale', change: { percent: -10 }, ...change }, headers });
  const post = (id: string, what: 'apply' | 'cancel'): Promise<Answer> =>
    catalog.ask('POST', `/price-changes/${id}/${what}`, { as: 'staff' });
  const read = async (id: string): Promise<View> =>
    (await catalog.ask('GET', `/price-changes/${id}`, { as: 'support' })).body as unknown as View;
  async function items(id: string): Promise<Item[]> {
    const { body } = await catalog.ask('GET', `/price-changes/${id}/items?limit=100`, { as: 'support' });
    return body['items'] as Item[];
  }
  async function applied(id: string): Promise<View> {
    await post(id, 'apply');
    await catalog.parts.priceChanger.drain();
    return read(id);
  }
  const prices = async (slug: string): Promise<unknown[]> =>
    (
      (await catalog.ask('GET', `/products/${slug}`, { as: 'staff' })).body['variants'] as {
        price: { amount: number };
        compareAt: { amount: number } | null;
      }[]
    ).map(({ price, compareAt }) => [price.amount, compareAt?.amount ?? null]);

  it('shows every price before anything changes, and is applied as it was shown', async () => {
    const rounding = { multiple: 100, minus: 1, direction: 'nearest' };
    const { status, body, headers } = await create({ selection: { category: 'home' }, rounding, compareAt: 'set' });
    const { id, counts } = body as unknown as View;
    expect([status, headers.get('location')]).to.deep.equal([201, `/api/catalog/price-changes/${id}`]);
    expect(counts).to.deep.include({ total: 6, lower: 6, pending: 6, applied: 0 });
    expect(
      (await items(id)).filter(({ sku }) => sku.startsWith('A')).map(({ before, after }) => [before.amount, after?.amount]),
    ).to.have.deep.members([
      [4900, 4399],
      [8900, 7999],
    ]);
    expect(await prices('a')).to.deep.equal([
      [4900, null],
      [8900, null],
    ]);
    expect((await applied(id)).counts).to.deep.include({ pending: 0, applied: 6, skipped: 0 });
    for (const slug of ['a', 'b', 'c'])
      expect(await prices(slug)).to.deep.equal([
        [4399, 4900],
        [7999, 8900],
      ]);
    const events = await catalog.database.sql(
      'select type, aggregate_version as version from outbox where data::text like ? order by aggregate_version',
      ['%"A-S"%'],
    );
    expect(events.length, 'one event a product').to.equal(2);
  });

  it('leaves alone a price that was changed after it was shown, and a product that is gone', async () => {
    const { id } = (await create({ selection: { skus: ['A-S', 'A-L', 'B-S'] } })).body as unknown as View;
    const [a, b] = await Promise.all(['a', 'b'].map(async (slug) => (await catalog.ask('GET', `/products/${slug}`)).body['id'] as string));
    const variants = [
      { sku: 'A-S', price: 777 },
      { sku: 'A-L', price: 8900 },
    ];
    await catalog.ask('PATCH', `/products/${String(a)}`, { as: 'staff', body: { variants } });
    await catalog.ask('DELETE', `/products/${String(b)}`, { as: 'staff' });
    expect(await applied(id)).to.deep.include({ state: 'applied' });
    expect((await items(id)).map(({ sku, state }) => [sku, state])).to.have.deep.members([
      ['A-L', 'applied'],
      ['A-S', 'skipped'],
      ['B-S', 'skipped'],
    ]);
    expect(await prices('a')).to.deep.equal([
      [777, null],
      [8010, null],
    ]);
  });

  it('goes on where somebody else has stopped, and changes no price twice', async () => {
    const { id } = (await create({ selection: { category: 'lighting' } })).body as unknown as View;
    const { priceChanges, products, documents } = catalog.parts;
    await priceChanges.move(id, ['preview'], 'applying');
    // One that dies after its first product: it has the lease, and the rest is pending.
    const dies = {
      ...products,
      save: (...[product, attributes, saving]: Parameters<typeof products.save>) =>
        product.slug === 'a' ? products.save(product, attributes, saving) : Promise.reject(new Error('killed')),
    };
    const first = startPriceChanger({ changes: priceChanges, products: dies, documents, log: createLogger('test', 'silent') });
    await first.drain().catch(() => undefined);
    await first.stop();
    await catalog.database.sql('update price_changes set leased_until = now()');
    await catalog.parts.priceChanger.drain();
    expect(await read(id)).to.nested.include({ state: 'applied', 'counts.applied': 6 });
    for (const slug of ['a', 'b', 'c'])
      expect(await prices(slug)).to.deep.equal([
        [4410, null],
        [8010, null],
      ]);
  });

  it('can be given up before it is applied, and not applied after that', async () => {
    const { id } = (await create({ selection: { brand: 'Lumen' } })).body as unknown as View;
    expect((await post(id, 'cancel')).body).to.deep.include({ state: 'cancelled' });
    expect((await post(id, 'apply')).status).to.equal(409);
    expect(await prices('a')).to.deep.equal([
      [4900, null],
      [8900, null],
    ]);
  });

  it('is made once for a key, and names the SKU that is none', async () => {
    const key = { 'idempotency-key': 'k1' };
    const [one, two] = [await create({ selection: { brand: 'Lumen' } }, key), await create({ selection: { brand: 'Lumen' } }, key)];
    expect(two.body['id']).to.equal(one.body['id']);
    const unknown = await create({ selection: { skus: ['A-S', 'NONE'] } });
    expect([unknown.status, (unknown.body['errors'] as { field: string }[])[0]?.field]).to.deep.equal([422, '/selection/skus/1']);
    expect((await create({ selection: {} })).status).to.equal(400);
    expect((await catalog.ask('GET', '/price-changes', { as: 'support' })).body['items']).to.have.length(1);
    const tooLow = (await create({ selection: { skus: ['A-S'] }, change: { amount: -5000 } })).body as unknown as View;
    expect(tooLow.counts).to.deep.include({ total: 1, impossible: 1, pending: 0 });
  });
});
