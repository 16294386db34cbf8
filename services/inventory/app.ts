import { ActorHost } from '@cartwright/actor-host/host';
import { mountActors } from '@cartwright/actor-host/mount';
import type { Kernel, ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import { hostStock, snapshotKey } from '@cartwright/stock/host-stock';
import type { StockPolicy } from '@cartwright/stock/rules';
import { stockJournal } from './adapters/stock-journal.ts';
import { orderEvents } from './handlers/order-events.ts';
import type { Returns, StockLevels, StockTurns } from './ports.ts';
import { availabilityRoute } from './routes/availability.ts';
import { movementRoutes } from './routes/stock-movements.ts';
import { settingsRoutes } from './routes/stock-settings.ts';
import { stockRoutes } from './routes/stock.ts';

export interface InventoryParts {
  readonly database: Database;
  readonly levels: StockLevels;
  readonly turns: StockTurns;
  readonly settle: (orderId: string) => void;
  readonly returns: Returns;
  readonly policy: StockPolicy;
}

/** Inventory: hosts the Stock actors, reserves for orders, and tells levels. */
export function inventoryApp(kernel: Kernel, { database, levels, turns, settle, returns, policy }: InventoryParts): ServiceApp {
  const stock = hostStock({
    journal: stockJournal(database),
    policy,
    saveSnapshot: (sku, state) =>
      kernel.dapr.actors.saveState('Stock', sku, [{ operation: 'upsert', request: { key: snapshotKey, value: state } }]),
  });
  const host = new ActorHost(kernel.dapr.actors, kernel.log, [stock]);
  const subscriptions = [subscription({ topic: 'orders', database, handlers: orderEvents(settle, returns) })];
  return {
    routes: [
      ...stockRoutes(levels, turns),
      ...settingsRoutes(levels, turns),
      ...movementRoutes(levels),
      availabilityRoute(levels),
      ...messagingRoutes(database, subscriptions),
    ],
    subscriptions,
    actorTypes: host.types,
    onSidecarStart: () => {
      host.forgetAll();
    },
    extend: (router) => {
      mountActors(router, host);
    },
  };
}
