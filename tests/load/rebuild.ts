import { setTimeout as delay } from 'node:timers/promises';
import { categoriesIn } from '@cartwright/catalog/adapters/categories-in-postgres';
import { openDocuments } from '@cartwright/catalog/adapters/documents-in-mongodb';
import { auditIndex } from '@cartwright/catalog/adapters/index-audit';
import type { IndexAudit } from '@cartwright/catalog/adapters/index-audit';
import { indexEntries } from '@cartwright/catalog/adapters/index-entries';
import { searchIn } from '@cartwright/catalog/adapters/index-in-elasticsearch';
import { productsIn } from '@cartwright/catalog/adapters/products-in-postgres';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Stack } from '../stack.ts';
import type { Outcome } from './figures.ts';
import { ServiceClient } from './service-client.ts';
import { serviceUrl, staffTokens } from './staff.ts';
import { madeUp, widen } from './wide-catalogue.ts';
import type { LoopLengths } from './workload.ts';

const fewestProducts = 10_000;
const writesASecond = 50;
/** Begun a little more often than is asked for, since those that are under way at the end do not count. */
const begunASecond = 53;
const quietMs = 120_000;

/** The index is built anew while made-up products are changed, added and removed; then every product is compared with its entry. */
export async function benchRebuild(stack: Stack, { products: wanted = fewestProducts }: LoopLengths): Promise<Outcome> {
  await widen(stack, wanted);
  const database = await openDatabaseAt(stack.stores.postgres['catalog'] ?? '', { name: 'catalog' });
  const client = new ServiceClient(serviceUrl(stack, 'catalog'));
  try {
    const { seconds, written, refused, first } = await rebuildUnderWrites(database, client, staffTokens(stack));
    await quiet(database);
    const { products, findings, tooMany } = await audit(stack, database);
    console.error(`  built in ${seconds.toFixed(1)} s, ${String(written)} writes meanwhile; ${String(products)} products compared`);
    for (const { productId, what } of findings.slice(0, 10)) console.error(`  ${productId}: ${what}`);
    if (first !== undefined) console.error(`  the first write that was refused: ${first}`);
    const name = `rebuild with ${String(products)} products`;
    return {
      measurements: [],
      figures: [
        { what: `writes during the ${name}`, value: written / seconds, unit: 'a second', is: 'at least', bar: writesASecond },
        { what: 'writes that were refused', value: refused, unit: '', is: 'at most', bar: 0 },
        { what: 'products that are missing in the index, or other there', value: findings.length, unit: '', is: 'at most', bar: 0 },
        { what: 'entries of products that are gone', value: Math.abs(tooMany), unit: '', is: 'at most', bar: 0 },
      ],
    };
  } finally {
    await client.close();
    await database.close();
  }
}

interface Written {
  readonly seconds: number;
  readonly written: number;
  readonly refused: number;
  readonly first: string | undefined;
}

async function rebuildUnderWrites(database: Database, client: ServiceClient, token: () => Promise<string>): Promise<Written> {
  const variants = await database.sql<{ id: string; sku: string }>(
    `select p.id, v.sku from products p join variants v on v.product_id = p.id where p.slug like 'wide-%' order by random() limit 5000`,
  );
  const run = `r${Date.now().toString(36)}`;
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  let written = 0;

  const write = async (number: number): Promise<void> => {
    const headers = { authorization: await token() };
    const { id, sku } = variants[number % variants.length] ?? { id: '', sku: '' };
    // Of four writes two change a product; one adds another, and one takes it away again.
    if (number % 4 === 0) {
      const product = { ...madeUp(run, number), slug: `rebuild-${run}-${String(number)}` };
      const { id: added } = await client.ask<{ id: string }>('POST', '/api/catalog/products', product, headers);
      written++;
      await client.ask('DELETE', `/api/catalog/products/${added}`, undefined, headers);
    } else {
      const change = number % 4 === 1 ? { title: `Rebuilt ${run} ${String(number)}` } : { variants: [{ sku, price: 500 + number }] };
      await client.ask('PATCH', `/api/catalog/products/${id}`, change, headers);
    }
    written++;
  };

  const began = performance.now();
  const headers = { authorization: await token() };
  await client.ask('POST', '/api/catalog/search-index/builds', undefined, headers);
  let isBuilding = true;
  let begun = 0;
  for (let turn = 0; isBuilding; turn++) {
    const wait = began + (begun * 1000) / begunASecond - performance.now();
    if (wait > 0) await delay(wait);
    const one = write(turn)
      .catch((error: unknown) => {
        failures.push(String(error));
      })
      .finally(() => underWay.delete(one));
    underWay.add(one);
    begun += turn % 4 === 0 ? 2 : 1;
    if (turn % 10 === 0) {
      const { state } = await client.ask<{ state: string }>('GET', '/api/catalog/search-index', undefined, {
        authorization: await token(),
      });
      isBuilding = state === 'building';
    }
  }
  const [seconds, meanwhile] = [(performance.now() - began) / 1000, written];
  await Promise.all(underWay);
  return { seconds, written: meanwhile, refused: failures.length, first: failures[0] };
}

/** Until nothing waits for the index. */
async function quiet(database: Database): Promise<void> {
  const deadline = Date.now() + quietMs;
  for (;;) {
    const [row] = await database.sql<{ waiting: number }>('select count(*)::int as waiting from index_queue');
    if (row?.waiting === 0) return;
    if (Date.now() > deadline) throw new Error(`${String(row?.waiting)} changes still wait for the index`);
    await delay(200);
  }
}

async function audit(stack: Stack, database: Database): Promise<IndexAudit> {
  const mongo = await openDocuments(stack.stores.mongoUrl);
  try {
    const products = productsIn(database, { changed: () => undefined });
    const index = searchIn(stack.stores.elasticsearchUrl, undefined, 60_000);
    return await auditIndex(products, index, indexEntries({ products, documents: mongo.documents, categories: categoriesIn(database) }));
  } finally {
    await mongo.close();
  }
}
