import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { Database } from '@cartwright/kernel/postgres/database';
import { react } from '../domain/process.ts';
import type { Orders } from '../ports.ts';

export interface ExpiryOptions {
  readonly database: Database;
  readonly orders: Orders;
  readonly log: Logger;
  readonly everyMs: number;
}

/**
 * Cancels orders that were not paid in time, one transaction each. Every replica may sweep: rows that another holds are passed over. Deadlines
 * are Postgres' time. Answers how many were cancelled.
 */
export async function sweepExpired(database: Database, orders: Orders): Promise<number> {
  for (let count = 0; ; count += 1) {
    const found = await database.transaction(async (unit) => {
      const id = await orders.nextExpired(unit);
      if (id !== undefined) await orders.change(unit, id, 'deadline', (order) => react(order, 'Expired', {}));
      return id !== undefined;
    });
    if (!found) return count;
  }
}

/** Sweeps from time to time until it is stopped, which waits for the sweep under way. */
export function startExpiry({ database, orders, log, everyMs }: ExpiryOptions): { stop(): Promise<void> } {
  let stopped = false;
  let sweep = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const plan = (): void => {
    timer = setTimeout(() => {
      sweep = run();
    }, everyMs).unref();
  };
  const run = async (): Promise<void> => {
    try {
      const count = await sweepExpired(database, orders);
      if (count > 0) log.info({ count }, 'unpaid orders were cancelled');
    } catch (error) {
      log.warn({ error }, 'unpaid orders could not be swept; the next sweep will');
    }
    if (!stopped) plan();
  };
  plan();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await sweep;
    },
  };
}
