import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { PriceListChanges, PriceLists } from '../price-ports.ts';

export interface ListedProduct {
  readonly id: string;
  readonly sellerId: string;
}

/**
 * Gives each of these products, of which others are about to be told, the next version of its seller's price list; by the product's id. The list stays
 * locked until the transaction has ended, so versions are in the order of commits: call it once the products are written, for no other
 * product may be waited for afterwards.
 */
export async function nextListVersions(unit: UnitOfWork, products: readonly ListedProduct[]): Promise<ReadonlyMap<string, number>> {
  if (products.length === 0) return new Map();
  const rows = await unit.em.execute<{ id: string; version: string }[]>(
    `with told as (
       select id, "sellerId", row_number() over (partition by "sellerId" order by place) as nth, count(*) over (partition by "sellerId") as many
       from rows from (jsonb_to_recordset(?::jsonb) as (id uuid, "sellerId" text)) with ordinality as t(id, "sellerId", place)),
     lists as (
       insert into price_lists as l (seller_id, version) select distinct "sellerId", many from told order by 1
       on conflict (seller_id) do update set version = l.version + excluded.version returning seller_id, version),
     versions as (
       select told.id, lists.version - told.many + told.nth as version from told join lists on lists.seller_id = told."sellerId"),
     kept as (update products p set list_version = v.version from versions v where v.id = p.id)
     select id, version from versions`,
    [JSON.stringify(products.map(({ id, sellerId }) => ({ id, sellerId })))],
  );
  return new Map(rows.map(({ id, version }) => [id, Number(version)]));
}

/** Sellers' price lists in catalog's Postgres. */
export function priceListsIn(database: Database): PriceLists {
  return {
    async changes(sellerId, after, limit) {
      // One statement: what it finds and the version of the list are of the same moment.
      const [row] = await database.sql<{ head: string | null; items: PriceListChanges['items'] }>(
        `select (select version from price_lists where seller_id = ?) as head, coalesce(jsonb_agg(jsonb_build_object(
             'productId', c.id, 'version', c.version, 'listVersion', c.list_version, 'currency', c.currency, 'variants',
             case when c.status <> 'published' then '[]' else
               (select jsonb_agg(jsonb_build_object('sku', v.sku, 'title', v.title, 'price', v.price) order by v.position)
                from variants v where v.product_id = c.id) end) order by c.list_version), '[]') as items
         from (select id, version, list_version, currency, status from products
               where seller_id = ? and list_version > ? order by list_version limit ?) as c`,
        [sellerId, sellerId, after, limit],
      );
      const { head, items } = row ?? { head: null, items: [] };
      const complete = items.length < limit;
      return { items, version: complete ? Math.max(after, Number(head ?? 0)) : (items.at(-1)?.listVersion ?? after), complete };
    },
  };
}
