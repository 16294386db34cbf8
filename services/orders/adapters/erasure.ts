import { every } from '@cartwright/kernel/every';
import type { Periodic } from '@cartwright/kernel/every';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import { cancelErased } from '../domain/order-commands.ts';
import type { Erasure, Orders } from '../ports.ts';

const isOpen = "o.status in ('placed', 'reserved', 'authorized', 'confirmed') and o.fulfilment = 'none'";

/** Erases customers in orders' own Postgres. What happened to their orders stays: it names ids that nobody has any more. */
export function erasureIn(database: Database, orders: Pick<Orders, 'change'>): Erasure {
  return {
    async erase({ em }, customerId) {
      await em.execute('insert into erasures (customer_id) values (?) on conflict do nothing', [customerId], 'run');
      await em.execute(
        'delete from order_contacts using orders where orders.id = order_contacts.order_id and orders.customer_id = ?',
        [customerId],
        'run',
      );
      await em.execute(
        'delete from order_words using orders where orders.id = order_words.order_id and orders.customer_id = ?',
        [customerId],
        'run',
      );
      // What they were answered is kept for a day, for whoever asks again, and what staff were of their orders: it shows what was written.
      await em.execute(
        `delete from idempotency_keys where principal = ? or body->>'id' in (select id::text from orders where customer_id = ?)`,
        [customerId, customerId],
        'run',
      );
      await em.execute('delete from customer_carts where customer_id = ?', [customerId], 'run');
      // Where their coupons went is still counted; that it was they is not known any more.
      await em.execute('update coupon_redemptions set customer_id = null, email_key = null where customer_id = ?', [customerId], 'run');
    },

    async endOrders() {
      for (let count = 0; ; count += 1) {
        // One order a transaction, as everywhere.
        const found = await database.transaction(async (unit) => {
          const [open] = await unit.em.execute<{ id: string }[]>(
            `select o.id from erasures e join orders o on o.customer_id = e.customer_id where ${isOpen} limit 1 for update of o skip locked`,
          );
          if (open !== undefined) await orders.change(unit, open.id, 'erasure', cancelErased);
          return open !== undefined;
        });
        if (found) continue;
        // Those whose orders somebody else is changing stay for the next time.
        await database.sql(
          `delete from erasures e where not exists (select 1 from orders o where o.customer_id = e.customer_id and ${isOpen})`,
        );
        return count;
      }
    },
  };
}

/** Ends orders of those who were erased, from time to time. */
export function startEndingOrders(erasure: Pick<Erasure, 'endOrders'>, log: Logger, everyMs: number): Periodic {
  return every(everyMs, 'orders of erased customers', log, () => erasure.endOrders());
}
