import { every } from '@cartwright/kernel/every';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { noteErased, unlessErased } from '@cartwright/kernel/postgres/erased-customers';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import { countOrder, lockCustomer } from './co-purchases.ts';

/** A confirmed order as catalog remembers it: which products it was of. */
export interface Purchase {
  readonly orderId: string;
  readonly productIds: readonly string[];
  /** RFC 3339. */
  readonly noticedAt: string;
}

/** Who has bought what, by the events of orders. An order counts from its confirmation until it is cancelled; goods that came back were bought all the same. */
export interface Purchases {
  /** Which of these customers has bought the product. */
  buyersOf(productId: string, customerIds: readonly string[]): Promise<Set<string>>;
  /** An order was confirmed. */
  bought(
    unit: UnitOfWork,
    order: { readonly orderId: string; readonly customerId: string | null; readonly skus: readonly string[] },
  ): Promise<void>;
  /** It came to nothing after all, if it was confirmed at all. */
  cancelled(unit: UnitOfWork, orderId: string): Promise<void>;
  /** Orders of a customer, by their ids, after one of them. */
  ofCustomer(customerId: string, page: { readonly after: string | undefined; readonly limit: number }): Promise<Purchase[]>;
  /** Forgets whose orders these were, and are that are told of later. */
  erase(unit: UnitOfWork, customerId: string): Promise<void>;
  /** Removes orders that nobody needs any more. */
  sweep(): Promise<void>;
}

export function purchasesIn(database: Database): Purchases {
  return {
    async buyersOf(productId, customerIds) {
      if (customerIds.length === 0) return new Set();
      const rows = await database.sql<{ id: string }>(
        `select distinct customer_id as id from bought_orders
         where customer_id in (${customerIds.map(() => '?').join(', ')}) and product_ids @> array[?::uuid]`,
        [...customerIds, productId],
      );
      return new Set(rows.map(({ id }) => id));
    },
    async bought(unit, { orderId, customerId, skus }) {
      if (customerId !== null) await lockCustomer(unit, customerId);
      const rows = await unit.em.execute<object[]>(
        `insert into bought_orders (order_id, customer_id, product_ids)
         select ?, ${unlessErased},
           array(select distinct product_id from variants where sku in (select value from jsonb_array_elements_text(?::jsonb)) order by 1)
         on conflict (order_id) do nothing returning 1 as bought`,
        [orderId, customerId, JSON.stringify(skus)],
      );
      if (rows.length > 0) await countOrder(unit, orderId, 1);
    },
    async cancelled(unit, orderId) {
      // The customer before the order, as an erasure takes them.
      const [order] = await unit.em.execute<{ customerId: string | null }[]>(
        'select customer_id as "customerId" from bought_orders where order_id = ?',
        [orderId],
      );
      if (order === undefined) return;
      if (order.customerId !== null) await lockCustomer(unit, order.customerId);
      await countOrder(unit, orderId, -1);
      await unit.em.execute('delete from bought_orders where order_id = ?', [orderId], 'run');
    },
    async ofCustomer(customerId, { after, limit }) {
      const rows = await database.sql<Omit<Purchase, 'noticedAt'> & { created_at: string }>(
        `select order_id as "orderId", to_jsonb(product_ids) as "productIds", created_at from bought_orders
         where customer_id = ? and (?::uuid is null or order_id > ?::uuid) order by order_id limit ?`,
        [customerId, after ?? null, after ?? null, limit],
      );
      return rows.map(({ created_at: at, ...row }) => ({ ...row, noticedAt: new Date(at).toISOString() }));
    },
    async erase(unit, customerId) {
      await lockCustomer(unit, customerId);
      await noteErased(unit, customerId);
      await unit.em.execute('update bought_orders set customer_id = null where customer_id = ?', [customerId], 'run');
    },
    async sweep() {
      // Of a guest only the end of the order could still be told, and that comes before long.
      await database.sql(`delete from bought_orders where created_at < now() - interval '90 days' and customer_id is null`);
    },
  };
}

/** Sweeps once an hour. */
export function sweepPurchases(purchases: Pick<Purchases, 'sweep'>, log: Logger): { stop(): Promise<void> } {
  return every(3_600_000, 'old orders', log, () => purchases.sweep());
}
