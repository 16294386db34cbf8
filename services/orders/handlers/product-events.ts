import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import type { EventOf } from '@cartwright/kernel/events/event';
import { on } from '@cartwright/kernel/messaging/handler';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { PriceListChanges, PriceListStep, PriceSource, Prices } from '../ports.ts';

/**
 * Keeps orders' prices in step with catalog's products, and the changes of one seller in the order in which the seller made them: the broker keeps that of
 * each product only. Where a change comes before an earlier one, catalog is asked for what is missing.
 */
export function productEvents(prices: Prices, catalog: Pick<PriceSource, 'changes'>): Handler[] {
  type Changed = EventOf<typeof ProductCreated | typeof ProductUpdated>;

  async function prepare({ data }: Changed | EventOf<typeof ProductDeleted>): Promise<PriceListChanges | undefined> {
    const step = stepOf(data);
    if (step === undefined) return undefined;
    const version = await prices.listVersion(step.sellerId);
    return step.listVersion > version + 1 ? catalog.changes(step.sellerId, version) : undefined;
  }

  async function apply(event: Changed, unit: UnitOfWork, missed: PriceListChanges | undefined): Promise<void> {
    const { productId, currency, variants } = event.data;
    const step = stepOf(event.data);
    if (step === undefined || (await prices.follow(unit, step, missed)))
      await prices.replace(unit, { productId, version: event.aggregateVersion, currency, variants });
  }

  return [
    on(ProductCreated, { prepare, apply }),
    on(ProductUpdated, { prepare, apply }),
    on(ProductDeleted, {
      prepare,
      apply: async ({ data, aggregateVersion }, unit, missed) => {
        const step = stepOf(data);
        if (step !== undefined) await prices.follow(unit, step, missed);
        // In any case: catalog does not tell of products that are gone when it is asked for what was missed.
        await prices.remove(unit, data.productId, aggregateVersion);
      },
    }),
  ];
}

/** Undefined for events of before there were price lists. */
function stepOf({ sellerId, listVersion }: { sellerId?: string; listVersion?: number }): PriceListStep | undefined {
  return sellerId === undefined || listVersion === undefined ? undefined : { sellerId, listVersion };
}
