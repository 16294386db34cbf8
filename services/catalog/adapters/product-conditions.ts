import type { ProductFilter } from '../ports.ts';

/** A category and those below it. */
export const below = `with recursive wanted(slug) as (
    select slug from categories where slug = ? union select c.slug from categories c join wanted w on c.parent = w.slug)`;

export interface Condition {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** As customers see it, with one decimal; null where there are no reviews. */
export const shownRating = 'round(p.rating_sum::numeric / nullif(p.rating_count, 0), 1)';
export const cheapest = '(select min(v.price) from variants v where v.product_id = p.id)';
export const available = `exists (select 1 from variants v join stock_levels s on s.sku = v.sku where v.product_id = p.id and s.available > 0)`;

/** What a filter means in SQL, on products as `p`. */
export function conditionsOf({ category, brand, tag, sellerId, minPrice, maxPrice, minRating, inStock, q }: ProductFilter): Condition[] {
  const words = (q ?? '').split(/\s+/).filter((word) => word !== '');
  const all: (Condition | undefined)[] = [
    category === undefined ? undefined : { sql: `p.category in (${below} select slug from wanted)`, params: [category] },
    brand === undefined ? undefined : { sql: 'p.brand = ?', params: [brand] },
    tag === undefined ? undefined : { sql: 'p.tags @> ?::jsonb', params: [JSON.stringify([tag])] },
    sellerId === undefined ? undefined : { sql: 'p.seller_id = ?', params: [sellerId] },
    minPrice === undefined ? undefined : { sql: `${cheapest} >= ?`, params: [minPrice] },
    maxPrice === undefined ? undefined : { sql: `${cheapest} <= ?`, params: [maxPrice] },
    minRating === undefined ? undefined : { sql: `${shownRating} >= ?`, params: [minRating] },
    inStock === undefined ? undefined : { sql: `${available} = ?`, params: [inStock] },
    ...words.map((word) => ({
      sql: `concat_ws(' ', p.title, p.brand, p.tags::text, p.description) ilike ?`,
      params: [`%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`],
    })),
  ];
  return all.filter((condition) => condition !== undefined);
}
