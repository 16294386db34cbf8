import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { NewProduct, Variant } from '../domain/product.ts';
import { NoCategory, NoMedia, Taken } from '../ports.ts';
import { linkMedia } from './media-store.ts';
import { nextListVersions } from './price-lists.ts';
import { eventOf, isTold } from './product-events.ts';

/** A product as it is read, of products as `p`. */
export const productColumns = `p.id, p.slug, p.title, p.description, p.brand, p.category, p.seller_id as "sellerId", p.currency, p.tags, p.images,
  p.rating_sum as "ratingSum", p.rating_count as "ratingCount", p.version, p.revision, p.status,
  to_char(p.publish_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "publishAt",
  (select jsonb_agg(jsonb_build_object('sku', v.sku, 'title', v.title, 'price', v.price, 'compareAt', v.compare_at, 'options', v.options,
     'barcode', v.barcode, 'weightGrams', v.weight_grams, 'available', s.available) order by v.position)
   from variants v left join stock_levels s on s.sku = v.sku where v.product_id = p.id) as variants`;

/** How far a product has come: its revision, and the version of its events. */
export interface Progress {
  readonly revision: number;
  readonly version: number;
}

/** What is known of a product that is there already. */
export interface Before extends Progress {
  readonly id: string;
  readonly slug: string;
  readonly status: NewProduct['status'];
  readonly contentHash: string;
}

export const beforeColumns = 'id, slug, status, revision, version, content_hash as "contentHash"';

export interface ProductRow {
  readonly product: NewProduct;
  readonly before: Before | undefined;
  readonly hash: string;
}

/** Adds products with their variants, or writes them anew, and publishes what others are told. */
export async function writeProducts(unit: UnitOfWork, rows: readonly ProductRow[]): Promise<void> {
  if (rows.length === 0) return;
  const products = rows.map(({ product: { variants: _, ...product }, before, hash }) => ({
    ...product,
    hash,
    revision: (before?.revision ?? 0) + 1,
    version: (before?.version ?? 0) + (isTold(product, before) ? 1 : 0),
  }));
  await unit.em.execute(
    `insert into products (id, slug, title, description, brand, category, seller_id, currency, tags, images, status, publish_at,
       content_hash, version, revision)
     select id, slug, title, description, brand, category, "sellerId", currency, tags, images, status, "publishAt", hash, version, revision
     from jsonb_to_recordset(?::jsonb) as p(id uuid, slug text, title text, description text, brand text, category text, "sellerId" text,
       currency text, tags jsonb, images jsonb, status text, "publishAt" timestamptz, hash text, version int, revision int)
     on conflict (id) do update set slug = excluded.slug, title = excluded.title, description = excluded.description, brand = excluded.brand,
       category = excluded.category, seller_id = excluded.seller_id, currency = excluded.currency, tags = excluded.tags, images = excluded.images,
       status = excluded.status, publish_at = excluded.publish_at, content_hash = excluded.content_hash, version = excluded.version,
       revision = excluded.revision, updated_at = now()`,
    [JSON.stringify(products)],
    'run',
  );
  await writeVariants(unit, rows);
  const written = rows.map(({ product }) => product);
  await linkMedia(
    unit,
    written,
    rows.every(({ before }) => before === undefined),
  );
  await moveSlugs(unit, rows);
  const told = rows.filter(({ product, before }) => isTold(product, before));
  const versions = await nextListVersions(
    unit,
    told.map(({ product }) => product),
  );
  unit.publish(...told.map(({ product, before }) => eventOf(product, before, versions.get(product.id) ?? 0)));
}

async function writeVariants(unit: UnitOfWork, rows: readonly ProductRow[]): Promise<void> {
  const existing = rows.flatMap(({ before }) => before?.id ?? []);
  if (existing.length > 0)
    await unit.em.execute(
      'delete from variants where product_id in (select value::uuid from jsonb_array_elements_text(?::jsonb))',
      [JSON.stringify(existing)],
      'run',
    );
  const variants = rows.flatMap(({ product }) =>
    product.variants.map((variant: Omit<Variant, 'available'>, position) => ({ ...variant, productId: product.id, position })),
  );
  await unit.em.execute(
    `insert into variants (sku, product_id, position, title, price, compare_at, options, barcode, weight_grams)
     select sku, "productId", position, title, price, "compareAt", options, barcode, "weightGrams"
     from jsonb_to_recordset(?::jsonb) as v(sku text, "productId" uuid, position int, title text, price bigint, "compareAt" bigint, options jsonb,
       barcode text, "weightGrams" int)`,
    [JSON.stringify(variants)],
    'run',
  );
}

/** The slug that a product had leads to it from now on; the one that it has now leads to nobody else. */
async function moveSlugs(unit: UnitOfWork, rows: readonly ProductRow[]): Promise<void> {
  const moved = rows.filter(({ product, before }) => before?.slug !== product.slug);
  if (moved.length === 0) return;
  const former = moved.flatMap(({ product: { id }, before }) => (before === undefined ? [] : [{ id, slug: before.slug }]));
  await unit.em.execute(
    'delete from former_slugs where slug in (select value from jsonb_array_elements_text(?::jsonb))',
    [JSON.stringify(moved.map(({ product }) => product.slug))],
    'run',
  );
  if (former.length === 0) return;
  await unit.em.execute(
    `insert into former_slugs (slug, product_id) select slug, id from jsonb_to_recordset(?::jsonb) as f(slug text, id uuid)
     on conflict (slug) do update set product_id = excluded.product_id, since = now()`,
    [JSON.stringify(former)],
    'run',
  );
}

/** What a constraint of the tables says of a product; undefined for other errors. */
export function refusalOf(
  error: unknown,
  product: Pick<NewProduct, 'category' | 'slug'> & { readonly variants: readonly { readonly sku: string }[] },
): Error | undefined {
  if (error instanceof NoMedia) return error;
  const { code, constraint, detail } = error as { code?: string; constraint?: string; detail?: string };
  if (code === '23503' && constraint === 'products_category_fkey') return new NoCategory(`${product.category} is not a category`);
  if (code !== '23505') return undefined;
  if (constraint === 'variants_pkey')
    return new Taken('sku', /\(sku\)=\((.*?)\)/.exec(detail ?? '')?.[1] ?? product.variants[0]?.sku ?? '');
  return constraint === 'products_slug_key' ? new Taken('slug', product.slug) : undefined;
}
