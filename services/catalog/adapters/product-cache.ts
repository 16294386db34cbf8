import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { ProductView } from '../domain/product-view.ts';
import type { ProductCache } from '../ports.ts';

/** What a change may take until it is seen by another copy of the service. */
const inProcessMs = 1000;
const inRedisSeconds = 30;
const mostInProcess = 5000;

interface Kept {
  readonly until: number;
  readonly bytes: Promise<Buffer | undefined>;
}

/** Two levels. Many who ask for the same product at once make one question of it (single flight). A cache that is away is passed over. */
export function productCache(dapr: Pick<Sidecar, 'state'>, log: Logger, now: () => number = Date.now): ProductCache {
  const store = dapr.state<ProductView>('cache');
  const kept = new Map<string, Kept>();
  const keyOf = (id: string): string => `product:${id}`;
  /** Counts changes, so that what was read before one is not kept after it. */
  let changes = 0;

  async function fromRedis(id: string): Promise<ProductView | undefined> {
    try {
      return await store.get(keyOf(id));
    } catch (error) {
      log.debug({ error }, 'the cache was passed over');
      return undefined;
    }
  }

  async function read(id: string, load: () => Promise<ProductView | undefined>): Promise<Buffer | undefined> {
    const cached = await fromRedis(id);
    if (cached !== undefined) return Buffer.from(JSON.stringify(cached));
    const before = changes;
    const view = await load();
    if (view === undefined) return undefined;
    if (changes === before) {
      store.set(keyOf(id), view, { ttlSeconds: inRedisSeconds }).catch((error: unknown) => {
        log.debug({ error }, 'the cache was not filled');
      });
    }
    return Buffer.from(JSON.stringify(view));
  }

  return {
    get(id, load) {
      const known = kept.get(id);
      if (known !== undefined && known.until > now()) return known.bytes;
      if (kept.size >= mostInProcess) kept.clear();
      const bytes = read(id, load);
      kept.set(id, { until: now() + inProcessMs, bytes });
      const dropMissing = (found: Buffer | undefined): void => {
        if (found === undefined && kept.get(id)?.bytes === bytes) kept.delete(id);
      };
      bytes.then(dropMissing, () => {
        dropMissing(undefined);
      });
      return bytes;
    },
    async forget(ids) {
      changes++;
      for (const id of ids) kept.delete(id);
      await Promise.all(ids.map((id) => store.delete(keyOf(id)))).catch((error: unknown) => {
        log.warn({ error }, 'the cache could not be told of a change; it ends by its time to live');
      });
      for (const id of ids) kept.delete(id); // read from Redis meanwhile
    },
  };
}
