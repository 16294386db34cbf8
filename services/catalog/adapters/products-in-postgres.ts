import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { contentHash } from '../domain/product.ts';
import type { Attributes, NewProduct, Product } from '../domain/product.ts';
import { Outdated } from '../ports.ts';
import type { Audience, Label, Products, Rating, Removed, Saved, Saving, SlugTarget } from '../ports.ts';
import { nextListVersions } from './price-lists.ts';
import { conditionsOf } from './product-conditions.ts';
import { endOf } from './product-events.ts';
import { beforeColumns, productColumns, refusalOf, writeProducts } from './product-rows.ts';
import type { Before } from './product-rows.ts';

/** In one transaction. */
const mostRemoved = 500;
const firstId = '00000000-0000-0000-0000-000000000000';

export interface ProductsOptions {
  /** Called after a commit that changed these products. */
  readonly changed: (ids: readonly string[]) => void;
}

/** Products in catalog's Postgres. */
export function productsIn(database: Database, { changed }: ProductsOptions): Products {
  const find = async (where: string, params: readonly unknown[]): Promise<Product[]> =>
    database.sql<Product>(`select ${productColumns} from products p where ${where}`, params);
  const seenBy = (audience: Audience = 'customers'): string => (audience === 'staff' ? '' : ` and p.status = 'published'`);

  return {
    byId: async (id, audience) => (await find(`p.id = ?${seenBy(audience)}`, [id]))[0],
    idOfSlug: async (slug) => (await database.sql<{ id: string }>('select id from products where slug = ?', [slug]))[0]?.id,
    async targetOfSlug(slug, audience) {
      const [target] = await database.sql<SlugTarget>(
        `select p.id, p.slug from products p where p.slug = ?${seenBy(audience)}
         union all select p.id, p.slug from former_slugs f join products p on p.id = f.product_id where f.slug = ?${seenBy(audience)} limit 1`,
        [slug, slug],
      );
      return target;
    },
    byIds: async (ids, audience) => (ids.length === 0 ? [] : find(`p.id in (${ids.map(() => '?').join(', ')})${seenBy(audience)}`, ids)),
    idOfSku: async (sku) => (await database.sql<{ id: string }>('select product_id as id from variants where sku = ?', [sku]))[0]?.id,
    list: ({ limit, after = firstId, status = 'published', ...filter }) => {
      const conditions = conditionsOf(filter);
      const inStatus = status === 'all' ? 'true' : `p.status = '${status}'`;
      const where = [...conditions.map(({ sql }) => sql), inStatus, 'p.id > ?'].join(' and ');
      return find(`${where} order by p.id limit ?`, [...conditions.flatMap(({ params }) => params), after, limit]);
    },
    async count(filter) {
      const conditions = conditionsOf(filter);
      const where = [`p.status = 'published'`, ...conditions.map(({ sql }) => sql)].join(' and ');
      const params = conditions.flatMap((condition) => condition.params);
      return (await database.sql<{ count: number }>(`select count(*)::int as count from products p where ${where}`, params))[0]?.count ?? 0;
    },
    labels: (of, after = '', limit) =>
      database.sql<Label>(
        of === 'brand'
          ? `select brand as name, count(*)::int as products from products where status = 'published' and brand > ? group by brand order by brand limit ?`
          : `select tag as name, count(*)::int as products from products, jsonb_array_elements_text(tags) as tag
             where status = 'published' and tag > ? group by tag order by tag limit ?`,
        [after, limit],
      ),
    async due(limit) {
      const rows = await database.sql<{ id: string }>(
        `select id from products where status = 'scheduled' and publish_at <= now() order by publish_at, id limit ?`,
        [limit],
      );
      return rows.map(({ id }) => id);
    },
    save: (product, attributes, saving) => save(database, changed, product, attributes, saving),
    remove: async (id, expected) => (await removeAll(database, changed, [id], expected))[0],
    async removed(id) {
      const of = (table: string): string =>
        `select data->'skus' as skus from ${table} where aggregate_type = 'product' and aggregate_id = ? and type = 'ProductDeleted'`;
      const [row] = await database.sql<{ skus: string[] }>(`${of('outbox')} union all ${of('event_log')} limit 1`, [id, id]);
      return row === undefined ? undefined : { id, skus: row.skus };
    },
    async removeOthers(importId) {
      const rows = await database.sql<{ id: string }>('select id from products where imported_by is distinct from ? order by id limit ?', [
        importId,
        mostRemoved,
      ]);
      return removeAll(
        database,
        changed,
        rows.map(({ id }) => id),
      );
    },
    rate: (id, work) =>
      database.transaction(async (unit) => {
        const rows = await unit.em.execute<object[]>(`select 1 from products where id = ? and status = 'published' for update`, [id]);
        if (rows.length === 0) return false;
        if (!(await writeRating(unit, id, await work()))) return true;
        await queueForIndex(unit, [id]);
        unit.afterCommit(() => {
          changed([id]);
        });
        return true;
      }),
    async ids(after, limit) {
      const rows = await database.sql<{ id: string }>('select id from products where id > ? order by id limit ?', [
        after ?? firstId,
        limit,
      ]);
      return rows.map(({ id }) => id);
    },
  };
}

