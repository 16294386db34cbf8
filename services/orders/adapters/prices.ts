import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Price, Prices, ProductPrices } from '../ports.ts';

interface PriceRow {
  readonly sku: string;
  readonly title: string;
  readonly price: string;
  readonly currency: string;
}

/** Advisory lock between those who sell, shared, and those who withdraw products. Taken before rows of `prices`. */
const salesLock = [7_204, 1] as const;

/** Waits for a withdrawal under way. A statement of its own: what follows has to see what the withdrawal did. */
export async function letNoneWithdraw({ em }: UnitOfWork): Promise<void> {
  await em.execute('select pg_advisory_xact_lock_shared(?, ?)', [...salesLock]);
}

/** Waits for orders that are being stored and prices that are being changed; no other goes on before the transaction has ended. */
export async function stopSales({ em }: UnitOfWork): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(?, ?)', [...salesLock]);
}

/** Takes over what products cost; those without variants are not for sale any more. Each product once, and the sales lock taken before. */
export async function replaceAll({ em }: UnitOfWork, products: readonly ProductPrices[]): Promise<void> {
  // A SKU that moved to another product belongs to the one that named it last. A rebuild may be ahead of the events: what it has read stays until they have come.
  await em.execute(
    `with told as (
       select "productId" as product_id, version, currency, variants
       from jsonb_to_recordset(?::jsonb) as t("productId" uuid, version int, currency text, variants jsonb)
       where not exists (select 1 from prices p where p.product_id = t."productId" and p.version > t.version)),
     listed as (
       select v.sku, t.product_id, v.title, v.price, t.currency, t.version
       from told t cross join lateral jsonb_to_recordset(t.variants) as v(sku text, title text, price bigint)
       where not exists (select 1 from withdrawn_products w where w.product_id = t.product_id)),
     gone as (
       delete from prices p using told t where p.product_id = t.product_id and not exists (select 1 from listed l where l.sku = p.sku))
     insert into prices (sku, product_id, title, price, currency, version)
     select sku, product_id, title, price, currency, version from listed order by sku
     on conflict (sku) do update set product_id = excluded.product_id, title = excluded.title, price = excluded.price,
       currency = excluded.currency, version = excluded.version`,
    [JSON.stringify(products)],
    'run',
  );
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

    async replace(unit, product) {
      await letNoneWithdraw(unit);
      await replaceAll(unit, [product]);
    },

    async hold(unit, lines, currency) {
      await letNoneWithdraw(unit);
      const [row] = await unit.em.execute<{ held: boolean }[]>(
        `select coalesce(bool_and(p.price = wanted.price and p.currency = ?), true) and count(*) = count(p.sku) as held
         from jsonb_to_recordset(?::jsonb) as wanted(sku text, price bigint) left join prices p using (sku)`,
        [currency, JSON.stringify(lines.map(({ sku, unitPrice: price }) => ({ sku, price })))],
      );
      return row?.held === true;
    },

    withdraw: (productIds) =>
      database.transaction(async (unit) => {
        const ids = JSON.stringify(productIds);
        await stopSales(unit);
        await unit.em.execute(
          `with gone as (select value::uuid as id from jsonb_array_elements_text(?::jsonb)),
           noted as (insert into withdrawn_products (product_id) select id from gone on conflict do nothing)
           delete from prices where product_id in (select id from gone)`,
          [ids],
          'run',
        );
      }),
  };
}
