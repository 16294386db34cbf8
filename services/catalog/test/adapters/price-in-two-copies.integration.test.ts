import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { createRegistry } from '@cartwright/kernel/telemetry/metrics';
import { sidecarOf } from '@cartwright/kernel/test/dapr/stack';
import { kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { cacheMetrics } from '../../adapters/cache-metrics.ts';
import { productCache } from '../../adapters/product-cache.ts';
import { productStamps } from '../../adapters/product-stamps.ts';
import { catalogApp } from '../../app.ts';
import type { ProductView } from '../../domain/product-view.ts';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

describe('A price change where catalog has two copies', () => {
  const sidecar = sidecarOf('catalog');
  let catalog: RunningCatalog;
  /** It has a cache of its own, and hears of no change. */
  let second: Listening;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting, lamp('seen')) });
    const store = sidecar.state<ProductView>('cache');
    const [stampOf, metrics] = [productStamps(catalog.database), cacheMetrics(createRegistry('test'))];
    const cache = productCache({ store, stampOf, metrics, log: createLogger('test', 'error') });
    second = await listen(kernelForTests(), catalogApp({ ...catalog.parts, cache }));
  });
  after(async () => {
    await second.close();
    await catalog.close();
    await sidecar.close();
  });

  it('is seen on every path of both within 2 s', async () => {
    const id = String((await catalog.ask('GET', '/products/seen')).body['id']);
    const paths = ['/products/seen', `/products/${id}`, '/products?limit=100', '/products?category=home&limit=100', '/search?q=seen'];
    const asked = [catalog.url, second.url].flatMap((url) => paths.map((path) => `${url}/api/catalog${path}`));
    const shown = async (url: string): Promise<number | undefined> => {
      const body = (await (await fetch(url)).json()) as ProductView & { items?: ProductView[]; degraded?: boolean };
      if (body.degraded === true) return undefined; // Postgres answers in place of an index that is being built
      return (body.items === undefined ? body : body.items.find((item) => item.id === id))?.price.amount;
    };
    const isEverywhere = async (price: number): Promise<void> => {
      await Promise.all(asked.map((url) => until(`${url} shows ${String(price)}`, async () => (await shown(url)) === price)));
    };
    await isEverywhere(4900);
    const body = { variants: [{ sku: 'SEEN-S', price: 4200 }] };
    expect((await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body })).status).to.equal(200);
    const changed = Date.now();
    await isEverywhere(4200);
    expect(Date.now() - changed).to.be.below(2000);
  });
});
