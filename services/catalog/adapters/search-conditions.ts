import { listQuery } from '../domain/search/list-words.ts';
import type { SearchRequest } from '../domain/search/search-query.ts';
import { conditionsOf } from './product-conditions.ts';
import type { Condition } from './product-conditions.ts';

/** What is looked for, without how much of it and in which order. */
export type SearchFilter = Omit<SearchRequest, 'limit' | 'after' | 'sort'>;

const nothing: Condition = { sql: 'false', params: [] };

/** What is published and meets filters and words; a SKU finds what it is of. */
export function conditionsOfSearch({ q, ...filter }: SearchFilter): Condition {
  const all = [{ sql: `p.status = 'published'`, params: [] }, ...conditionsOf(filter), ...(isWords(q) ? [wordsCondition(q)] : [])];
  return { sql: all.map(({ sql }) => sql).join(' and '), params: all.flatMap(({ params }) => params) };
}

export function isWords(q: string | undefined): q is string {
  return q !== undefined && q.trim() !== '';
}

function wordsCondition(q: string): Condition {
  const query = listQuery(q, 'ABCD');
  if (query === undefined) return nothing;
  const found = `select w.id from products w where w.words @@ to_tsquery('simple', ?) union all select product_id from variants where sku = ?`;
  return { sql: `p.id in (${found})`, params: [query, q.trim().toUpperCase()] };
}
