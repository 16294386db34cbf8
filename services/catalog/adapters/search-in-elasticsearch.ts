import { createHash } from 'node:crypto';
import { Client, errors } from '@elastic/elasticsearch';
import type { ProductSummary } from '../domain/product-view.ts';
import { searchQuery } from '../domain/search-query.ts';
import type { Facet } from '../domain/search-query.ts';
import type { IndexEntry, SearchIndex } from '../ports.ts';

const mapping = {
  settings: {
    number_of_shards: 1,
    number_of_replicas: 0,
    refresh_interval: '200ms',
    analysis: { analyzer: { words: { type: 'standard', stopwords: '_english_' } } },
  },
  mappings: {
    dynamic: false as const,
    properties: {
      id: { type: 'keyword' as const },
      title: { type: 'text' as const, analyzer: 'words' },
      description: { type: 'text' as const, analyzer: 'words' },
      brand: { type: 'text' as const, fields: { keyword: { type: 'keyword' as const } } },
      categories: { type: 'keyword' as const },
      categoryNames: { type: 'text' as const },
      tags: { type: 'text' as const },
      attributes: { type: 'text' as const },
      skus: { type: 'keyword' as const },
      price: { type: 'long' as const },
      rating: { type: 'float' as const },
      reviewCount: { type: 'integer' as const },
      inStock: { type: 'boolean' as const },
      createdAt: { type: 'keyword' as const },
      suggest: { type: 'completion' as const },
      view: { type: 'object' as const, enabled: false },
    },
  },
};

interface Bucket {
  readonly key: string | number;
  readonly key_as_string?: string;
  readonly doc_count: number;
}

/**
 * Products in Elasticsearch. The index is derived: it can be made again from the databases at any time. Its name holds what its mapping is,
 * so that another mapping gets an index of its own.
 */
export function searchIn(url: string, name = 'products'): SearchIndex {
  const index = `${name}-${createHash('sha256').update(JSON.stringify(mapping)).digest('hex').slice(0, 8)}`;
  const client = new Client({ node: url, requestTimeout: 3000, maxRetries: 1 });
  return {
    async prepare() {
      if (await client.indices.exists({ index })) return false;
      try {
        await client.indices.create({ index, ...mapping });
        return true;
      } catch (error) {
        if (error instanceof errors.ResponseError && error.message.includes('resource_already_exists')) return false; // another copy was first
        throw error;
      }
    },
    async ping() {
      await client.cluster.health({ timeout: '1s' }); // the slim server has no `GET /`, which ping() asks
    },
    async search(request) {
      const { hits, aggregations } = await client.search<{ view: ProductSummary }>({ index, ...searchQuery(request) });
      const shown = hits.hits.slice(0, request.limit);
      const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
      const facet = (name: Facet): { value: string; count: number }[] => {
        const { buckets } = (aggregations?.[name] as unknown as { values: { buckets: Bucket[] } }).values;
        return buckets
          .filter(({ doc_count: count }) => count > 0)
          .map(({ key, key_as_string: text, doc_count: count }) => ({ value: text ?? String(key), count }));
      };
      return {
        items: shown.flatMap(({ _source }) => (_source === undefined ? [] : [_source.view])),
        total,
        facets: {
          category: facet('category'),
          brand: facet('brand'),
          price: facet('price'),
          rating: facet('rating'),
          inStock: facet('inStock'),
        },
        last: hits.hits.length > request.limit ? (shown.at(-1)?.sort as (string | number)[] | undefined) : undefined,
      };
    },
    async suggest(prefix, limit) {
      const { suggest } = await client.search<{ view: ProductSummary }>({
        index,
        _source: ['view.id', 'view.slug', 'view.title'],
        suggest: { titles: { prefix, completion: { field: 'suggest', size: limit, skip_duplicates: true, fuzzy: { fuzziness: 'AUTO' } } } },
      });
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

function operationsOf(index: string): (entry: IndexEntry) => Record<string, unknown>[] {
  return ({ id, version, document }) => {
    const place = { _index: index, _id: id, version, version_type: 'external' };
    return document === undefined ? [{ delete: place }] : [{ index: place }, document];
  };
}
