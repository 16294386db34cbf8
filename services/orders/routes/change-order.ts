import { idempotent } from '@cartwright/kernel/http/idempotency';
import type { IdempotentRequest } from '@cartwright/kernel/http/idempotency';
import type { Reply } from '@cartwright/kernel/http/route';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Order } from '../domain/order.ts';
import type { Said } from '../domain/words.ts';
import type { Decide, Orders, StoredOrder } from '../ports.ts';
import { causeOf } from './order-access.ts';
import { orderView } from './views.ts';

/** Parts of the routes that change an order. */
export interface ChangingParts {
  readonly database: Database;
  readonly orders: Pick<Orders, 'change'>;
}

export interface OrderChange {
  readonly id: string;
  /** Of the Idempotency-Key, as in `orders.ship`. */
  readonly scope: string;
  readonly decide: (order: Order, unit: UnitOfWork) => ReturnType<Decide>;
  /** What the customer or staff say of it. */
  readonly said?: Said | undefined;
  /** The order as it is after, unless told. */
  readonly reply?: (stored: StoredOrder) => Reply;
}

/** Changes an order by what `decide` answers, once per Idempotency-Key, and answers how it stands after. */
export function changeOrder({ database, orders }: ChangingParts, request: IdempotentRequest, change: OrderChange): Promise<Reply> {
  const { id, scope, decide, said, reply = (stored: StoredOrder): Reply => ({ body: orderView(stored) }) } = change;
  return idempotent(database, request, { scope, principal: id }, async (unit) => {
    const stored = await orders.change(unit, id, causeOf(request.principal), (order) => decide(order, unit), said);
    return reply(stored);
  });
}
