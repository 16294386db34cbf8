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
 * are Postgres' time. Answers how many were cancelled. One that cannot be cancelled keeps up nobody behind it: throws, when all were tried, what
 * these threw.
 */
export async function sweepExpired(database: Database, orders: Pick<Orders, 'nextExpired' | 'change'>): Promise<number> {
  const failed = new Map<string, unknown>();
  for (let count = 0; ;) {
    let id: string | undefined;
    try {
      await database.transaction(async (unit) => {
        id = await orders.nextExpired(unit, [...failed.keys()]);
        if (id !== undefined) await orders.change(unit, id, 'deadline', (order) => react(order, 'Expired', {}));
      });
    } catch (error) {
      if (id === undefined || failed.size >= mostFailures) throw error;
      failed.set(id, error);
      continue;
    }
    if (id !== undefined) count += 1;
    else if (failed.size === 0) return count;
    else throw new AggregateError(failed.values(), `${String(count)} were cancelled; these could not be: ${[...failed.keys()].join(', ')}`);
  }
}

/** So many that fail have one reason, such as Postgres being away; the next sweep finds them again. */
const mostFailures = 20;

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
