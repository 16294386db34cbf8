import type { Database } from '@cartwright/kernel/postgres/database';
import type { CustomerCarts } from '../ports.ts';

/** Which cart is whose of the moment, in orders' own Postgres; the carts themselves are the actors'. */
export function customerCartsIn(database: Database): CustomerCarts {
  return {
    async currentOf(customerId) {
      const [row] = await database.sql<{ id: string }>('select cart_id as id from customer_carts where customer_id = ?', [customerId]);
      return row?.id;
    },

    async remember(customerId, cartId, unit) {
      const statement = `insert into customer_carts (customer_id, cart_id) values (?, ?)
        on conflict (customer_id) do update set cart_id = excluded.cart_id, since = now()`;
      if (unit === undefined) await database.sql(statement, [customerId, cartId]);
      else await unit.em.execute(statement, [customerId, cartId], 'run');
    },

    async follow(customerId, before, next) {
      const [row] = await database.sql<{ id: string }>(
        `insert into customer_carts as c (customer_id, cart_id) values (?, ?)
         on conflict (customer_id) do update set
           cart_id = case when c.cart_id = ?::uuid then excluded.cart_id else c.cart_id end, since = now()
         returning cart_id as id`,
        [customerId, next, before ?? null],
      );
      return row?.id ?? next;
    },
  };
}
