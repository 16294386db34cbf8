import { ActorHost } from '@cartwright/actor-host/host';
import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import { stockJournal } from '@cartwright/inventory/adapters/stock-journal';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { hostStock } from '@cartwright/stock/host-stock';
import type { StockCommand } from '@cartwright/stock/rules';
import { v7 } from 'uuid';
import type { Fault } from './fault.ts';

const lastsMs = 10_000;

/** A second activation of every Stock actor of the run, in this process, on the same journal: as when Dapr has lost sight of the first one. */
export const actorTwice: Fault = {
  name: 'stock-actor-twice',
  what: `every Stock actor is alive twice, and both take turns, for ${String(lastsMs / 1000)} s`,
  lastsMs,
  async inject({ stack, skus }) {
    const database = await openDatabaseAt(stack.stores.postgres['inventory'] ?? '', { name: 'inventory' });
    const api = new ActorApiForTests();
    const stock = hostStock({ journal: stockJournal(database), saveSnapshot: () => Promise.resolve() });
    const host = new ActorHost(api, createLogger('chaos', 'silent'), [stock]);
    api.host = (...call) => host.call(...call);
    let ended = false;
    const twin = async (sku: string): Promise<void> => {
      while (!ended) {
        const commands: StockCommand[] = [{ id: `chaos:${v7()}`, type: 'adjust', delta: 1, reason: 'chaos' }];
        await api.invoke('Stock', sku, 'decide', { commands });
      }
    };
    const twins = Promise.all(skus.map(twin));
    return async () => {
      ended = true;
      await twins;
      await database.close();
    };
  },
};
