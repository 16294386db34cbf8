import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { PriceSource, ProductPrices } from '../ports.ts';
import { stopSales } from './prices.ts';
import type { RebuildProgress } from './projection.ts';

/** A SKU whose row is not what catalog says. */
export interface PriceDifference {
  readonly sku: string;
  /** Names of the columns; `missing`: there was no row; `not for sale`: catalog has no such SKU. */
  readonly columns: readonly string[];
}

export interface PriceRebuild {
  readonly products: number;
  readonly skus: number;
  readonly differences: readonly PriceDifference[];
  /** Products of which an event is still on its way: they may differ. */
  readonly underway: number;
}

export interface PriceRebuildOptions {
  /** Puts the rebuilt rows in place; else they are only compared. */
  readonly replace: boolean;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** For tests: runs when all rows are read, before sales are stopped. */
  readonly beforeSwap?: () => Promise<void>;
}

const atOnce = 500;
const mostRounds = 20;

/** How far each seller's price list has come in what was read, by seller. */
type Lists = Map<string, number>;

/**
 * Makes the projection `prices` again from what catalog says, beside the one that is there, while events go on being applied. Then sales are
 * stopped for a moment. Products change while they are read one after the other, so what changed since the reading began is read at the end for each
 * seller together. A product of which an event was applied that is later than what was read is read again first; what is later than the
 * events that were applied stays, and they change nothing when they come.
 */
export async function rebuildPrices(database: Database, catalog: PriceSource, options: PriceRebuildOptions): Promise<PriceRebuild> {
  const { replace, onProgress, beforeSwap } = options;
  await database.sql('drop table if exists prices_rebuilt, prices_read');
  await database.sql('create table prices_rebuilt (like prices including constraints including indexes)');
  await database.sql('create table prices_read (product_id uuid primary key, version integer not null, gone boolean not null)');
  const lists = await database.transaction(readLists);
  let done = 0;
  for (let after: string | undefined; ;) {
    const { items, total } = await catalog.read(after === undefined ? {} : { after });
    const last = items.at(-1);
    if (last === undefined) break;
    await put(database, items);
    for (const { sellerId } of items) if (!lists.has(sellerId)) lists.set(sellerId, 0);
    after = last.productId;
    done += items.length;
    onProgress?.({ done, total });
  }
  await beforeSwap?.();
  for (let round = 1; round <= mostRounds; round++) {
    for (const [seller, version] of lists) {
      const changes = await catalog.changes(seller, version);
      await put(database, changes.items);
      lists.set(seller, changes.version);
    }
    const result = await database.transaction(async (unit) => {
      await unit.em.execute('set local statement_timeout = 0');
      await stopSales(unit);
      await unit.em.execute(`lock table prices in ${replace ? 'access exclusive' : 'share'} mode`);
      const outdated = await outdatedProducts(unit);
      if (outdated.length > 0 || (await furtherOn(unit, lists))) return outdated;
      return finish(unit, replace, lists);
    });
    if (!(result instanceof Array)) return result;
    if (result.length === 0) continue;
    const { items } = await catalog.read({ productIds: result.map(({ id }) => id) });
    await put(database, items, result);
  }
  throw new Error(`Products change faster than they can be read, ${String(mostRounds)} times in a row; nothing was changed`);
}

/** A product, and the last of its events that was applied here. */
interface Applied {
  readonly id: string;
  readonly version: number;
}

