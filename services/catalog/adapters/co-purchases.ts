import type { UnitOfWork } from '@cartwright/kernel/postgres/database';

/** Orders with more products are those of traders, and say little of what goes together. */
const mostProducts = 50;

/** Whatever else is done about this customer's orders waits until the transaction has ended. */
export async function lockCustomer({ em }: UnitOfWork, customerId: string): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 41))', [customerId]);
}

/**
 * Counts an order that was confirmed, or takes back one that was cancelled after that. A customer who buys two products together again is still one;
 * guests are one an order. Rows are taken in order, so that orders that share products do not wait in a circle.
 */
export async function countOrder(unit: UnitOfWork, orderId: string, change: 1 | -1): Promise<void> {
  const [order] = await unit.em.execute<{ customerId: string | null; products: number }[]>(
    'select customer_id as "customerId", cardinality(product_ids) as products from bought_orders where order_id = ?',
    [orderId],
  );
  if (order === undefined || order.products > mostProducts) return;
  // Orders of one customer are counted one after the other: each has to see what the others have counted.
  if (order.customerId !== null) await lockCustomer(unit, order.customerId);
  await unit.em.execute(
    `insert into product_demand (product_id, bought) select unnest(product_ids), ? from bought_orders where order_id = ? order by 1
     on conflict (product_id) do update set bought = greatest(product_demand.bought + ?, 0)`,
    [Math.max(change, 0), orderId, change],
    'run',
  );
  await unit.em.execute(
    `insert into product_pairs (kind, product_id, other_id, customers)
     select 'bought', one, other, ? from bought_orders o, unnest(o.product_ids) as one, unnest(o.product_ids) as other
     where o.order_id = ? and one <> other and not exists (
       select 1 from bought_orders b where b.customer_id = o.customer_id and b.order_id <> o.order_id
         and cardinality(b.product_ids) <= ${String(mostProducts)} and b.product_ids @> array[one, other])
     order by 2, 3
     on conflict (kind, product_id, other_id) do update set customers = greatest(product_pairs.customers + ?, 0)`,
    [Math.max(change, 0), orderId, change],
    'run',
  );
}
