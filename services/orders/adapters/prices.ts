import { TransientError } from '@cartwright/kernel/messaging/transient';
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
async function letNoneWithdraw({ em }: UnitOfWork): Promise<void> {
  await em.execute('select pg_advisory_xact_lock_shared(?, ?)', [...salesLock]);
}

/** Waits for orders that are being stored and prices that are being changed; no other goes on before the transaction has ended. */
export async function stopSales({ em }: UnitOfWork): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(?, ?)', [...salesLock]);
}

/** Answers how far the seller's list has come; the list stays locked. Taken after the sales lock. */
async function lockList({ em }: UnitOfWork, sellerId: string): Promise<number> {
  await em.execute('insert into price_lists (seller_id, version) values (?, 0) on conflict do nothing', [sellerId], 'run');
  const [row] = await em.execute<{ version: string }[]>('select version from price_lists where seller_id = ? for update', [sellerId]);
  return Number(row?.version ?? 0);
}

async function setList({ em }: UnitOfWork, sellerId: string, version: number): Promise<void> {
  await em.execute('update price_lists set version = ? where seller_id = ?', [version, sellerId], 'run');
}

async function replace(unit: UnitOfWork, { productId, version, currency, variants }: ProductPrices): Promise<void> {
  // A SKU that moved to another product belongs to the one that named it last; the kernel applies a product's versions in order. Only a
  // rebuild is ahead of them: what it has read stays until its events have come.
  await unit.em.execute(
    `with listed as (select * from jsonb_to_recordset(?::jsonb) as v(sku text, title text, price bigint)
       where not exists (select 1 from withdrawn_products where product_id = ?)
         and not exists (select 1 from prices where product_id = ? and version > ?)),
     gone as (delete from prices where product_id = ? and version <= ? and sku not in (select sku from listed))
     insert into prices (sku, product_id, title, price, currency, version)
     select sku, ?, title, price, ?, ? from listed
     on conflict (sku) do update set product_id = excluded.product_id, title = excluded.title, price = excluded.price,
       currency = excluded.currency, version = excluded.version`,
    [
      JSON.stringify(variants.map(({ sku, title, price }) => ({ sku, title, price }))),
      ...[productId, productId, version, productId, version, productId],
      currency,
      version,
    ],
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

    async listVersion(sellerId) {
      const [row] = await database.sql<{ version: string }>('select version from price_lists where seller_id = ?', [sellerId]);
      return Number(row?.version ?? 0);
    },

    async follow(unit, { sellerId, listVersion }, missed) {
      await letNoneWithdraw(unit);
      let version = await lockList(unit, sellerId);
      if (missed !== undefined && missed.version > version) {
        for (const product of missed.items) await replace(unit, product);
        await setList(unit, sellerId, missed.version);
        version = missed.version;
      }
      if (listVersion <= version) return false;
      if (listVersion > version + 1)
        throw new TransientError(`Changes ${String(version + 1)} to ${String(listVersion - 1)} of the prices of ${sellerId} are missing`);
      await setList(unit, sellerId, listVersion);
      return true;
    },

    async replace(unit, product) {
      await letNoneWithdraw(unit);
      await replace(unit, product);
    },

    async remove(unit, productId, version) {
      await unit.em.execute('delete from prices where product_id = ? and version < ?', [productId, version], 'run');
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
