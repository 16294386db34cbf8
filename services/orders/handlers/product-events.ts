import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import type { EventOf } from '@cartwright/kernel/events/event';
import { on } from '@cartwright/kernel/messaging/handler';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { PriceListStep, PriceLists, Prices, ProductPrices } from '../ports.ts';

/** Keeps orders' prices in step with catalog's products, and the changes of one seller in the order in which the seller made them. */
export function productEvents(prices: Pick<Prices, 'replace'>, lists: Pick<PriceLists, 'keep'>): Handler[] {
  async function take(unit: UnitOfWork, of: Partial<PriceListStep>, product: ProductPrices): Promise<void> {
    const { sellerId, listVersion } = of;
    // Events of before there were price lists have none.
    if (sellerId === undefined || listVersion === undefined) await prices.replace(unit, product);
    else await lists.keep(unit, { sellerId, listVersion }, product);
  }
  const apply = (
    { data, aggregateVersion: version }: EventOf<typeof ProductCreated | typeof ProductUpdated>,
    unit: UnitOfWork,
  ): Promise<void> => {
    const variants = data.variants.map(({ sku, title, price }) => ({ sku, title, price }));
    return take(unit, data, { productId: data.productId, version, currency: data.currency, variants });
  };

  return [
    on(ProductCreated, { apply }),
    on(ProductUpdated, { apply }),
    on(ProductDeleted, {
      apply: ({ data, aggregateVersion: version }, unit) =>
        take(unit, data, { productId: data.productId, version, currency: noCurrency, variants: [] }),
    }),
  ];
}

/** ISO 4217's code for where no currency is involved: nothing of the product has a price any more. */
const noCurrency = 'XXX';
