import { BackInStock } from '@cartwright/kernel/events/back-in-stock';
import { StockLow } from '@cartwright/kernel/events/stock-low';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { BackInStockRequests, StaffAlerts } from '../alert-ports.ts';
import { isFresh } from '../domain/alerts.ts';

export interface StockHandlerParts {
  readonly staffAlerts: Pick<StaffAlerts, 'keep'>;
  readonly backInStock: Pick<BackInStockRequests, 'markDue'>;
  /** Makes messages of what was noted, after the commit. */
  readonly wakeAlerts: () => void;
}

/**
 * What inventory tells of SKUs, as far as people want to hear of it: the aggregate `stock_alert` alone. The others of the topic, which are many,
 * have no handler here, so that they are acknowledged without a look into the database.
 */
export function stockEvents({ staffAlerts, backInStock, wakeAlerts }: StockHandlerParts): Handler[] {
  return [
    on(StockLow, {
      apply: async ({ id, data, time }, unit) => {
        if (!isFresh(time, Date.now())) return;
        await staffAlerts.keep(unit, { eventId: id, template: 'staff-stock-low', orderId: null, data });
        unit.afterCommit(wakeAlerts);
      },
    }),
    on(BackInStock, {
      apply: async ({ id, data: { sku }, time }, unit) => {
        await backInStock.markDue(unit, { sku, eventId: id, at: time });
        unit.afterCommit(wakeAlerts);
      },
    }),
  ];
}
