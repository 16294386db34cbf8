import { appToken } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
import type { PriceListChanges } from '../../price-ports.ts';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

interface Page {
  readonly items: readonly { readonly productId: string; readonly version: number; readonly variants: readonly object[] }[];
  readonly total: number;
}

describe('What catalog says to orders about prices', () => {
  let catalog: RunningCatalog;
  const ids: string[] = [];
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
    for (const name of ['one', 'two', 'three'])
      ids.push((await catalog.ask('POST', '/products', { as: 'staff', body: lamp(name) })).body['id'] as string);
    await catalog.ask('PATCH', `/products/${ids[1] ?? ''}`, { as: 'staff', body: { title: 'Another' } });
    await catalog.ask('DELETE', `/products/${ids[2] ?? ''}`, { as: 'staff' });
  });
  after(() => catalog.close());

  async function asked<Answer>(path: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'dapr-api-token': appToken, 'dapr-caller-app-id': 'orders' };
    const answer = await fetch(`${catalog.url}/internal/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).to.equal(200);
    return (await answer.json()) as Answer;
  }
  const ask = (body: object) => asked<Page>('products/prices', body);

  it('is all products in the order of ids, at the version of their last event', async () => {
    const { items, total } = await ask({});
    expect(total).to.equal(2);
    expect(items.map(({ productId, version }) => [productId, version])).to.deep.equal([
      [ids[0], 1],
      [ids[1], 2],
    ]);
    expect(items[0]?.variants[0]).to.have.all.keys('sku', 'title', 'price');
    expect((await ask({ after: ids[0] })).items.map(({ productId }) => productId)).to.deep.equal([ids[1]]);
    expect((await ask({ after: ids[1] })).items).to.deep.equal([]);
  });

  it('is these products, without those that are gone', async () => {
    expect((await ask({ productIds: [ids[1], ids[2]] })).items.map(({ productId }) => productId)).to.deep.equal([ids[1]]);
  });

  describe('as changes of a seller’s price list', () => {
    const sellerId = 'seller-of-lists';
    const changes = (after: number) => asked<PriceListChanges>('price-lists/changes', { sellerId, after });
    const told = ({ items }: PriceListChanges) =>
      items.map(({ productId, listVersion, variants }) => [productId, listVersion, variants[0]?.price]);
    const change = (id: string, body: object) => catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body });
    let [first, second, third] = ['', '', ''];

    before(async () => {
      const made: string[] = [];
      for (const name of ['list-one', 'list-two', 'list-three'])
        made.push((await catalog.ask('POST', '/products', { as: 'staff', body: { ...lamp(name), sellerId } })).body['id'] as string);
      [first = '', second = '', third = ''] = made;
    });

    it('is each change of any of the products, in their order, at the prices of now', async () => {
      const price = 4900;
      expect(told(await changes(0))).to.deep.equal([
        [first, 1, price],
        [second, 2, price],
        [third, 3, price],
      ]);
      const { body } = await catalog.ask('GET', `/products/${first}`);
      const [{ sku }] = body['variants'] as [{ sku: string }];
      await change(first, { variants: [{ sku, price: 777 }] });
      const { version, complete } = await changes(2);
      expect([version, complete]).to.deep.equal([4, true]);
      expect(told(await changes(2))).to.deep.equal([
        [third, 3, price],
        [first, 4, 777],
      ]);
    });

    it('has products that are not for sale any more, and counts those that are gone', async () => {
      await change(second, { status: 'draft' });
      await catalog.ask('DELETE', `/products/${third}`, { as: 'staff' });
      const later = await changes(4);
      expect(told(later)).to.deep.equal([[second, 5, undefined]]);
      expect([later.version, later.complete]).to.deep.equal([6, true]);
    });

    it('is what the events say', async () => {
      const rows = await catalog.database.sql<{ type: string; data: { listVersion: number } }>(
        `select type, data from outbox where topic = 'products' and data->>'sellerId' = ? order by position`,
        [sellerId],
      );
      expect(rows.map(({ type, data }) => [type, data.listVersion])).to.deep.equal([
        ...[1, 2, 3].map((version) => ['ProductCreated', version]),
        ['ProductUpdated', 4],
        ...[5, 6].map((version) => ['ProductDeleted', version]),
      ]);
    });

    it('has every version once, whoever changes products side by side', async () => {
      const changed = await Promise.all(
        Array.from({ length: 12 }, (_, n) => change(n % 2 === 0 ? first : second, { title: `Changed ${String(n)}` })),
      );
      const told = changed.filter(({ status }) => status === 200).length;
      expect(told).to.be.greaterThan(1);
      const rows = await catalog.database.sql<{ version: string }>(
        `select data->>'listVersion' as version from outbox where data->>'sellerId' = ? order by position`,
        [sellerId],
      );
      expect(rows.map(({ version }) => Number(version))).to.deep.equal(rows.map((_, at) => at + 1));
    });

    it('comes in pieces where there is much of it', async () => {
      const piece = await catalog.parts.priceLists.changes(sellerId, 0, 1);
      expect([piece.items.length, piece.complete]).to.deep.equal([1, false]);
      expect(piece.version).to.equal(piece.items[0]?.listVersion);
    });
  });
});
