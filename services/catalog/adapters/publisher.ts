import type { Logger } from '@cartwright/kernel/telemetry/logger';
import { inputOf, toProduct } from '../domain/product.ts';
import { Outdated } from '../ports.ts';
import type { Documents, Products } from '../ports.ts';

const batch = 100;

export interface PublisherParts {
  readonly products: Products;
  readonly documents: Documents;
}

/**
 * Publishes scheduled products whose time has come; answers how many. Each is a change as staff would make it, on the revision that was read: who
 * comes second, or meets somebody who changes the product just now, leaves it to the next time.
 */
export async function publishDue({ products, documents }: PublisherParts, log: Logger): Promise<number> {
  let published = 0;
  for (;;) {
    const ids = await products.due(batch);
    const attributes = await documents.attributesOf(ids);
    let done = 0;
    for (const product of await products.byIds(ids, 'staff')) {
      const { id, revision } = product;
      try {
        const { status: _, publishAt: __, ...input } = inputOf(product);
        await products.save(toProduct(id, input), attributes.get(id) ?? {}, {
          expected: revision,
          beforeCommit: () => Promise.resolve(undefined),
        });
        done++;
      } catch (error) {
        if (!(error instanceof Outdated)) throw error;
        log.info({ productId: id }, 'is being changed, and published the next time');
      }
    }
    published += done;
    if (done < batch) return published;
  }
}
