import type { CartState } from '@cartwright/cart/state';
import { CartAbandoned } from '@cartwright/kernel/events/cart-abandoned';
import type { Database } from '@cartwright/kernel/postgres/database';
import { v5 } from 'uuid';

const namespace = 'a2f6b0a4-6c0e-5d0f-9c55-4b1a6c7f2e11';

/**
 * Publishes that a cart was left, once for each time that it was: the id of the event follows from the cart and from when it was last
 * touched. What the actor reports again after a crash changes nothing.
 */
export function abandonedCarts(database: Database): (cart: CartState) => Promise<void> {
  return async ({ id: cartId, changedAt, lines }) => {
    await database.transaction(async (unit) => {
      const [row] = await unit.em.execute<{ version: number }[]>(
        `insert into abandoned_carts (cart_id, version, changed_at)
         select ?, coalesce(max(version), 0) + 1, ? from abandoned_carts where cart_id = ?
         on conflict (cart_id, changed_at) do nothing returning version`,
        [cartId, changedAt, cartId],
      );
      if (row === undefined) return;
      unit.publish(
        CartAbandoned.create({
          aggregateId: cartId,
          aggregateVersion: row.version,
          id: v5(`${cartId} ${changedAt}`, namespace),
          data: { cartId, lines: lines.map((line) => ({ ...line, total: line.quantity * line.unitPrice })) },
        }),
      );
    });
  };
}
