import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { Availability } from '../domain/checkout.ts';
import type { Stock } from '../ports.ts';

/** No checkout waits longer for advice that it can do without. */
const timeoutMs = 500;

/** Asks inventory. It only spares customers an order that would be rejected a moment later, so a checkout goes on without its answer. */
export function inventoryStock(dapr: Pick<Sidecar, 'invoke'>, log: Logger): Stock {
  return {
    async availability(skus, asOf) {
      try {
        const path = '/internal/stock/availability';
        const { items } = await dapr.invoke<{ items: Availability[] }>('inventory', {
          method: 'POST',
          path,
          body: { skus, asOf },
          timeoutMs,
        });
        return items;
      } catch (error) {
        log.warn({ error }, 'inventory did not say what it has; the reservation decides');
        return [];
      }
    },
  };
}
