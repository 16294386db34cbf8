import type { Database } from '@cartwright/kernel/postgres/database';
import type { Price, Prices } from '../ports.ts';

interface PriceRow {
  readonly sku: string;
  readonly title: string;
  readonly price: string;
  readonly currency: string;
}

/** Prices in orders' own Postgres. */
export function postgresPrices(database: Database): Prices {
  return {
    async of(skus) {
      if (skus.length === 0) return new Map();
      const rows = await database.sql<PriceRow>(
        `select sku, title, price, currency from prices where sku in (${skus.map(() => '?').join(', ')})`,
        skus,
      );
      return new Map(rows.map((row): [string, Price] => [row.sku, { ...row, price: Number(row.price) }]));
    },

    async replace(unit, { productId, version, currency, variants }) {
      // A SKU that moved to another product belongs to the one that named it last; the kernel applies a product's versions in order.
      await unit.em.execute(
        `with listed as (select * from jsonb_to_recordset(?::jsonb) as v(sku text, title text, price bigint)),
         gone as (delete from prices where product_id = ? and sku not in (select sku from listed))
         insert into prices (sku, product_id, title, price, currency, version)
         select sku, ?, title, price, ?, ? from listed
         on conflict (sku) do update set product_id = excluded.product_id, title = excluded.title, price = excluded.price,
           currency = excluded.currency, version = excluded.version`,
        [JSON.stringify(variants.map(({ sku, title, price }) => ({ sku, title, price }))), productId, productId, currency, version],
        'run',
      );
    },

    async remove(unit, productId) {
      await unit.em.execute('delete from prices where product_id = ?', [productId], 'run');
    },
  };
}
