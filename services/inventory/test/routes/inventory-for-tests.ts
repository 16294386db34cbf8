import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Principal } from '@cartwright/kernel/http/access';
import { unauthorized } from '@cartwright/kernel/http/problem';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Role } from '@cartwright/kernel/schemas';
import { appToken, kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import { stockLevels } from '../../adapters/stock-levels.ts';
import { stockTurns } from '../../adapters/stock-turns.ts';
import { inventoryApp } from '../../app.ts';
import type { StockTurns } from '../../ports.ts';
import { inventoryDatabase, noReturns, stockActors } from '../inventory-for-tests.ts';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown> & { items?: Record<string, unknown>[]; errors?: { field: string }[] };
}

export interface InventoryForTests {
  readonly database: Database;
  readonly turns: StockTurns;
  /** Calls a route as a user of a role (`user-1`), or as another service. */
  readonly call: (method: string, path: string, options?: { role?: Role; body?: unknown; key?: string; app?: string }) => Promise<Answer>;
  readonly end: () => Promise<void>;
}

/** Inventory's routes in this process, on a database of their own. */
export async function inventoryForTests(): Promise<InventoryForTests> {
  const { database, end } = await inventoryDatabase();
  const actors = stockActors(database);
  const turns = stockTurns({ actors });
  const kernel = kernelForTests({
    dapr: { actors } as unknown as Sidecar,
    checkToken: (token) => {
      const role = token.split('.')[1] as Role;
      if (token.startsWith('good.')) return Promise.resolve({ userId: 'user-1', sessionId: 's', roles: [role] } satisfies Principal);
      return Promise.reject(unauthorized('The access token is not valid'));
    },
  });
  const parts = { database, levels: stockLevels(database), turns, settle: () => undefined, returns: noReturns, policy: { lowBelow: 0 } };
  const app = await listen(kernel, inventoryApp(kernel, parts));
  return {
    database,
    turns,
    async call(method, path, options = {}) {
      const response = await fetch(app.url + path, {
        method,
        headers: {
          ...(options.role === undefined ? {} : { authorization: `Bearer good.${options.role}.x` }),
          ...(options.app === undefined ? {} : { 'dapr-api-token': appToken, 'dapr-caller-app-id': options.app }),
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.key === undefined ? {} : { 'idempotency-key': options.key }),
        },
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
    },
    async end() {
      await app.close();
      await end();
    },
  };
}