/** One transaction: the product, its event, its place in the queue, and what shall go along with it. */
async function save(
  database: Database,
  changed: ProductsOptions['changed'],
  product: NewProduct,
  attributes: Attributes,
  { expected, beforeCommit }: Saving,
): Promise<Saved> {
  const hash = contentHash(product, attributes);
  try {
    return await database.transaction(async (unit) => {
      const [before] = await unit.em.execute<Before[]>(`select ${beforeColumns} from products where id = ? for update`, [product.id]);
      if ((expected === 'new') !== (before === undefined) || (typeof expected === 'number' && before?.revision !== expected))
        throw new Outdated(`Product ${product.id} is not the one that was expected`);
      const same = before?.contentHash === hash;
      if (!same) await writeProducts(unit, [{ product, before, hash }]);
      const rating = await beforeCommit(unit);
      const rated = rating !== undefined && (await writeRating(unit, product.id, rating));
      if (!same || rated) {
        await queueForIndex(unit, [product.id]);
        unit.afterCommit(() => {
          changed([product.id]);
        });
      }
      return { outcome: same ? 'unchanged' : before === undefined ? 'created' : 'updated', product } as const;
    });
  } catch (error) {
    throw refusalOf(error, product) ?? error;
  }
}

/**
 * Puts products into the queue of the search index, anew with a later version. Versions are drawn when the rows are locked, so that for one product
 * their order is that of the commits.
 */
export async function queueForIndex(unit: UnitOfWork, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const list = JSON.stringify(ids);
  await unit.em.execute(
    `insert into index_queue (product_id, version) select value::uuid, 0 from jsonb_array_elements_text(?::jsonb) order by 1
     on conflict (product_id) do update set leased_until = null`,
    [list],
    'run',
  );
  await unit.em.execute(
    `update index_queue set version = nextval('index_versions') where product_id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
    [list],
    'run',
  );
}

/** Answers whether it is another than before. */
async function writeRating(unit: UnitOfWork, id: string, { sum, count }: Rating): Promise<boolean> {
  const rows = await unit.em.execute<object[]>(
    'update products set rating_sum = ?, rating_count = ? where id = ? and (rating_sum, rating_count) is distinct from (?, ?) returning id',
    [sum, count, id, sum, count],
  );
  return rows.length > 0;
}

interface GoneRow {
  readonly id: string;
  readonly sellerId: string;
  readonly version: number;
  readonly revision: number;
  readonly published: boolean;
  readonly skus: string[];
}

async function removeAll(
  database: Database,
  changed: (ids: readonly string[]) => void,
  ids: readonly string[],
  expected?: number,
): Promise<Removed[]> {
  if (ids.length === 0) return [];
  return database.transaction(async (unit) => {
    const places = ids.map(() => '?').join(', ');
    const gone = await unit.em.execute<GoneRow[]>(
      `select id, seller_id as "sellerId", version, revision, status = 'published' as published,
         (select coalesce(jsonb_agg(sku), '[]') from variants where product_id = p.id) as skus
       from products p where id in (${places}) for update`,
      [...ids],
    );
    if (expected !== undefined && gone.some(({ revision }) => revision !== expected))
      throw new Outdated('The product is not the one that was expected');
    await unit.em.execute(`delete from products where id in (${places})`, [...ids], 'run');
    const told = gone.filter(({ published }) => published);
    const versions = await nextListVersions(unit, told);
    unit.publish(...told.map((product) => endOf(product, versions.get(product.id) ?? 0)));
    await queueForIndex(
      unit,
      gone.map(({ id }) => id),
    );
    unit.afterCommit(() => {
      changed(gone.map(({ id }) => id));
    });
    return gone.map(({ id, skus }) => ({ id, skus }));
  });
}
