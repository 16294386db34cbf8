import { ActorHost } from '@cartwright/actor-host/host';
import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import type { Database } from '@cartwright/kernel/postgres/database';
import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { adminUrl, createTestDatabase } from '@cartwright/kernel/test/postgres/test-database';
import { hostStock, snapshotKey } from '@cartwright/stock/host-stock';
import type { StockAnswer } from '@cartwright/stock/rules';
import { v7 } from 'uuid';
import { stockJournal } from '../adapters/stock-journal.ts';
import { stockTurns } from '../adapters/stock-turns.ts';
import type { Returns, StockTurns } from '../ports.ts';

export const quiet = createLogger('inventory', 'silent');

/** Inventory's database, new and of its own, on the stack's Postgres. */
export async function inventoryDatabase(): Promise<{ database: Database; end: () => Promise<void> }> {
  const own = await createTestDatabase(adminUrl(), 'inventory');
  const database = await openDatabaseAt(own.url, { name: 'inventory', migrations: `${import.meta.dirname}/../migrations`, poolSize: 20 });
  return {
    database,
    async end() {
      await database.close();
      await own.drop();
    },
  };
}

/** Stock actors in this process instead of behind a sidecar; their journal is the database. Each call is a process of its own. */
export function stockActors(database: Database, api = new ActorApiForTests(), journal = stockJournal(database)): ActorApiForTests {
  const stock = hostStock({
    journal,
    saveSnapshot: (sku, state) => api.saveState('Stock', sku, [{ operation: 'upsert', request: { key: snapshotKey, value: state } }]),
  });
  const host = new ActorHost(api, quiet, [stock]);
  api.host = (...call) => host.call(...call);
  return api;
}

export function turnsOf(database: Database): StockTurns {
  return stockTurns({ actors: stockActors(database) });
}

/** Puts so many units on the shelf. */
export function stockUp(turns: StockTurns, sku: string, onHand: number): Promise<StockAnswer> {
  return turns.decide(sku, { id: `set:${v7()}`, type: 'set', onHand, reason: 'count' });
}

/** For tests in which nothing comes back. */
export const noReturns: Returns = { note: () => Promise.resolve([]), start: () => undefined };

let made = 0;
export function newSku(): string {
  return `TEST-${Date.now().toString(36)}-${String(made++)}`;
}
