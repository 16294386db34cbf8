import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { createRegistry } from '@cartwright/kernel/telemetry/metrics';
import { sidecarOf } from '@cartwright/kernel/test/dapr/stack';
import { StockUpdated } from '@cartwright/kernel/events/stock-updated';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { cacheMetrics } from '../../adapters/cache-metrics.ts';
import { productCache } from '../../adapters/product-cache.ts';
import { productStamps } from '../../adapters/product-stamps.ts';
import { viewOf } from '../../domain/product-view.ts';
import type { ProductView } from '../../domain/product-view.ts';
import type { CachedView, ProductCache } from '../../ports.ts';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

describe('The cache of products', () => {
  let catalog: RunningCatalog;
  let sidecar: Sidecar;
  before(async () => {
    sidecar = sidecarOf('catalog');
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  after(async () => {
    await catalog.close();
    await sidecar.close();
  });

  /** The cache of another copy of the service: it hears of no change. */
  function another({ store = sidecar.state<ProductView>('cache'), now = Date.now } = {}): {
    cache: ProductCache;
    metrics: () => Promise<string>;
  } {
    const registry = createRegistry('test');
    const stampOf = productStamps(catalog.database);
    const cache = productCache({ store, stampOf, metrics: cacheMetrics(registry), log: createLogger('test', 'error'), now });
    return { cache, metrics: () => registry.metrics() };
  }
  async function add(name: string): Promise<string> {
    const { status, body, text } = await catalog.ask('POST', '/products', { as: 'staff', body: lamp(name) });
    expect(status, text).to.equal(201);
    return body['id'] as string;
  }
  const reprice = async (id: string, name: string, price: number): Promise<void> => {
    const variants = [{ sku: `${name}-s`.toUpperCase(), price }];
    expect((await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { variants } })).status).to.equal(200);
  };
  async function load(id: string): Promise<ProductView | undefined> {
    const product = await catalog.parts.products.byId(id);
    return product === undefined ? undefined : viewOf(product, {});
  }
  const priceOf = (view: CachedView | undefined): number => (JSON.parse(String(view?.bytes)) as ProductView).price.amount;

  it('makes one question to the databases of many that come at once', async () => {
    const id = await add('at-once');
    const { cache, metrics } = another();
    let loads = 0;
    const found = await Promise.all(
      Array.from({ length: 50 }, () =>
        cache.get(id, () => {
          loads++;
          return load(id);
        }),
      ),
    );
    expect(found.map(priceOf)).to.deep.equal(found.map(() => 4900));
    expect(loads).to.equal(1);
    expect(await metrics()).to.match(/catalog_cache_hit_ratio\{[^}]*\} 0\.98/);
  });

  it('is filled by one copy of the service for all, and lives on while the product is the same', async () => {
    const id = await add('shared');
    const clock = { now: 0 };
    await another().cache.get(id, () => load(id));
    const { cache, metrics } = another({ now: () => clock.now });
    const never = (): Promise<ProductView | undefined> => Promise.reject(new Error('The databases were asked'));
    // The first copy fills Redis after it has answered.
    await until('Redis is filled', async () => (await cache.get(id, never).catch(() => undefined)) !== undefined);
    clock.now += 60_000;
    expect(priceOf(await cache.get(id, never))).to.equal(4900);
    expect(await metrics()).to.match(/answer="unchanged"[^}]*\} 1\n/);
  });

  it('does not bring back an old price that a slow copy writes after the change', async () => {
    const id = await add('slow');
    const slow = await another().cache.get(id, async () => {
      const old = await load(id);
      await reprice(id, 'slow', 100);
      return old;
    });
    expect(priceOf(slow), 'as it was when it was read').to.equal(4900);
    const { cache } = another();
    expect(priceOf(await cache.get(id, () => load(id)))).to.equal(100);
  });

  it('is passed over when Redis is away, asked for a while no more, and forgets nothing that it must know', async () => {
    const id = await add('no-redis');
    let asked = 0;
    const away = (): Promise<never> => {
      asked++;
      return Promise.reject(new Error('away'));
    };
    const clock = { now: 0 };
    const { cache } = another({ store: { ...sidecar.state<ProductView>('cache'), get: away, set: away }, now: () => clock.now });
    expect(priceOf(await cache.get(id, () => load(id)))).to.equal(4900);
    await reprice(id, 'no-redis', 200);
    clock.now += 1001;
    expect(priceOf(await cache.get(id, () => load(id)))).to.equal(200);
    expect(asked).to.equal(1);
    expect((await catalog.ask('DELETE', `/products/${id}`, { as: 'staff' })).status).to.equal(204);
    clock.now += 1001;
    expect(await cache.get(id, () => load(id))).to.equal(undefined);
  });

  it('is told by the events of inventory: what it remembers of a product’s stock is forgotten at once', async () => {
    const id = await add('told');
    const available = async (): Promise<unknown> =>
      ((await catalog.ask('GET', `/products/${id}`)).body['variants'] as { available: number | null }[])[0]?.available;
    for (const [version, units] of [3, 2, 0].entries()) {
      await available(); // so that there is something to forget
      const data = { sku: 'TOLD-S', onHand: units, reserved: 0, available: units, reason: 'adjusted' };
      await catalog.deliver(StockUpdated.create({ aggregateId: 'TOLD-S', aggregateVersion: version + 1, data }));
      expect(await available()).to.equal(units);
    }
  });

  it('keeps nothing of another shape or state: its keys in Redis name both', async () => {
    const id = await add('keys');
    const keys: string[] = [];
    const store = sidecar.state<ProductView>('cache');
    const { cache } = another({
      store: {
        ...store,
        get: (key) => {
          keys.push(key);
          return store.get(key);
        },
        set: (...parts) => store.set(...parts),
      },
    });
    const before = await catalog.parts.products.byId(id);
    await cache.get(id, () => load(id));
    await reprice(id, 'keys', 100);
    cache.forget([id]);
    await cache.get(id, () => load(id));
    expect(keys).to.have.length(2);
    for (const [at, key] of keys.entries())
      expect(key).to.match(new RegExp(`^product:\\d+:${id}:${String((before?.version ?? 0) + at)}\\.`));
  });
});
