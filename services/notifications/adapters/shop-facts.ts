import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { NamedSku, ShopFacts } from '../alert-ports.ts';
import { askerOver } from './ask.ts';

/** Facts of the shop, asked from the services that own them. */
export function shopFactsOver(dapr: Pick<Sidecar, 'invoke'>): ShopFacts {
  const ask = askerOver(dapr);
  return {
    skuNamed: (sku) => ask<NamedSku>('catalog', `/internal/skus/${sku}`),
    available: async (sku) => (await ask<{ available: number }>('inventory', `/api/inventory/${sku}`))?.available,
    peopleWho: async (permission) => (await ask<{ userIds: string[] }>('auth', `/internal/staff?permission=${permission}`))?.userIds ?? [],
  };
}
