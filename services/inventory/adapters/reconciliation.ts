import { every } from '@cartwright/kernel/every';
import type { Periodic } from '@cartwright/kernel/every';
import type { Kernel } from '@cartwright/kernel/kernel';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Reservations, StockTurns } from '../ports.ts';
import { releaseOrphans } from './orphaned-units.ts';

const overdueMs = 30 * 60_000;
const everyMs = 60_000;

/** What an order's status means for stock that is still held. Orders that go on keep it. */
const meaning: Readonly<Record<string, 'committing' | 'releasing' | undefined>> = {
  confirmed: 'committing',
  rejected: 'releasing',
  payment_failed: 'releasing',
  cancelled: 'releasing',
};

interface OrderStatus {
  readonly orderId: string;
  readonly status: string;
}

/**
 * Asks orders about stock that is held for longer than any order lives: an event may have been lost. Reservations never end by themselves,
 * orders decides. Answers how many were put right.
 */
export async function reconcileOverdue(
  kernel: Pick<Kernel, 'dapr' | 'log'>,
  database: Database,
  reservations: Reservations,
  settle: (orderId: string) => void,
  olderThanMs = overdueMs,
): Promise<number> {
  const orderIds = await reservations.held(olderThanMs, 100);
  if (orderIds.length === 0) return 0;
  const { items } = await kernel.dapr.invoke<{ items: OrderStatus[] }>('orders', {
    method: 'POST',
    path: '/internal/orders/status',
    body: { orderIds },
  });
  let mended = 0;
  for (const { orderId, status } of items) {
    const next = meaning[status];
    if (next === undefined) continue;
    const rows = await database.sql(
      `update reservations set state = ?, updated_at = now() where order_id = ? and state = 'reserved' returning 1`,
      [next, orderId],
    );
    if (rows.length === 0) continue;
    mended++;
    kernel.log.warn({ orderId, status }, 'A reservation was held though its order had ended');
    settle(orderId);
  }
  return mended;
}

/** Gives back what is held for nobody, and asks orders about what is held for long: every minute, in one copy of the service at a time. */
export function startReconciliation(
  kernel: Kernel,
  database: Database,
  reservations: Reservations,
  settle: (orderId: string) => void,
  stock: StockTurns,
): Periodic {
  return every(everyMs, 'reconciliation of reservations', kernel.log, () =>
    kernel.dapr.lock('lock').with('inventory-reconciliation', 60, async () => {
      const [orphans, overdue] = await Promise.allSettled([
        releaseOrphans(database, stock, kernel.log),
        reconcileOverdue(kernel, database, reservations, settle),
      ]);
      for (const outcome of [orphans, overdue]) if (outcome.status === 'rejected') throw outcome.reason;
    }),
  );
}
