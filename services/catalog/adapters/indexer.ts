import { every } from '@cartwright/kernel/every';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { Database } from '@cartwright/kernel/postgres/database';
import { documentOf } from '../domain/search/search-document.ts';
import type { Categories, Category, Documents, Products, SearchIndex } from '../ports.ts';

export interface Indexer {
  /** Begins to work on the queue, if nobody does. */
  readonly wake: () => void;
  /** Works until the queue is empty. Answers how many entries were written. */
  readonly drain: () => Promise<number>;
  /** Puts every product into the queue. */
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
  readonly documents: Documents;
  readonly categories: Categories;
  readonly index: SearchIndex;
  readonly log: Logger;
}

/**
 * Keeps the search index up to date from a queue that is committed together with each change. While Elasticsearch is away the queue grows;
 * entries carry versions, so two workers, or one that was slow, cannot put an old entry over a new one.
 */
export function startIndexer({ database, products, documents, categories, index, log }: IndexerParts): Indexer {
  let running: Promise<number> | undefined;
  let again = false;

  async function rebuild(): Promise<void> {
    await database.sql(`insert into index_queue (product_id) select id from products
      on conflict (product_id) do update set version = nextval('index_versions'), leased_until = null`);
  }

  async function drainOnce(): Promise<number> {
    let written = 0;
    // Asked each time: a store that lost its data gets a right index, and all products, again.
    if (await index.prepare()) await rebuild();
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
    const ids = queued.map(({ productId }) => productId);
    const [found, attributes, tree] = await Promise.all([products.byIds(ids), documents.attributesOf(ids), categories.list()]);
    const byId = new Map(found.map((product) => [product.id, product]));
    await index.write(
      queued.map(({ productId, version }) => {
        const product = byId.get(productId);
        return {
          id: productId,
          version: Number(version),
          document: product && documentOf(product, attributes.get(productId) ?? {}, pathOf(product.category, tree)),
        };
      }),
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
      drain().catch((error: unknown) => {
        log.warn({ error }, 'the search index is behind; its queue waits');
      });
    },
    rebuild,
    async stop() {
      await sweeping.stop();
      await running?.catch(() => undefined);
    },
  };
}

/** A category and those above it. */
export function pathOf(slug: string, tree: readonly Category[]): Category[] {
  const bySlug = new Map(tree.map((category) => [category.slug, category]));
  const path: Category[] = [];
  for (let category = bySlug.get(slug); category !== undefined && !path.includes(category); category = bySlug.get(category.parent ?? ''))
    path.push(category);
  return path;
}
