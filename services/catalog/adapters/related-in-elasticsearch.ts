import type { Client } from '@elastic/elasticsearch';
import type { ProductSummary } from '../domain/product-view.ts';
import { relatedQuery } from '../domain/search/related.ts';
import type { Likeness } from '../domain/search/related.ts';

/** What is like a product, the most alike first; undefined where the index does not know the product yet. */
export function relatedProducts(client: Client, index: string): (id: string, limit: number) => Promise<ProductSummary[] | undefined> {
  return async (id, limit) => {
    const { docs } = await client.mget<Likeness>(
      { index, ids: [id], _source: ['terms', 'categories', 'brand', 'price'] },
      { maxRetries: 0 },
    );
    const [doc] = docs;
    if (doc === undefined || !('_source' in doc)) return undefined;
    const query = { index, ...relatedQuery(id, doc._source), size: limit, _source: ['view'], track_total_hits: false };
    const { hits } = await client.search<{ view: ProductSummary }>(query, { maxRetries: 0 });
    return hits.hits.flatMap(({ _source }) => (_source === undefined ? [] : [_source.view]));
  };
}
