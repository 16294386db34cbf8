import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { PriceListChanges, PriceSource, ProductPrices } from '../ports.ts';

const timeoutMs = 10_000;

/** What catalog itself says, by invocation. */
export function catalogPrices(dapr: Pick<Sidecar, 'invoke'>): PriceSource {
  return {
    read: (which) =>
      dapr.invoke<{ items: (ProductPrices & { sellerId: string })[]; total: number }>('catalog', {
        method: 'POST',
        path: '/internal/products/prices',
        body: which,
        timeoutMs,
      }),
    async changes(sellerId, after) {
      // A product that changes between two pieces comes again in a later one; with the last piece they are the prices of one moment.
      const byProduct = new Map<string, ProductPrices>();
      for (let version = after; ;) {
        const piece = await dapr.invoke<PriceListChanges & { complete: boolean }>('catalog', {
          method: 'POST',
          path: '/internal/price-lists/changes',
          body: { sellerId, after: version },
          timeoutMs,
        });
        for (const item of piece.items) {
          byProduct.delete(item.productId); // so that what changed last stands last
          byProduct.set(item.productId, item);
        }
        version = piece.version;
        if (piece.complete) return { items: [...byProduct.values()], version };
      }
    },
  };
}
