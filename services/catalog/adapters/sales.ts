import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import { Problem } from '@cartwright/kernel/http/problem';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { Sales } from '../ports.ts';

/** Orders takes up to three seconds, while orders of the product wait for their stock. */
const timeoutMs = 6000;
const atOnce = 500;

/** Asks orders, which sells by a copy of its own. */
export function salesByOrders(dapr: Pick<Sidecar, 'invoke'>, log: Logger): Sales {
  return {
    async end(removed) {
      for (let start = 0; start < removed.length; start += atOnce) {
        const products = removed.slice(start, start + atOnce).map(({ id: productId, skus }) => ({ productId, skus }));
        try {
          await dapr.invoke('orders', { method: 'POST', path: '/internal/products/withdraw', body: { products }, timeoutMs });
        } catch (error) {
          log.warn({ error, products: products.length }, 'orders did not say that it sells removed products no more');
          throw new Problem(
            {
              status: 503,
              code: 'removal_unconfirmed',
              title: 'Removal not confirmed',
              detail: 'It is removed here, and orders will hear of it; until then it may still be ordered. Ask again to know',
              headers: { 'retry-after': '2' },
            },
            { cause: error },
          );
        }
      }
    },
  };
}
