import { pathOf } from '../domain/category-tree.ts';
import { documentOf } from '../domain/search/search-document.ts';
import type { Categories, Documents, Products } from '../ports.ts';
import type { IndexEntry } from '../search-ports.ts';

/** Makes the entries of products from the databases; undefined documents for those that are gone. Versions are the caller's to set. */
export type EntriesOf = (ids: readonly string[]) => Promise<IndexEntry[]>;

export interface EntryParts {
  readonly products: Products;
  readonly documents: Documents;
  readonly categories: Categories;
}

export function indexEntries({ products, documents, categories }: EntryParts): EntriesOf {
  return async (ids) => {
    const [found, attributes, tree] = await Promise.all([products.byIds(ids), documents.attributesOf(ids), categories.list()]);
    const byId = new Map(found.map((product) => [product.id, product]));
    return ids.map((id) => {
      const product = byId.get(id);
      return { id, version: 0, document: product && documentOf(product, attributes.get(id) ?? {}, pathOf(product.category, tree)) };
    });
  };
}
