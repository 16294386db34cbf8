import { every } from '@cartwright/kernel/every';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Products } from '../ports.ts';
import type { SearchIndex } from '../search-ports.ts';
import { startIndexBuilder } from './index-builder.ts';
import type { IndexBuilds } from './index-builds.ts';
import type { EntriesOf } from './index-entries.ts';

export interface Indexer {
  /** Begins to work on the queue, if nobody does. */
  readonly wake: () => void;
  /** Works until the queue is empty. Answers how many entries were written. */
  readonly drain: () => Promise<number>;
  /** Begins to build the index anew beside the one that is asked, unless that goes on already. */
  readonly rebuild: () => Promise<void>;
  stop(): Promise<void>;
}

interface Queued {
  readonly productId: string;
  readonly version: string;
}

const batch = 200;
const sweepEveryMs = 2000;

export interface IndexerParts {
  readonly database: Database;
  readonly products: Products;
  readonly entriesOf: EntriesOf;
  readonly index: SearchIndex;
  readonly builds: IndexBuilds;
  readonly log: Logger;
}

/**
 * Keeps the search index up to date from a queue that is committed together with each change. While Elasticsearch is away the queue grows;
 * entries carry versions, so two workers, or one that was slow, cannot put an old entry over a new one.
 */
export function startIndexer({ database, products, entriesOf, index, builds, log }: IndexerParts): Indexer {
  let running: Promise<number> | undefined;
  let again = false;
  let restsUntil = 0;

  const builder = startIndexBuilder({ builds, index, ids: (after, limit) => products.ids(after, limit), entriesOf, log });

  async function rebuild(): Promise<void> {
    await builds.begin();
    builder.wake();
  }

  async function drainOnce(): Promise<number> {
    let written = 0;
    // Asked each time: a store that lost its data gets an index with all products again.
    const live = await builds.live();
    if (live === undefined || !(await index.isPublished(live))) await rebuild();
    for (;;) {
      const queued = await database.sql<Queued>(
        `update index_queue set leased_until = now() + interval '10 seconds' where product_id in (
           select product_id from index_queue where leased_until is null or leased_until < now() order by version limit ${String(batch)} for update skip locked)
         returning product_id as "productId", version::text as version`,
      );
      if (queued.length === 0) return written;
      await writeBatch(queued);
      written += queued.length;
    }
  }

  async function writeBatch(queued: readonly Queued[]): Promise<void> {
    // After the lease and before the products are read: a build that begins later reads what these changes made.
    const targets = await builds.targets();
    const versions = new Map(queued.map(({ productId, version }) => [productId, Number(version)]));
    const entries = await entriesOf([...versions.keys()]);
    // An index that is missing is not missed: the one that takes its place is built from Postgres.
    await index.write(
      targets,
      entries.map((entry) => ({ ...entry, version: versions.get(entry.id) ?? 0 })),
    );
    // Those that were queued again meanwhile have a later version, and stay.
    const pairs = queued.map(() => '(?::uuid, ?::bigint)').join(', ');
    await database.sql(
      `delete from index_queue where (product_id, version) in (${pairs})`,
      queued.flatMap(({ productId, version }) => [productId, version]),
    );
  }

  function drain(): Promise<number> {
    again = true;
    running ??= (async () => {
      let written = 0;
      try {
        while (again) {
          again = false;
          written += await drainOnce();
        }
        return written;
      } finally {
        running = undefined;
      }
    })();
    return running;
  }

  const sweeping = every(sweepEveryMs, 'search index', log, drain);
  return {
    drain,
    wake: () => {
      // While it is away each change would find that out anew: the sweep does, and catches up.
      if (performance.now() < restsUntil) return;
      drain().catch((error: unknown) => {
        restsUntil = performance.now() + sweepEveryMs;
        log.warn({ error }, 'the search index is behind; its queue waits');
      });
    },
    rebuild,
    async stop() {
      await Promise.all([sweeping.stop(), builder.stop()]);
      await running?.catch(() => undefined);
    },
  };
}
