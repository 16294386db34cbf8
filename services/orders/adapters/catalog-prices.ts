import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { PriceSource, ProductPrices } from '../ports.ts';

/** What catalog itself says, by invocation. */
export function catalogPrices(dapr: Pick<Sidecar, 'invoke'>): PriceSource {
  return {
    read: (which) =>
      dapr.invoke<{ items: ProductPrices[]; total: number }>('catalog', {
        method: 'POST',
        path: '/internal/products/prices',
        body: which,
        timeoutMs: 10_000,
      }),
  };
}
