import { startLeasedJobs } from '@cartwright/kernel/leased-jobs';
import type { LeasedJobs } from '@cartwright/kernel/leased-jobs';
import type { Kernel } from '@cartwright/kernel/kernel';
import type { Database } from '@cartwright/kernel/postgres/database';
import { inTurnOrder } from '../domain/reservation.ts';
import type { ReturnedGoods, Returns, StockTurns } from '../ports.ts';

/** A turn takes less, attempts included. */
const leaseEnd = `now() + interval '20 seconds'`;
const columns = 'return_id as "returnId", order_id as "orderId", sku, quantity';

/**
 * Puts returned goods back into stock in the background. The command is named after the return, so a turn that is taken again, after a crash
 * between it and its note, changes nothing.
 */
export function startRestocking(
  kernel: Pick<Kernel, 'log'>,
  database: Database,
  stock: StockTurns,
  sweepMs?: number,
): Returns & LeasedJobs<ReturnedGoods> {
  const jobs = startLeasedJobs<ReturnedGoods>({
    name: 'returned goods',
    log: kernel.log,
    ...(sweepMs === undefined ? {} : { sweepMs }),
    lease: (limit) =>
      database.sql<ReturnedGoods>(
        `update returned_goods set tries = tries + 1, leased_until = ${leaseEnd} + least(tries, 60) * interval '5 seconds'
         where (return_id, sku) in (
           select return_id, sku from returned_goods where state = 'open' and (leased_until is null or leased_until < now())
           order by created_at limit ? for update skip locked)
         returning ${columns}`,
        [limit],
      ),
    work: async ({ returnId, orderId, sku, quantity }) => {
      const answer = await stock.decide(sku, { id: `return:${returnId}`, type: 'restock', orderId, quantity });
      if (!answer.ok) throw new Error(`${String(quantity)} of ${sku} cannot come back from return ${returnId}: ${answer.refused}`);
      await database.sql(`update returned_goods set state = 'done', done_at = now() where return_id = ? and sku = ?`, [returnId, sku]);
    },
  });
  return {
    ...jobs,
    note({ em }, { returnId, orderId, lines }) {
      const goods = inTurnOrder(lines).map(({ sku, quantity }) => [returnId, sku, orderId, quantity]);
      return em.execute<ReturnedGoods[]>(
        `insert into returned_goods (return_id, sku, order_id, quantity, leased_until) values ${goods.map(() => `(?, ?, ?, ?, ${leaseEnd})`).join(', ')}
         on conflict do nothing returning ${columns}`,
        goods.flat(),
      );
    },
  };
}
