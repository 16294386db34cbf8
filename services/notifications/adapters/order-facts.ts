import type { Database } from '@cartwright/kernel/postgres/database';
import type { OrderFacts, OrderFactsStore } from '../ports.ts';

interface Row {
  order_id: string;
  number: string;
  customer_id: string | null;
  currency: string;
  lines: OrderFacts['lines'];
  totals: OrderFacts['totals'];
  placed_at: string;
}

/** What orders' events said of orders, in Postgres. */
export function orderFactsIn(database: Database): OrderFactsStore {
  async function findAll(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderFacts>> {
    if (orderIds.length === 0) return new Map();
    const rows = await database.sql<Row>(
      'select order_id, number, customer_id, currency, lines, totals, placed_at from orders where order_id = any (?::uuid[])',
      [`{${orderIds.join(',')}}`],
    );
    return new Map(rows.map((row) => [row.order_id, factsOf(row)]));
  }

  return {
    async keep({ em }, { orderId, number, customerId, currency, lines, totals, placedAt }) {
      await em.execute(
        `insert into orders (order_id, number, customer_id, currency, lines, totals, placed_at)
         values (?, ?, ?, ?, ?::jsonb, ?::jsonb, ?) on conflict do nothing`,
        [orderId, number, customerId, currency, JSON.stringify(lines), JSON.stringify(totals), placedAt],
        'run',
      );
    },
    async find(orderId) {
      return (await findAll([orderId])).get(orderId);
    },
    findAll,
    async customerOf({ em }, orderId) {
      const [row] = await em.execute<Pick<Row, 'customer_id'>[]>('select customer_id from orders where order_id = ?', [orderId]);
      return row?.customer_id ?? null;
    },
    async moneyOf({ em }, orderId) {
      const [row] = await em.execute<{ payment_status: string; given_back: string; total: string }[]>(
        `select payment_status, given_back, totals->>'total' as total from orders where order_id = ?`,
        [orderId],
      );
      if (row === undefined) return undefined;
      return { paymentStatus: row.payment_status, givenBack: Number(row.given_back), total: Number(row.total) };
    },
    async noteMoney({ em }, orderId, { paymentStatus, givingBack }) {
      await em.execute(
        `update orders set payment_status = coalesce(?, payment_status), given_back = given_back + ?
         where order_id = ? and (payment_status is distinct from coalesce(?, payment_status) or ? <> 0)`,
        [paymentStatus ?? null, givingBack, orderId, paymentStatus ?? null, givingBack],
        'run',
      );
    },
  };
}

function factsOf({ order_id: orderId, number, customer_id: customerId, currency, lines, totals, placed_at: placedAt }: Row): OrderFacts {
  return { orderId, number, customerId, currency, lines, totals, placedAt: new Date(placedAt).toISOString() };
}
