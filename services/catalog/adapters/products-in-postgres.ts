import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { contentHash } from '../domain/product.ts';
import type { NewProduct, Product, Variant } from '../domain/product.ts';
import { NoCategory, Outdated, Taken } from '../ports.ts';
import type { ProductFilter, Products, Rating, Removed } from '../ports.ts';

const columns = `p.id, p.slug, p.title, p.description, p.brand, p.category, p.seller_id as "sellerId", p.currency, p.tags, p.images,
  p.rating_sum as "ratingSum", p.rating_count as "ratingCount", p.version,
  (select jsonb_agg(jsonb_build_object('sku', v.sku, 'title', v.title, 'price', v.price, 'compareAt', v.compare_at, 'options', v.options,
     'barcode', v.barcode, 'weightGrams', v.weight_grams, 'available', s.available) order by v.position)
   from variants v left join stock_levels s on s.sku = v.sku where v.product_id = p.id) as variants`;

/** A category and those below it. */
export const below = `with recursive wanted(slug) as (
    select slug from categories where slug = ? union select c.slug from categories c join wanted w on c.parent = w.slug)`;
const firstId = '00000000-0000-0000-0000-000000000000';

export interface ProductsOptions {
  /** Called after a commit that changed these products. */
  readonly changed: (ids: readonly string[]) => void;
}

