import { SidecarUnavailable } from '@cartwright/kernel/dapr/errors';
import { kernelForTests } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
import { salesByOrders } from '../../adapters/sales.ts';
import type { Removed } from '../../ports.ts';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

describe('The removal of a product', () => {
  let catalog: RunningCatalog;
  /** What orders was asked, and whether it answers. */
  let asked: Removed[] = [];
  let ordersIsThere = true;

  before(async () => {
    const { log } = kernelForTests();
    const sales = salesByOrders(
      {
        invoke: <T>(_app: string, { body }: { body?: unknown }): Promise<T> => {
          if (!ordersIsThere) return Promise.reject(new SidecarUnavailable('orders is away'));
          asked.push(
            ...(body as { products: { productId: string; skus: string[] }[] }).products.map((one) => ({ ...one, id: one.productId })),
          );
          return Promise.resolve(undefined as T);
        },
      },
      log,
    );
    catalog = await runCatalog({ sales });
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  beforeEach(() => {
    asked = [];
    ordersIsThere = true;
  });
  after(() => catalog.close());

  async function add(name: string): Promise<string> {
    return (await catalog.ask('POST', '/products', { as: 'staff', body: lamp(name) })).body['id'] as string;
  }
  const remove = (id: string) => catalog.ask('DELETE', `/products/${id}`, { as: 'staff' });

  it('is acknowledged once orders sells it no more', async () => {
    const id = await add('gone');
    expect((await remove(id)).status).to.equal(204);
    expect(asked).to.deep.equal([{ id, productId: id, skus: ['GONE-S', 'GONE-L'] }]);
  });

  it('is not acknowledged while that is not sure, and whoever asks again is told no more before it is', async () => {
    const id = await add('unsure');
    ordersIsThere = false;
    for (let tries = 0; tries < 2; tries++) {
      const { status, body, headers } = await remove(id);
      expect({ status, code: body['code'], after: headers.get('retry-after') }).to.deep.equal({
        status: 503,
        code: 'removal_unconfirmed',
        after: '2',
      });
    }
    expect((await catalog.ask('GET', `/products/${id}`)).status).to.equal(404);
    ordersIsThere = true;
    expect((await remove(id)).status).to.equal(404);
    expect(asked.map((one) => one.id)).to.deep.equal([id]);
  });

  it('by an import that names the product no more is acknowledged in the same way', async () => {
    const id = await add('unnamed');
    ordersIsThere = false;
    const file = ndjson(...homeAndLighting);
    const refused = await catalog.ask('POST', '/import?replace=true', { as: 'staff', body: file });
    expect(refused.body).to.include({ status: 503, code: 'removal_unconfirmed' });
    const again = await add('unnamed-too');
    ordersIsThere = true;
    const done = await catalog.ask('POST', '/import?replace=true', { as: 'staff', body: file });
    expect(done.status, done.text).to.equal(200);
    expect(asked.map((one) => one.id)).to.deep.equal([again]);
    expect((await catalog.ask('GET', `/products/${id}`)).status).to.equal(404);
  });
});
