import { StockUpdated } from '@cartwright/kernel/events/stock-updated';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import { queueForIndex } from '../adapters/products-in-postgres.ts';

export interface StockEventParts {
  /** Called after a commit that changed what these products say. */
  readonly forget: (productIds: readonly string[]) => void;
  /** Called after a commit that changed what the search says. */
  readonly wake: () => void;
}

/** Keeps a copy of what can be bought. Only whether a product is in stock changes what search says, so only that is indexed anew. */
export function stockEvents({ forget, wake }: StockEventParts): Handler[] {
  return [
    on(StockUpdated, {
      apply: async ({ data: { sku, available }, aggregateVersion }, unit) => {
        const [before] = await unit.em.execute<{ available: number }[]>('select available from stock_levels where sku = ?', [sku]);
        await unit.em.execute(
          `insert into stock_levels (sku, available, version) values (?, ?, ?)
           on conflict (sku) do update set available = excluded.available, version = excluded.version where stock_levels.version < excluded.version`,
          [sku, available, aggregateVersion],
          'run',
        );
        const products = await unit.em.execute<{ id: string }[]>('select product_id as id from variants where sku = ?', [sku]);
        const ids = products.map(({ id }) => id);
        const shown = (before?.available ?? 0) > 0 !== available > 0;
        if (shown) await queueForIndex(unit, ids);
        unit.afterCommit(() => {
          forget(ids);
          if (shown) wake();
        });
      },
    }),
  ];
}