/** Takes over what was read; of `asked`, what is not among it is gone, or not for sale: until a later event says something else. */
async function put(database: Database, items: readonly ProductPrices[], asked: readonly Applied[] = []): Promise<void> {
  const read = new Map<string, Applied & { readonly gone: boolean }>();
  for (const { id, version } of asked) read.set(id, { id, version, gone: true });
  for (const { productId: id, version } of items) read.set(id, { id, version, gone: false });
  const rows = items.flatMap(({ productId: product_id, version, currency, variants }) =>
    variants.map(({ sku, title, price }) => ({ sku, product_id, title, price, currency, version })),
  );
  await database.transaction(async ({ em }) => {
    await em.execute(
      `with read as (
         insert into prices_read (product_id, version, gone)
         select r.id, r.version, r.gone from jsonb_to_recordset(?::jsonb) as r(id uuid, version int, gone boolean)
         on conflict (product_id) do update set version = excluded.version, gone = excluded.gone returning product_id)
       delete from prices_rebuilt where product_id in (select product_id from read)`,
      [JSON.stringify([...read.values()])],
      'run',
    );
    await em.execute(
      `insert into prices_rebuilt select (jsonb_populate_record(null::prices, row)).* from jsonb_array_elements(?::jsonb) as row
       on conflict (sku) do update set product_id = excluded.product_id, title = excluded.title, price = excluded.price,
         currency = excluded.currency, version = excluded.version`,
      [JSON.stringify(rows)],
      'run',
    );
  });
}

/** Products of which events were applied here that are later than what was read, or that were never read. */
async function outdatedProducts({ em }: UnitOfWork): Promise<Applied[]> {
  return em.execute<Applied[]>(
    `select i.aggregate_id as id, i.version from inbox i left join prices_read r on r.product_id = i.aggregate_id::uuid
     where i.aggregate_type = 'product' and i.version > coalesce(r.version, 0) limit ${String(atOnce)}`,
  );
}

async function readLists({ em }: UnitOfWork): Promise<Lists> {
  const rows = await em.execute<{ seller: string; version: number }[]>(
    'select seller_id as seller, version::float8 as version from price_lists',
  );
  return new Map(rows.map(({ seller, version }) => [seller, version]));
}

/** Whether a seller's price list has come further by events than what was read. */
async function furtherOn(unit: UnitOfWork, lists: Lists): Promise<boolean> {
  const applied = await readLists(unit);
  for (const seller of applied.keys()) if (!lists.has(seller)) lists.set(seller, 0);
  return [...applied].some(([seller, version]) => version > (lists.get(seller) ?? 0));
}

async function finish({ em }: UnitOfWork, replace: boolean, lists: Lists): Promise<PriceRebuild> {
  await em.execute('delete from prices_rebuilt where product_id in (select product_id from withdrawn_products)');
  // What catalog says of them is newer than what was applied here: that they differ is as it should be.
  const underway = `select r.product_id from prices_read r left join inbox i on i.aggregate_type = 'product' and i.aggregate_id = r.product_id::text
    where not r.gone and r.version > coalesce(i.version, 0)`;
  const rows = await em.execute<{ sku: string; kept: Record<string, unknown> | null; made: Record<string, unknown> | null }[]>(
    `select sku, to_jsonb(p) as kept, to_jsonb(r) as made from prices p full join prices_rebuilt r using (sku)
     where to_jsonb(p) is distinct from to_jsonb(r)
       and coalesce(p.product_id not in (${underway}), true) and coalesce(r.product_id not in (${underway}), true) limit 1000`,
  );
  const [count] = await em.execute<{ products: number; skus: number; underway: number }[]>(
    `select (select count(*)::int from prices_rebuilt) as skus, (select count(distinct product_id)::int from prices_rebuilt) as products,
       (select count(*)::int from (${underway}) as u) as underway`,
  );
  if (replace) {
    await em.execute('truncate prices');
    await em.execute('insert into prices select * from prices_rebuilt');
    await em.execute(
      `insert into price_lists (seller_id, version) select key, value::bigint from jsonb_each_text(?::jsonb)
       on conflict (seller_id) do update set version = excluded.version, moved_at = now()`,
      [JSON.stringify(Object.fromEntries(lists))],
      'run',
    );
  }
  await em.execute('drop table prices_rebuilt, prices_read');
  return { ...(count ?? { products: 0, skus: 0, underway: 0 }), differences: rows.map(differenceOf) };
}

interface Pair {
  readonly sku: string;
  readonly kept: Record<string, unknown> | null;
  readonly made: Record<string, unknown> | null;
}

function differenceOf({ sku, kept, made }: Pair): PriceDifference {
  if (kept === null) return { sku, columns: ['missing'] };
  if (made === null) return { sku, columns: ['not for sale'] };
  return { sku, columns: Object.keys(kept).filter((name) => kept[name] !== made[name]) };
}
