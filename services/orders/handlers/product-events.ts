import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import type { EventOf } from '@cartwright/kernel/events/event';
import { on } from '@cartwright/kernel/messaging/handler';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Prices } from '../ports.ts';

/** Keeps orders' prices in step with catalog's products. */
export function productEvents(prices: Prices): Handler[] {
  const apply = async (event: EventOf<typeof ProductCreated | typeof ProductUpdated>, unit: UnitOfWork): Promise<void> => {
    const { productId, currency, variants } = event.data;
    await prices.replace(unit, { productId, version: event.aggregateVersion, currency, variants });
  };
  return [
    on(ProductCreated, { apply }),
    on(ProductUpdated, { apply }),
    on(ProductDeleted, {
      apply: ({ data: { productId } }, unit) => prices.remove(unit, productId),
    }),
  ];
}
