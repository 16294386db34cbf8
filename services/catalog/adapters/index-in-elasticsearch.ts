import { Client, errors } from '@elastic/elasticsearch';
import type { ProductSummary } from '../domain/product-view.ts';
import type { IndexEntry, SearchIndex } from '../search-ports.ts';
import { breaker } from './breaker.ts';
import { relatedProducts } from './related-in-elasticsearch.ts';
import { searchProducts } from './search-in-elasticsearch.ts';
import { mappingHash, searchMapping } from './search-mapping.ts';

/**
 * Products in Elasticsearch. An index is derived: it can be made again from the databases at any time. Searches ask an alias, whose name holds what
 * the mapping is: with another mapping there is another alias, and it stands on no index until one is complete. Writes go through an alias of
 * each index, so that none is made by writing to one that was removed.
 */
export function searchIn(url: string, name = 'products', requestTimeoutMs = 3000): SearchIndex {
  const alias = `${name}-${mappingHash}`;
  const client = new Client({ node: url, requestTimeout: requestTimeoutMs, maxRetries: 1 });

  const ask = breaker({ isAway });
  const search = searchProducts(client, alias);
  const related = relatedProducts(client, alias);

  return {
    alias,
    async create(index) {
      try {
        await client.indices.create({ index, ...searchMapping, aliases: { [writing(index)]: {} } });
      } catch (error) {
        if (error instanceof errors.ResponseError && error.message.includes('resource_already_exists')) return; // before it was cut off
        throw error;
      }
    },
    async publish(index) {
      try {
        await client.indices.refresh({ index });
        const actions = [{ remove: { index: `${alias}-*`, alias, must_exist: false } }, { add: { index, alias } }];
        await client.indices.updateAliases({ actions });
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    isPublished: (index) => client.indices.existsAlias({ index, name: alias }),
    async dropOthers(kept) {
      const found = await client.indices.get({ index: `${alias}-*`, features: ['aliases'] });
      for (const index of Object.keys(found)) if (index !== kept) await client.indices.delete({ index, ignore_unavailable: true });
    },
    async read(ids) {
      const { docs } = await client.mget<Record<string, unknown>>({ index: alias, ids: [...ids] });
      return new Map(docs.flatMap((doc) => ('_source' in doc ? [[doc._id, doc._source] as const] : [])));
    },
    async count() {
      await client.indices.refresh({ index: alias });
      return (await client.count({ index: alias })).count;
    },
    async ping() {
      await client.cluster.health({ timeout: '1s' }); // the slim server has no `GET /`, which ping() asks
    },
    search: (request) => ask(() => search(request)),
    related: (id, limit) => ask(() => related(id, limit)),
    async suggest(prefix, limit) {
      const completion = { field: 'suggest', size: limit, skip_duplicates: true, fuzzy: { fuzziness: 'AUTO' } };
      const query = { index: alias, _source: ['view.id', 'view.slug', 'view.title'], suggest: { titles: { prefix, completion } } };
      const { suggest } = await ask(() => client.search<{ view: ProductSummary }>(query, { maxRetries: 0 }));
      const options = suggest?.['titles']?.[0]?.options as { _source?: { view: ProductSummary } }[] | undefined;
      return (options ?? []).flatMap(({ _source }) =>
        _source === undefined ? [] : [{ text: _source.view.title, id: _source.view.id, slug: _source.view.slug }],
      );
    },
    async write(names, entries) {
      if (names.length * entries.length === 0) return [];
      const missing = new Set<string>();
      const { items } = await client.bulk({ operations: names.flatMap((index) => entries.flatMap(operationsOf(index))) });
      for (const [at, item] of items.entries()) {
        const result = item.index ?? item.delete;
        if (result?.error?.type === 'index_not_found_exception') missing.add(names[Math.floor(at / entries.length)] ?? '');
        // 409: a later version is there already.
        else if (result?.error !== undefined && result.status !== 409) throw new Error(`The index refused a product: ${result.error.type}`);
      }
      return [...missing];
    },
  };
}

function writing(index: string): string {
  return `${index}-w`;
}

function isMissing(error: unknown): boolean {
  return error instanceof errors.ResponseError && error.statusCode === 404;
}

function isAway(error: unknown): boolean {
  if (error instanceof errors.ResponseError) return [429, 502, 503, 504].includes(error.statusCode ?? 0);
  return error instanceof errors.ElasticsearchClientError;
}

function operationsOf(index: string): (entry: IndexEntry) => Record<string, unknown>[] {
  return ({ id, version, document }) => {
    const place = { _index: writing(index), _id: id, version, version_type: 'external', require_alias: true };
    return document === undefined ? [{ delete: place }] : [{ index: place }, document];
  };
}
