import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { unpaidSeconds } from '../domain/deadline.ts';
import { fold } from '../domain/order.ts';
import type { OrderEvent } from '../domain/order.ts';
import { asRfc3339 } from './order-rows.ts';

/** How far a rebuild is; `total` is counted at its start. */
export interface RebuildProgress {
  readonly done: number;
  readonly total: number;
}

/** An order whose row is not what its events make. */
export interface Difference {
  readonly orderId: string;
  /** Names of the columns; `missing`: there was no row; `without events`: there is nothing that the row could come from. */
  readonly columns: readonly string[];
}

export interface RebuildOptions {
  /** Puts the rebuilt rows in place; else they are only compared. */
  readonly replace: boolean;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Orders that are built at a time; 500 unless told. */
  readonly batchSize?: number;
  /** For tests: runs when all rows are built, before the table is locked. */
  readonly beforeSwap?: () => Promise<void>;
}

const usualBatch = 500;

/**
 * Makes the projection `orders` again from `order_events`, beside the one that is there, while orders go on being placed; at the end the table
 * is locked for a moment, what changed meanwhile is built once more, both are compared, and the new rows take the place of the old ones.
 */
export async function rebuildOrders(database: Database, options: RebuildOptions): Promise<{ orders: number; differences: Difference[] }> {
  const { replace, onProgress, beforeSwap, batchSize = usualBatch } = options;
  const [count] = await database.sql<{ total: number }>('select count(*)::int as total from order_events where version = 1');
  const total = count?.total ?? 0;
  await database.sql('drop table if exists orders_rebuilt');
  await database.sql('create table orders_rebuilt (like orders including defaults including constraints including indexes)');
  let done = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const ids = await database.sql<{ id: string }>(
      'select order_id as id from order_events where version = 1 and order_id > ? order by order_id limit ?',
      [after, batchSize],
    );
    const last = ids.at(-1);
    if (last === undefined) break;
    await database.transaction((unit) =>
      build(
        unit,
        ids.map(({ id }) => id),
      ),
    );
    after = last.id;
    done += ids.length;
    onProgress?.({ done, total });
  }
  await beforeSwap?.();
  return database.transaction(async (unit) => {
    await unit.em.execute('set local statement_timeout = 0');
    // At once as strong as it will be needed: who asks for more later may wait for somebody who waits for it.
    await unit.em.execute(`lock table orders in ${replace ? 'access exclusive' : 'share'} mode`);
    await catchUp(unit);
    const differences = await compare(unit);
    if (replace) await unit.em.execute('truncate orders');
    if (replace) await unit.em.execute('insert into orders select * from orders_rebuilt');
    const [rebuilt] = await unit.em.execute<{ orders: number }[]>('select count(*)::int as orders from orders_rebuilt');
    await unit.em.execute('drop table orders_rebuilt');
    return { orders: rebuilt?.orders ?? 0, differences };
  });
}

interface EventRow {
  readonly order_id: string;
  readonly type: OrderEvent['type'] | 'OrderVoided';
  readonly data: unknown;
  readonly at: string;
}

async function build({ em }: UnitOfWork, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const events = await em.execute<EventRow[]>(
    `select order_id, type, data, ${asRfc3339('at')} from order_events where order_id = any(?::uuid[]) order by order_id, version`,
    [`{${ids.join(',')}}`],
  );
  const byOrder = Map.groupBy(events, ({ order_id }) => order_id);
  const rows = [...byOrder].map(([id, all]) => rowOf(id, all));
  await em.execute('delete from orders_rebuilt where id = any(?::uuid[])', [`{${ids.join(',')}}`], 'run');
  // Times come from the events in the database itself: as text they would lose their microseconds.
  await em.execute(
    `insert into orders_rebuilt
     select (jsonb_populate_record(null::orders, row
       || jsonb_build_object('created_at', first.at, 'updated_at', last.at)
       || case when row->>'status' = 'void' then '{}' else jsonb_build_object('expires_at', first.at + make_interval(secs => ?)) end)).*
     from jsonb_array_elements(?::jsonb) as row
     join order_events first on first.order_id = (row->>'id')::uuid and first.version = 1
     join order_events last on last.order_id = (row->>'id')::uuid and last.version = (row->>'version')::int`,
    [unpaidSeconds, JSON.stringify(rows)],
    'run',
  );
}

function rowOf(id: string, events: readonly EventRow[]): Record<string, unknown> {
  const nothing = { refunded: 0, shipments: [], refunds: [], returns: [], cancellations: [] };
  if (events[0]?.type === 'OrderVoided')
    return { ...nothing, id, status: 'void', fulfilment: 'none', payment_status: 'none', version: events.length };
  const order = fold(id, events as readonly OrderEvent[]);
  const { number, currency, lines, totals, provider, status, fulfilment, refunded, shipments, refunds, returns, cancellations, version } =
    order;
  return {
    ...{ id, number, currency, lines, totals, provider, status, fulfilment, refunded, shipments, refunds, returns, cancellations, version },
    cart_id: order.cartId,
    customer_id: order.customerId,
    coupon_code: order.couponCode,
    shipping_method: order.shippingMethod,
    payment_status: order.paymentStatus,
    next_action: order.nextAction,
    retry_cart_id: order.retryCartId,
  };
}

/** Builds again what has new events since. The table is locked: nothing comes after. */
async function catchUp(unit: UnitOfWork): Promise<void> {
  const stale = await unit.em.execute<{ id: string }[]>(
    `select e.order_id as id from (select order_id, max(version) as version from order_events group by order_id) e
     left join orders_rebuilt r on r.id = e.order_id where r.version is distinct from e.version`,
  );
  for (let start = 0; start < stale.length; start += usualBatch)
    await build(
      unit,
      stale.slice(start, start + usualBatch).map(({ id }) => id),
    );
}

async function compare({ em }: UnitOfWork): Promise<Difference[]> {
  const rows = await em.execute<{ orderId: string; kept: Record<string, unknown> | null; made: Record<string, unknown> | null }[]>(
    `select id as "orderId", to_jsonb(o) as kept, to_jsonb(r) as made from orders o full join orders_rebuilt r using (id)
     where to_jsonb(o) is distinct from to_jsonb(r) limit 1000`,
  );
  return rows.map(({ orderId, kept, made }) => {
    if (kept === null) return { orderId, columns: ['missing'] };
    if (made === null) return { orderId, columns: ['without events'] };
    return { orderId, columns: Object.keys(kept).filter((name) => JSON.stringify(kept[name]) !== JSON.stringify(made[name])) };
  });
}
