import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { v7 } from 'uuid';
import { pathOf } from '../../domain/category-tree.ts';
import { searchIn } from '../../adapters/index-in-elasticsearch.ts';
import { toProduct } from '../../domain/product.ts';
import { documentOf } from '../../domain/search/search-document.ts';
import type { SearchIndex } from '../../search-ports.ts';
import type { Catalogue } from '../../seed/own-catalogue.ts';

export interface IndexedCatalogue {
  readonly index: SearchIndex;
  close(): Promise<void>;
}

/** A catalogue in an index of its own of the real Elasticsearch, with its stock and its ratings, as the service would have it. */
export async function indexCatalogue({ categories, products }: Catalogue): Promise<IndexedCatalogue> {
  const { stores } = JSON.parse(readFileSync(process.env['CARTWRIGHT_STACK'] ?? '', 'utf8')) as { stores: { elasticsearchUrl: string } };
  const name = `test_relevance_${randomBytes(5).toString('hex')}`;
  const index = searchIn(stores.elasticsearchUrl, name, 60_000);
  const concrete = `${index.alias}-1`;
  await index.create(concrete);
  await index.write(
    [concrete],
    products.map(({ line, stock }) => {
      const product = toProduct(v7(), line);
      const ratings = (line.reviews ?? []).map(({ rating }) => rating);
      const document = documentOf(
        {
          ...product,
          variants: product.variants.map((variant) => ({ ...variant, available: stock[variant.sku] ?? null })),
          ratingSum: ratings.reduce((sum, rating) => sum + rating, 0),
          ratingCount: ratings.length,
          version: 1,
          revision: 1,
        },
        line.attributes ?? {},
        pathOf(line.category, categories),
      );
      return { id: product.id, version: 1, document };
    }),
  );
  await index.publish(concrete);
  return {
    index,
    async close() {
      const found = (await (await fetch(`${stores.elasticsearchUrl}/_cat/indices/${name}-*?format=json`)).json()) as { index: string }[];
      for (const one of found) await fetch(`${stores.elasticsearchUrl}/${one.index}`, { method: 'DELETE' });
    },
  };
}
