import type { Database } from '@cartwright/kernel/postgres/database';
import type { Product } from '../domain/product.ts';
import { listQuery } from '../domain/search/list-words.ts';
import type { SearchRequest } from '../domain/search/search-query.ts';
import type { Categories } from '../ports.ts';
import type { FallbackSearch } from '../search-ports.ts';
import { facetsInPostgres } from './facets-in-postgres.ts';
import { available, cheapest, shownRating } from './product-conditions.ts';
import type { Condition } from './product-conditions.ts';
import { productColumns } from './product-rows.ts';
import { conditionsOfSearch, isWords } from './search-conditions.ts';

/** Of titles that begin like what was typed, so many are looked at. */
const mostSuggested = 2000;

/** Finds products in catalog's Postgres, for while the search engine is away. */
export function searchInPostgres(database: Database, categories: Pick<Categories, 'list'>): FallbackSearch {
  const facets = facetsInPostgres(database, categories);
  return {
    async search({ limit, after, sort = 'relevance', ...filter }) {
      const { key, isDescending } = orderOf(sort, filter.q);
      const [beyond, direction] = isDescending ? ['<', 'desc'] : ['>', 'asc'];
      const matching = conditionsOfSearch(filter);
      const rows = await database.sql<(Product & { key: string; total: number }) | { id: null; total: number }>(
        `with matching as materialized (select p.id, (${key.sql})::bigint as key from products p where ${matching.sql}),
           page as (select * from matching ${after === undefined ? '' : `where (key, id) ${beyond} (?::bigint, ?::uuid)`}
             order by key ${direction}, id ${direction} limit ?)
         select counted.total, shown.* from (select count(*)::int as total from matching) counted
         left join (select page.key, ${productColumns} from page join products p on p.id = page.id) shown on true
         order by shown.key ${direction}, shown.id ${direction}`,
        [...key.params, ...matching.params, ...(after === undefined ? [] : [after.key, after.id]), limit + 1],
      );
      const found = rows.filter((row) => row.id !== null);
      const items = found.slice(0, limit).map(({ key: _, total: __, ...product }): Product => product);
      const last = found.at(limit - 1);
      return {
        items,
        total: rows[0]?.total ?? 0,
        facets: await facets(filter),
        last: found.length > limit && last !== undefined ? { key: Number(last.key), id: last.id } : undefined,
      };
    },
    async suggest(text, limit) {
      const query = listQuery(text, 'AB');
      if (query === undefined) return [];
      return database.sql<{ text: string; id: string; slug: string }>(
        `select title as text, id, slug from (
           select title, id, slug, rating_count from products where words @@ to_tsquery('simple', ?) and status = 'published' limit ?) begun
         order by rating_count desc, title, id limit ?`,
        [query, mostSuggested, limit],
      );
    },
  };
}

/** The place of a product in an order, as a whole number; products with the same one follow by id, which is that of creation. */
function orderOf(sort: NonNullable<SearchRequest['sort']>, q: string | undefined): { key: Condition; isDescending: boolean } {
  const ascending = (sql: string, params: unknown[] = []) => ({ key: { sql, params }, isDescending: false });
  switch (sort) {
    case 'price':
      return ascending(cheapest);
    case '-price':
      return ascending(`-${cheapest}`);
    case 'rating':
      return ascending(`coalesce(-10 * ${shownRating}, 1)`);
    case 'newest':
      return { key: { sql: '0', params: [] }, isDescending: true };
    case 'relevance': {
      const query = isWords(q) ? listQuery(q, 'ABCD') : undefined;
      if (query === undefined) return ascending(`-(case when ${available} then 1::bigint << 32 else 0 end + p.rating_count)`);
      const rank = `ts_rank(p.words, to_tsquery('simple', ?)) * (case when ${available} then 1.3 else 1 end)`;
      return ascending(`-1000000 * ${rank}`, [query]);
    }
  }
}
