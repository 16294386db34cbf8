import { every } from '@cartwright/kernel/every';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import { fewestCustomers, pairKinds, rank } from '../domain/recommendations/recommend.ts';
import type { Pair, Recommended } from '../domain/recommendations/recommend.ts';
import { below } from './product-conditions.ts';

export interface Recommender {
  /** What goes with these products, the best first; then, where that is too little, what is popular in their categories. */
  recommend(productIds: readonly string[], limit: number): Promise<Recommended[]>;
  /** What is popular in a category and those below it, but for one product. */
  popular(category: string, limit: number, butFor: string): Promise<string[]>;
  /** The products that have these SKUs. */
  productsOf(skus: readonly string[]): Promise<string[]>;
  /** Forgets visits of more than an hour ago, and products that are gone. */
  sweep(): Promise<void>;
}

/** Of each kind, for all products that are given. */
const mostPairs = 200;
const popularLastsMs = 30_000;
const mostPopular = 40;

/** Recommendations by what `product_pairs` counts. What is sold out is left out. */
export function recommenderIn(database: Pick<Database, 'sql'>, now = Date.now): Recommender {
  const popular = new Map<string, { readonly until: number; readonly ids: Promise<string[]> }>();

  /** In a category and those below it, or everywhere. Asked twice a minute at most: it sorts all products of a category. */
  function popularIn(category: string | undefined): Promise<string[]> {
    const key = category ?? '';
    const known = popular.get(key);
    if (known !== undefined && known.until > now()) return known.ids;
    const ids = readPopular(category);
    popular.set(key, { until: now() + popularLastsMs, ids });
    ids.catch(() => popular.delete(key));
    return ids;
  }
  async function readPopular(category: string | undefined): Promise<string[]> {
    const rows = await database.sql<{ id: string }>(
      `select p.id from products p left join product_demand d on d.product_id = p.id
       where ${category === undefined ? 'true' : `p.category in (${below} select slug from wanted)`} and ${canBeBought('p.id')}
       order by coalesce(d.bought, 0) desc, coalesce(d.viewed, 0) desc, p.rating_count desc, p.id limit ${String(mostPopular)}`,
      category === undefined ? [] : [category],
    );
    return rows.map(({ id }) => id);
  }

  /** What was popular half a minute ago may be sold out. */
  async function stillSold(ids: readonly string[]): Promise<string[]> {
    const rows = await database.sql<{ id: string }>(
      `select p.id from products p where p.id in (select value::uuid from jsonb_array_elements_text(?::jsonb)) and ${canBeBought('p.id')}`,
      [JSON.stringify(ids)],
    );
    const sold = new Set(rows.map(({ id }) => id));
    return ids.filter((id) => sold.has(id));
  }

  async function pairsOf(ids: readonly string[]): Promise<Pair[]> {
    const list = JSON.stringify(ids);
    const found = await Promise.all(
      pairKinds.map((kind) =>
        database.sql<Pair>(
          `select pair.kind, pair.product_id as "productId", pair.other_id as "otherId", pair.customers, coalesce(d.${kind}, 0) as demand
           from product_pairs pair left join product_demand d on d.product_id = pair.other_id
           where pair.kind = ? and pair.product_id in (select value::uuid from jsonb_array_elements_text(?::jsonb)) and pair.customers >= ?
             and ${canBeBought('pair.other_id')}
           order by pair.customers desc, pair.other_id limit ${String(mostPairs)}`,
          [kind, list, fewestCustomers[kind]],
        ),
      ),
    );
    return found.flat();
  }

  return {
    async recommend(productIds, limit) {
      const given = new Set(productIds);
      const ranked = given.size === 0 ? [] : rank(await pairsOf([...given]), given);
      if (ranked.length >= limit) return ranked.slice(0, limit);
      const categories = await database.sql<{ category: string }>(
        'select distinct category from products where id in (select value::uuid from jsonb_array_elements_text(?::jsonb)) order by 1 limit 5',
        [JSON.stringify(productIds)],
      );
      const inCategories = (await Promise.all(categories.map(({ category }) => popularIn(category)))).flat();
      const known = new Set([...given, ...ranked.map(({ productId }) => productId)]);
      const isNew = (id: string): boolean => !known.has(id);
      const wanted = limit - ranked.length;
      const near = await stillSold([...new Set(inCategories)].filter(isNew));
      const fallback =
        near.length >= wanted
          ? near
          : [...near, ...(await stillSold(await popularIn(undefined))).filter((id) => isNew(id) && !near.includes(id))];
      return [...ranked, ...fallback.slice(0, wanted).map((productId): Recommended => ({ productId, reason: { kind: 'popular' } }))];
    },
    popular: async (category, limit, butFor) => (await stillSold(await popularIn(category))).filter((id) => id !== butFor).slice(0, limit),
    async productsOf(skus) {
      const rows = await database.sql<{ id: string }>(
        'select distinct product_id as id from variants where sku in (select value from jsonb_array_elements_text(?::jsonb))',
        [JSON.stringify(skus)],
      );
      return rows.map(({ id }) => id);
    },
    async sweep() {
      await database.sql(`delete from visit_views where seen_at < now() - interval '1 hour'`);
      await database.sql(
        `delete from product_pairs where product_id not in (select id from products) or other_id not in (select id from products)`,
      );
      await database.sql('delete from product_demand where product_id not in (select id from products)');
    },
  };
}

/** The product is for sale, and something of it is left, or inventory has said nothing of it. */
function canBeBought(id: string): string {
  return `exists (select 1 from products sold join variants v on v.product_id = sold.id left join stock_levels s on s.sku = v.sku
    where sold.id = ${id} and sold.status = 'published' and coalesce(s.available, 1) > 0)`;
}

/** Sweeps every ten minutes. */
export function sweepVisits(recommender: Pick<Recommender, 'sweep'>, log: Logger): { stop(): Promise<void> } {
  return every(600_000, 'old visits', log, () => recommender.sweep());
}
