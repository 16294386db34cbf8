import { appToken } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

describe('What catalog says to notifications about a SKU', () => {
  let catalog: RunningCatalog;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  after(() => catalog.close());

  const ask = (sku: string, caller = 'notifications'): Promise<Response> =>
    fetch(`${catalog.url}/internal/skus/${sku}`, { headers: { 'dapr-api-token': appToken, 'dapr-caller-app-id': caller } });

  it('is its title and where it is shown, while it is for sale', async () => {
    const { body } = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('named') });
    const [{ sku, title } = { sku: '', title: '' }] = body['variants'] as { sku: string; title: string }[];
    const answer = await ask(sku);
    expect([answer.status, await answer.json()]).to.deep.equal([200, { title, slug: body['slug'] }]);
    expect((await ask(sku, 'orders')).status, 'asked by another').to.equal(404);
    await catalog.ask('PATCH', `/products/${String(body['id'])}`, { as: 'staff', body: { status: 'draft' } });
    expect((await ask(sku)).status, 'withdrawn').to.equal(404);
    expect((await ask('NONE-SUCH')).status).to.equal(404);
  });
});
