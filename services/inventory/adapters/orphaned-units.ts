import type { Database } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { StockTurns } from '../ports.ts';

interface Orphan {
  readonly sku: string;
  readonly orderId: string;
}

const atOnce = 1000;
/** What began earlier than this before a look, and was not committed by then, was broken off by the time-outs of statements. */
const overlap = `interval '5 minutes'`;

/**
 * Gives back units that are held for an order whose reservation holds nothing. That a worker is given up is only known by its lease's time: one that
 * slept through it, in the middle of a turn, may reserve after its successor has released. Nobody else would ever ask for these units again: the
 * order has ended, and a reservation is never begun twice. Looks at what has changed since the last time that all was in order, however long ago
 * that is. Answers how many lines were given back. Throws, when all were tried, what turns threw.
 */
export async function releaseOrphans(database: Database, stock: StockTurns, log: Logger): Promise<number> {
  const { lookedAt, orphans } = await database.transaction(async ({ em }) => {
    await em.execute(`set local statement_timeout = '45s'`); // the first look of all is at the whole history
    const [now] = await em.execute<{ at: string }[]>('select now()::text as at');
    // Units become orphans by a late movement, or when the reservation of an earlier one ends: each may be what is new.
    const found = await em.execute<Orphan[]>(
      `with last as (select until - ${overlap} as until from orphans_looked_for),
       changed as (
         select order_id from reservations where state in ('released', 'rejected') and updated_at > (select until from last)
         union
         select r.order_id from stock_movements m join reservations r on r.order_id = m.order_id
         where m.type = 'reserved' and m.created_at > (select until from last) and r.state in ('released', 'rejected'))
       select m.sku, m.order_id as "orderId" from changed c join stock_movements m on m.order_id = c.order_id
       group by m.sku, m.order_id having sum(m.reserved_delta) > 0 order by m.sku limit ${String(atOnce)}`,
    );
    return { lookedAt: now?.at ?? '-infinity', orphans: found };
  });
  const failures: unknown[] = [];
  for (const { sku, orderId } of orphans) {
    try {
      await stock.decide(sku, { id: `orphan:${orderId}`, type: 'release', orderId });
      log.warn({ sku, orderId }, 'Units were held for an order that had ended');
    } catch (error) {
      failures.push(error); // the others are given back all the same
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${String(failures.length)} of ${String(orphans.length)} turns failed`);
  if (orphans.length < atOnce) await database.sql('update orphans_looked_for set until = ?::timestamptz', [lookedAt]);
  return orphans.length;
}
