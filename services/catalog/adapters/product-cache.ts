import type { StateStore } from '@cartwright/kernel/dapr/state';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { ProductView } from '../domain/product-view.ts';
import type { CachedView, ProductCache } from '../ports.ts';
import { Away, breaker } from './breaker.ts';
import type { CacheMetrics } from './cache-metrics.ts';

/** After which the database is asked whether the product is still the same: what a change may take until another copy of the service sees it. */
const inProcessMs = 1000;
/** Keys hold the state they stand for, so that a late one harms nobody; this only bounds the memory. */
const inRedisSeconds = 600;
const mostInProcess = 5000;
/** Of the view's shape: raised when it changes, so that new code does not read what old code wrote. */
const shape = 3;

interface Kept {
  readonly until: number;
  readonly found: Promise<CachedView | undefined>;
}

export interface ProductCacheOptions {
  readonly store: Pick<StateStore<ProductView>, 'get' | 'set'>;
  /** The state of a product in the database, as `productStamps` tells it. */
  readonly stampOf: (id: string) => Promise<string | undefined>;
  readonly metrics: CacheMetrics;
  readonly log: Logger;
  readonly now?: () => number;
}

/**
 * Two levels. In the process for a second, then by its stamp: when that is the same, the bytes live on; otherwise Redis is asked for the
 * state with the new stamp, then the databases. Nothing has to be deleted in Redis for a change to be seen, so a process that ends between
 * its commit and the deletion, or a slow one that writes what it read before, cannot bring an old price back. Many who ask for the
 * same product at once make one question of it (single flight). A Redis that is away is passed over.
 */
export function productCache({ store, stampOf, metrics, log, now = Date.now }: ProductCacheOptions): ProductCache {
  const kept = new Map<string, Kept>();
  const guarded = breaker({ isAway: () => true });

  async function throughRedis<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await guarded(work);
    } catch (error) {
      if (!(error instanceof Away)) log.warn({ error }, 'the cache in Redis is passed over');
      return undefined;
    }
  }

  async function read(
    id: string,
    before: CachedView | undefined,
    load: () => Promise<ProductView | undefined>,
  ): Promise<CachedView | undefined> {
    const stamp = await stampOf(id);
    if (stamp === undefined) return undefined;
    if (before?.stamp === stamp) {
      metrics.count('unchanged');
      return before;
    }
    const key = `product:${String(shape)}:${id}:${stamp}`;
    const cached = await throughRedis(() => store.get(key));
    if (cached !== undefined) {
      metrics.count('redis');
      return { stamp, bytes: Buffer.from(JSON.stringify(cached)) };
    }
    metrics.count('database');
    const view = await load();
    if (view === undefined) return undefined;
    // Changed while it was read: what was read is right for now, but it is not the state that the key names.
    if ((await stampOf(id)) === stamp) void throughRedis(() => store.set(key, view, { ttlSeconds: inRedisSeconds }));
    return { stamp, bytes: Buffer.from(JSON.stringify(view)) };
  }

  async function follow(id: string, last: Kept | undefined, load: () => Promise<ProductView | undefined>): Promise<CachedView | undefined> {
    const before = await last?.found.catch(() => undefined);
    return read(id, before, load);
  }

  return {
    async get(id, load) {
      const last = kept.get(id);
      if (last !== undefined && last.until > now()) {
        metrics.count('memory');
        return await last.found;
      }
      const entry: Kept = { until: now() + inProcessMs, found: follow(id, last, load) };
      kept.delete(id); // the oldest are first in the map
      kept.set(id, entry);
      for (const oldest of kept.keys()) {
        if (kept.size <= mostInProcess) break;
        kept.delete(oldest);
      }
      let found: CachedView | undefined;
      try {
        found = await entry.found;
      } finally {
        if (found === undefined && kept.get(id) === entry) kept.delete(id);
      }
      return found;
    },
    forget(ids) {
      for (const id of ids) kept.delete(id);
    },
  };
}
