import type { Database } from '@cartwright/kernel/postgres/database';

/**
 * Names the state of a product as customers see it: its revision, its version, its rating, and the versions of its stock levels. One statement on indexed keys,
 * a fraction of what the product itself costs. Undefined when they see none.
 */
export function productStamps(database: Pick<Database, 'sql'>): (id: string) => Promise<string | undefined> {
  return async (id) => {
    const [row] = await database.sql<{ stamp: string }>(
      `select concat_ws('.', p.revision, p.version, p.rating_sum, p.rating_count,
         (select coalesce(sum(s.version), 0) from variants v join stock_levels s on s.sku = v.sku where v.product_id = p.id)) as stamp
       from products p where p.id = ? and p.status = 'published'`,
      [id],
    );
    return row?.stamp;
  };
}
