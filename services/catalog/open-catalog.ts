import type { Kernel } from '@cartwright/kernel/kernel';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { CatalogParts } from './app.ts';
import { attributeRules } from './adapters/attribute-rules.ts';
import { cacheMetrics } from './adapters/cache-metrics.ts';
import { categoriesIn } from './adapters/categories-in-postgres.ts';
import { openDocuments } from './adapters/documents-in-mongodb.ts';
import { importsIn } from './adapters/imports-in-postgres.ts';
import { startIndexer } from './adapters/indexer.ts';
import { indexBuilds } from './adapters/index-builds.ts';
import { indexEntries } from './adapters/index-entries.ts';
import { mediaStore } from './adapters/media-store.ts';
import { startPriceChanger } from './adapters/price-changer.ts';
import { priceChangesIn } from './adapters/price-changes-in-postgres.ts';
import { priceListsIn } from './adapters/price-lists.ts';
import { productCache } from './adapters/product-cache.ts';
import { productStamps } from './adapters/product-stamps.ts';
import { productsIn } from './adapters/products-in-postgres.ts';
import { purchasesIn, sweepPurchases } from './adapters/purchases-in-postgres.ts';
import { ratingsOf } from './adapters/ratings.ts';
import { recommenderIn, sweepVisits } from './adapters/recommender.ts';
import { viewJournal } from './adapters/view-journal.ts';
import { searchJournal } from './adapters/search-journal.ts';
import { salesByOrders } from './adapters/sales.ts';
import { searchIn } from './adapters/index-in-elasticsearch.ts';
import { searchInPostgres } from './adapters/search-in-postgres.ts';

/** Connects catalog's stores and what follows from a change: the caches forget, the search index is told. */
export async function openCatalog(kernel: Kernel, database: Database, indexName = 'products'): Promise<CatalogParts> {
  const [mongoUrl, searchUrl] = await Promise.all([
    kernel.dapr.secrets.get('catalog-mongodb-url'),
    kernel.dapr.secrets.get('catalog-elasticsearch-url'),
  ]);
  const mongo = await openDocuments(mongoUrl);
  const { documents, reviews, schemas } = mongo;
  kernel.onReady('mongodb', () => mongo.ping());
  kernel.onClose('mongodb', () => mongo.close());
  const cache = productCache({
    store: kernel.dapr.state('cache'),
    stampOf: productStamps(database),
    metrics: cacheMetrics(kernel.metrics),
    log: kernel.log,
  });
  const index = searchIn(searchUrl, indexName);
  const after = { wake: (): void => undefined };
  const categories = categoriesIn(database, () => {
    after.wake();
  });
  const changed = (ids: readonly string[]): void => {
    cache.forget(ids);
    after.wake();
  };
  const rules = attributeRules({ categories, schemas });
  const products = productsIn(database, { changed });
  const priceChanges = priceChangesIn(database);
  const priceChanger = startPriceChanger({ changes: priceChanges, products, documents, log: kernel.log });
  kernel.onClose('price changes', () => priceChanger.stop());
  const entriesOf = indexEntries({ products, documents, categories });
  const builds = indexBuilds(database, index.alias);
  const indexer = startIndexer({ database, products, entriesOf, index, builds, log: kernel.log });
  after.wake = indexer.wake;
  kernel.onClose('indexer', () => indexer.stop());
  // Search may be away: the shop still lists and sells. So the indexer makes the index when it answers, and readiness does not ask it.
  indexer.wake();
  const ratings = ratingsOf({ database, products, reviews, log: kernel.log });
  kernel.onClose('ratings', () => ratings.stop());
  const purchases = purchasesIn(database);
  const sweeping = sweepPurchases(purchases, kernel.log);
  kernel.onClose('old orders', () => sweeping.stop());
  const journal = searchJournal(database, kernel.log);
  kernel.onClose('journal of searches', () => journal.stop());
  const views = viewJournal(database, kernel.log);
  kernel.onClose('journal of views', () => views.stop());
  const recommender = recommenderIn(database);
  const visits = sweepVisits(recommender, kernel.log);
  kernel.onClose('old visits', () => visits.stop());
  const rebuilds = { start: indexer.rebuild, progress: () => builds.progress() };
  return {
    database,
    products,
    documents,
    reviews,
    ratings,
    purchases,
    priceLists: priceListsIn(database),
    categories,
    schemas,
    imports: importsIn(database),
    media: mediaStore(database, kernel.dapr.files('media')),
    rules,
    priceChanges,
    priceChanger,
    cache,
    sales: salesByOrders(kernel.dapr, kernel.log),
    index,
    fallback: searchInPostgres(database, categories),
    rebuilds,
    journal,
    views,
    recommender,
    changed,
    stockChanged: { forget: (ids) => cache.forget(ids), wake: indexer.wake },
  };
}