/** Products in catalog's Postgres. */
export function productsIn(database: Database, { changed }: ProductsOptions): Products {
  const find = async (where: string, params: readonly unknown[]): Promise<Product[]> =>
    database.sql<Product>(`select ${columns} from products p where ${where}`, params);

  return {
    byId: async (id) => (await find('p.id = ?', [id]))[0],
    idOfSlug: async (slug) => (await database.sql<{ id: string }>('select id from products where slug = ?', [slug]))[0]?.id,
    byIds: async (ids) => (ids.length === 0 ? [] : find(`p.id in (${ids.map(() => '?').join(', ')})`, ids)),
    idOfSku: async (sku) => (await database.sql<{ id: string }>('select product_id as id from variants where sku = ?', [sku]))[0]?.id,
    list: ({ limit, after = firstId, ...filter }) => {
      const conditions = conditionsOf(filter);
      const where = [...conditions.map(({ sql }) => sql), 'p.id > ?'].join(' and ');
      return find(`${where} order by p.id limit ?`, [...conditions.flatMap(({ params }) => params), after, limit]);
    },
    async count(filter) {
      const conditions = conditionsOf(filter);
      const where = ['true', ...conditions.map(({ sql }) => sql)].join(' and ');
      const params = conditions.flatMap((condition) => condition.params);
      return (await database.sql<{ count: number }>(`select count(*)::int as count from products p where ${where}`, params))[0]?.count ?? 0;
    },
    save: (product, attributes, { expected, beforeCommit }) =>
      database
        .transaction(async (unit) => {
          const hash = contentHash(product, attributes);
          const [before] = await unit.em.execute<{ version: number; contentHash: string }[]>(
            'select version, content_hash as "contentHash" from products where id = ? for update',
            [product.id],
          );
          if ((expected === 'new') !== (before === undefined) || (typeof expected === 'number' && before?.version !== expected))
            throw new Outdated(`Product ${product.id} is not the one that was expected`);
          const same = before?.contentHash === hash;
          if (!same) {
            const version = (before?.version ?? 0) + 1;
            await writeProduct(unit, product, version, hash);
            const event = before === undefined ? ProductCreated : ProductUpdated;
            unit.publish(event.create({ aggregateId: product.id, aggregateVersion: version, data: snapshotOf(product) }));
          }
          const rating = await beforeCommit();
          const rated = rating !== undefined && (await writeRating(unit, product.id, rating));
          if (!same || rated) {
            await queueForIndex(unit, [product.id]);
            unit.afterCommit(() => {
              changed([product.id]);
            });
          }
          return { outcome: same ? 'unchanged' : before === undefined ? 'created' : 'updated', product } as const;
        })
        .catch((error: unknown) => {
          throw refusalOf(error, product) ?? error;
        }),
    remove: async (id) => (await removeAll(database, changed, [id]))[0],
    async removed(id) {
      const of = (table: string): string =>
        `select data->'skus' as skus from ${table} where aggregate_type = 'product' and aggregate_id = ? and type = 'ProductDeleted'`;
      const [row] = await database.sql<{ skus: string[] }>(`${of('outbox')} union all ${of('event_log')} limit 1`, [id, id]);
      return row === undefined ? undefined : { id, skus: row.skus };
    },
    async keepOnly(ids) {
      const kept = new Set(ids);
      const rows = await database.sql<{ id: string }>('select id from products');
      return removeAll(
        database,
        changed,
        rows.map(({ id }) => id).filter((id) => !kept.has(id)),
      );
    },
    rate: (id, work) =>
      database.transaction(async (unit) => {
        const rows = await unit.em.execute<object[]>('select 1 from products where id = ? for update', [id]);
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

async function writeProduct(unit: UnitOfWork, product: NewProduct, version: number, hash: string): Promise<void> {
  const { id, slug, title, description, brand, category, sellerId, currency, tags, images, variants } = product;
  await unit.em.execute(
    `insert into products (id, slug, title, description, brand, category, seller_id, currency, tags, images, content_hash, version)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)
     on conflict (id) do update set slug = excluded.slug, title = excluded.title, description = excluded.description, brand = excluded.brand,
       category = excluded.category, seller_id = excluded.seller_id, currency = excluded.currency, tags = excluded.tags, images = excluded.images,
       content_hash = excluded.content_hash, version = excluded.version, updated_at = now()`,
    [id, slug, title, description, brand, category, sellerId, currency, JSON.stringify(tags), JSON.stringify(images), hash, version],
    'run',
  );
  await unit.em.execute('delete from variants where product_id = ?', [id], 'run');
  const rows = variants.map((variant: Omit<Variant, 'available'>, position) => ({ ...variant, position }));
  await unit.em.execute(
    `insert into variants (sku, product_id, position, title, price, compare_at, options, barcode, weight_grams)
     select sku, ?, position, title, price, "compareAt", options, barcode, "weightGrams"
     from jsonb_to_recordset(?::jsonb) as v(sku text, position int, title text, price bigint, "compareAt" bigint, options jsonb, barcode text, "weightGrams" int)`,
    [id, JSON.stringify(rows)],
    'run',
  );
}

async function removeAll(database: Database, changed: (ids: readonly string[]) => void, ids: readonly string[]): Promise<Removed[]> {
  if (ids.length === 0) return [];
  return database.transaction(async (unit) => {
    const places = ids.map(() => '?').join(', ');
    const gone = await unit.em.execute<{ id: string; version: number; skus: string[] }[]>(
      `select id, version, (select coalesce(jsonb_agg(sku), '[]') from variants where product_id = p.id) as skus from products p where id in (${places}) for update`,
      [...ids],
    );
    await unit.em.execute(`delete from products where id in (${places})`, [...ids], 'run');
    for (const { id, version, skus } of gone)
      unit.publish(ProductDeleted.create({ aggregateId: id, aggregateVersion: version + 1, data: { productId: id, skus } }));
    await queueForIndex(
      unit,
      gone.map(({ id }) => id),
    );
    unit.afterCommit(() => {
      changed(gone.map(({ id }) => id));
    });
    return gone;
  });
}

function snapshotOf({
  id,
  slug,
  title,
  brand,
  category,
  sellerId,
  currency,
  images,
  variants,
}: NewProduct): Parameters<typeof ProductCreated.create>[0]['data'] {
  const [image] = images;
  return {
    productId: id,
    slug,
    title,
    brand,
    category,
    sellerId,
    currency,
    ...(image === undefined ? {} : { image }),
    variants: variants.map(({ sku, title: variantTitle, price, options }) => ({
      sku,
      title: variantTitle,
      price,
      options: { ...options },
    })),
  };
}

interface Condition {
  readonly sql: string;
  readonly params: readonly unknown[];
}

function conditionsOf({ category, brand, minPrice, maxPrice, minRating, inStock, q }: ProductFilter): Condition[] {
  const cheapest = '(select min(v.price) from variants v where v.product_id = p.id)';
  const available = `exists (select 1 from variants v join stock_levels s on s.sku = v.sku where v.product_id = p.id and s.available > 0)`;
  const words = (q ?? '').split(/\s+/).filter((word) => word !== '');
  const all: (Condition | undefined)[] = [
    category === undefined ? undefined : { sql: `p.category in (${below} select slug from wanted)`, params: [category] },
    brand === undefined ? undefined : { sql: 'p.brand = ?', params: [brand] },
    minPrice === undefined ? undefined : { sql: `${cheapest} >= ?`, params: [minPrice] },
    maxPrice === undefined ? undefined : { sql: `${cheapest} <= ?`, params: [maxPrice] },
    minRating === undefined ? undefined : { sql: 'p.rating_sum >= ? * p.rating_count and p.rating_count > 0', params: [minRating] },
    inStock === undefined ? undefined : { sql: `${available} = ?`, params: [inStock] },
    ...words.map((word) => ({
      sql: `concat_ws(' ', p.title, p.brand, p.tags::text, p.description) ilike ?`,
      params: [`%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`],
    })),
  ];
  return all.filter((condition) => condition !== undefined);
}

function refusalOf(error: unknown, product: NewProduct): Error | undefined {
  const { code, constraint, detail } = error as { code?: string; constraint?: string; detail?: string };
  if (code === '23503' && constraint === 'products_category_fkey') return new NoCategory(`${product.category} is not a category`);
  if (code !== '23505') return undefined;
  if (constraint === 'variants_pkey')
    return new Taken('sku', /\(sku\)=\((.*?)\)/.exec(detail ?? '')?.[1] ?? product.variants[0]?.sku ?? '');
  return constraint === 'products_slug_key' ? new Taken('slug', product.slug) : undefined;
}
