import { appToken } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
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

  async function ask(body: object): Promise<Page> {
    const headers = { 'content-type': 'application/json', 'dapr-api-token': appToken, 'dapr-caller-app-id': 'orders' };
    const answer = await fetch(`${catalog.url}/internal/products/prices`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).to.equal(200);
    return (await answer.json()) as Page;
  }

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
});
