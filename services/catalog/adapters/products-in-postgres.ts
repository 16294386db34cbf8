import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { contentHash } from '../domain/product.ts';
import type { NewProduct, Product, Variant } from '../domain/product.ts';
import { Taken } from '../ports.ts';
import type { Products } from '../ports.ts';

const columns = `p.id, p.slug, p.title, p.description, p.brand, p.category, p.seller_id as "sellerId", p.currency, p.tags, p.images,
  p.rating_sum as "ratingSum", p.rating_count as "ratingCount", p.version,
  (select jsonb_agg(jsonb_build_object('sku', v.sku, 'title', v.title, 'price', v.price, 'compareAt', v.compare_at, 'options', v.options,
     'barcode', v.barcode, 'weightGrams', v.weight_grams, 'available', s.available) order by v.position)
   from variants v left join stock_levels s on s.sku = v.sku where v.product_id = p.id) as variants`;

const below = `with recursive wanted(slug) as (
    select slug from categories where slug = ? union select c.slug from categories c join wanted w on c.parent = w.slug)`;

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
    list: ({ category, limit, after = '00000000-0000-0000-0000-000000000000' }) =>
      category === undefined
        ? find('p.id > ? order by p.id limit ?', [after, limit])
        : database.sql<Product>(
            `${below} select ${columns} from products p where p.category in (select slug from wanted) and p.id > ? order by p.id limit ?`,
            [category, after, limit],
          ),
    save: (product, attributes) =>
      database
        .transaction(async (unit) => {
          const hash = contentHash(product, attributes);
          const [before] = await unit.em.execute<{ version: number; contentHash: string }[]>(
            'select version, content_hash as "contentHash" from products where id = ? for update',
            [product.id],
          );
          if (before?.contentHash === hash) return { outcome: 'unchanged', product } as const;
          const version = (before?.version ?? 0) + 1;
          await writeProduct(unit, product, version, hash);
          const event = before === undefined ? ProductCreated : ProductUpdated;
          unit.publish(event.create({ aggregateId: product.id, aggregateVersion: version, data: snapshotOf(product) }));
          await queueForIndex(unit, [product.id]);
          unit.afterCommit(() => {
            changed([product.id]);
          });
          return { outcome: before === undefined ? 'created' : 'updated', product } as const;
        })
        .catch((error: unknown) => {
          throw takenBy(error, product) ?? error;
        }),
    remove: async (id) => (await removeAll(database, changed, [id])) > 0,
    async keepOnly(ids) {
      const kept = new Set(ids);
      const rows = await database.sql<{ id: string }>('select id from products');
      return removeAll(
        database,
        changed,
        rows.map(({ id }) => id).filter((id) => !kept.has(id)),
      );
    },
    setRating: (id, sum, count) =>
      database.transaction(async (unit) => {
        const rows = await unit.em.execute<object[]>(
          'update products set rating_sum = ?, rating_count = ? where id = ? and (rating_sum, rating_count) is distinct from (?, ?) returning id',
          [sum, count, id, sum, count],
        );
        if (rows.length === 0) return;
        await queueForIndex(unit, [id]);
        unit.afterCommit(() => {
          changed([id]);
        });
      }),
    async ids(after, limit) {
      const rows = await database.sql<{ id: string }>('select id from products where id > ? order by id limit ?', [
        after ?? '00000000-0000-0000-0000-000000000000',
        limit,
      ]);
      return rows.map(({ id }) => id);
    },
  };
}

/** Puts products into the queue of the search index, anew with a later version. */
export async function queueForIndex(unit: UnitOfWork, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await unit.em.execute(
    `insert into index_queue (product_id) values ${ids.map(() => '(?)').join(', ')}
     on conflict (product_id) do update set version = nextval('index_versions'), leased_until = null`,
    [...ids],
    'run',
  );
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

async function removeAll(database: Database, changed: (ids: readonly string[]) => void, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
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
    return gone.length;
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

function takenBy(error: unknown, product: NewProduct): Taken | undefined {
  const { code, constraint, detail } = error as { code?: string; constraint?: string; detail?: string };
  if (code !== '23505') return undefined;
  if (constraint === 'variants_pkey')
    return new Taken('sku', /\(sku\)=\((.*?)\)/.exec(detail ?? '')?.[1] ?? product.variants[0]?.sku ?? '');
  return constraint === 'products_slug_key' ? new Taken('slug', product.slug) : undefined;
}
