import type { Database } from '@cartwright/kernel/postgres/database';
import type { OrderFacts, OrderFactsStore } from '../ports.ts';

interface Row {
  order_id: string;
  number: string;
  customer_id: string | null;
  currency: string;
  lines: OrderFacts['lines'];
  totals: OrderFacts['totals'];
}

/** What orders' events said of orders, in Postgres. */
export function orderFactsIn(database: Database): OrderFactsStore {
  return {
    async keep({ em }, { orderId, number, customerId, currency, lines, totals }, placedAt) {
      await em.execute(
        `insert into orders (order_id, number, customer_id, currency, lines, totals, placed_at)
         values (?, ?, ?, ?, ?::jsonb, ?::jsonb, ?) on conflict do nothing`,
        [orderId, number, customerId, currency, JSON.stringify(lines), JSON.stringify(totals), placedAt],
        'run',
      );
    },
    async find(orderId) {
      const [row] = await database.sql<Row>(
        'select order_id, number, customer_id, currency, lines, totals from orders where order_id = ?',
        [orderId],
      );
      if (row === undefined) return undefined;
      const { number, customer_id: customerId, currency, lines, totals } = row;
      return { orderId, number, customerId, currency, lines, totals };
    },
  };
}
