import { isDeepStrictEqual } from 'node:util';
import type { Products } from '../ports.ts';
import type { SearchIndex } from '../search-ports.ts';
import type { EntriesOf } from './index-entries.ts';

/** What is wrong with a product's entry in the index that searches ask. */
export interface IndexFinding {
  readonly productId: string;
  readonly what: 'missing' | 'another than in Postgres';
}

export interface IndexAudit {
  readonly products: number;
  readonly findings: readonly IndexFinding[];
  /** Entries of products that Postgres does not have. */
  readonly tooMany: number;
}

const batch = 500;

/** Compares every product with its entry in the index, word by word. Changes that still wait in the queue are found as differences. */
export async function auditIndex(products: Pick<Products, 'ids'>, index: SearchIndex, entriesOf: EntriesOf): Promise<IndexAudit> {
  const findings: IndexFinding[] = [];
  let compared = 0;
  let indexed = 0;
  for (let after: string | undefined; ;) {
    const ids = await products.ids(after, batch);
    after = ids.at(-1);
    if (after === undefined) break;
    const [entries, stored] = await Promise.all([entriesOf(ids), index.read(ids)]);
    for (const { id, document } of entries) {
      const there = stored.get(id);
      if (document === undefined) continue; // a draft: where it is found all the same, there is one too many
      indexed++;
      if (there === undefined) findings.push({ productId: id, what: 'missing' });
      else if (!isDeepStrictEqual(there, JSON.parse(JSON.stringify(document))))
        findings.push({ productId: id, what: 'another than in Postgres' });
    }
    compared += ids.length;
  }
  const missing = findings.filter(({ what }) => what === 'missing').length;
  return { products: compared, findings, tooMany: (await index.count()) - (indexed - missing) };
}
