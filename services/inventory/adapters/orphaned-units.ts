import type { Database } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { StockTurns } from '../ports.ts';

interface Orphan {
  readonly sku: string;
  readonly orderId: string;
}

/**
 * Gives back units that are held for an order whose reservation holds nothing. That a worker is given up is only known by its lease's time: one that
 * slept through it, in the middle of a turn, may reserve after its successor has released. Nobody else would ever ask for these units again: the
 * order has ended, and a reservation is never begun twice. Answers how many lines were given back. Throws, when all were tried, what turns threw.
 */
export async function releaseOrphans(database: Database, stock: StockTurns, log: Logger): Promise<number> {
  const orphans = await database.sql<Orphan>(
    `select m.sku, m.order_id as "orderId" from reservations r join stock_movements m on m.order_id = r.order_id
     where r.state in ('released', 'rejected') and r.updated_at > now() - interval '1 hour'
     group by m.sku, m.order_id having sum(m.reserved_delta) > 0 order by m.sku limit 1000`,
  );
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
  return orphans.length;
}
