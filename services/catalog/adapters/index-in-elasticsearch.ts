import { Client, errors } from '@elastic/elasticsearch';
import type { ProductSummary } from '../domain/product-view.ts';
import type { IndexEntry, SearchIndex } from '../ports.ts';
import { breaker } from './breaker.ts';
import { searchProducts } from './search-in-elasticsearch.ts';
import { mappingHash, searchMapping } from './search-mapping.ts';

/**
 * Products in Elasticsearch. The index is derived: it can be made again from the databases at any time. Its name holds what its mapping is,
 * so that another mapping gets an index of its own.
 */
export function searchIn(url: string, name = 'products', requestTimeoutMs = 3000): SearchIndex {
  const index = `${name}-${mappingHash}`;
  const client = new Client({ node: url, requestTimeout: requestTimeoutMs, maxRetries: 1 });

  const ask = breaker({ isAway });
  const search = searchProducts(client, index);

  return {
    async prepare() {
      if (await client.indices.exists({ index })) return false;
      try {
        await client.indices.create({ index, ...searchMapping });
        return true;
      } catch (error) {
        if (error instanceof errors.ResponseError && error.message.includes('resource_already_exists')) return false; // another copy was first
        throw error;
      }
    },
    async ping() {
      await client.cluster.health({ timeout: '1s' }); // the slim server has no `GET /`, which ping() asks
    },
    search: (request) => ask(() => search(request)),
    async suggest(prefix, limit) {
      const completion = { field: 'suggest', size: limit, skip_duplicates: true, fuzzy: { fuzziness: 'AUTO' } };
      const query = { index, _source: ['view.id', 'view.slug', 'view.title'], suggest: { titles: { prefix, completion } } };
      const { suggest } = await ask(() => client.search<{ view: ProductSummary }>(query, { maxRetries: 0 }));
      const options = suggest?.['titles']?.[0]?.options as { _source?: { view: ProductSummary } }[] | undefined;
      return (options ?? []).flatMap(({ _source }) =>
        _source === undefined ? [] : [{ text: _source.view.title, id: _source.view.id, slug: _source.view.slug }],
      );
    },
    async write(entries) {
      if (entries.length === 0) return;
      const operations = entries.flatMap(operationsOf(index));
      const { items } = await client.bulk({ operations });
      for (const item of items) {
        const result = item.index ?? item.delete;
        // 409: a later version is there already. 404: what shall be gone is not there.
        if (result?.error !== undefined && result.status !== 409) throw new Error(`The index refused a product: ${result.error.type}`);
      }
    },
  };
}

function isAway(error: unknown): boolean {
  if (error instanceof errors.ResponseError) return [429, 502, 503, 504].includes(error.statusCode ?? 0);
  return error instanceof errors.ElasticsearchClientError;
}

function operationsOf(index: string): (entry: IndexEntry) => Record<string, unknown>[] {
  return ({ id, version, document }) => {
    const place = { _index: index, _id: id, version, version_type: 'external' };
    return document === undefined ? [{ delete: place }] : [{ index: place }, document];
  };
}
