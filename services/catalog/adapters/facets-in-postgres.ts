import type { Database } from '@cartwright/kernel/postgres/database';
import { withThoseBelow } from '../domain/category-tree.ts';
import { facetNames, mostValues, noCounts, priceRanges, ratingSteps } from '../domain/search/facets.ts';
import type { Facet, FacetCounts } from '../domain/search/facets.ts';
import type { Categories } from '../ports.ts';
import { available, cheapest, shownRating } from './product-conditions.ts';
import { conditionsOfSearch } from './search-conditions.ts';
import type { SearchFilter } from './search-conditions.ts';

interface Count {
  readonly facet: Facet;
  readonly value: string;
  readonly count: number;
}

export interface FacetBounds {
  /** Products that are counted at most; where more match the numbers are too small. */
  readonly mostCounted?: number;
  /** A statement that takes longer is ended: the list goes without facets. */
  readonly longestMs?: number;
}

/** So many count at a time; whoever comes meanwhile with another question gets none. */
const mostAtATime = 2;
/** Answers serve for so long whoever asks the same. */
const keptMs = 3000;

const statementTimedOut = '57014';

/** Counts facets in Postgres with bounded effort, each under all filters but its own, as the search engine does. */
export function facetsInPostgres(
  database: Database,
  categories: Pick<Categories, 'list'>,
  { mostCounted = 20_000, longestMs = 2000 }: FacetBounds = {},
): (filter: SearchFilter) => Promise<FacetCounts> {
  const kept = new Map<string, { readonly until: number; readonly counts: Promise<FacetCounts> }>();
  let counting = 0;

  async function count(filter: SearchFilter): Promise<FacetCounts> {
    counting++;
    try {
      const { sql, params } = countsOf(filter, mostCounted);
      const rows = await database.transaction(async ({ em }) => {
        await em.execute(`set local statement_timeout = ${String(longestMs)}`, [], 'run');
        return em.execute<Count[]>(sql, params);
      });
      return await inShape(rows, categories);
    } catch (error) {
      if ((error as { code?: unknown }).code === statementTimedOut) return noCounts;
      throw error;
    } finally {
      counting--;
    }
  }

  return (filter) => {
    const now = performance.now();
    for (const [key, { until }] of kept) if (until < now) kept.delete(key);
    const key = JSON.stringify(Object.entries(filter).sort());
    const before = kept.get(key);
    if (before !== undefined) return before.counts;
    if (counting >= mostAtATime) return Promise.resolve(noCounts);
    const counts = count(filter);
    kept.set(key, { until: now + keptMs, counts });
    counts.catch(() => kept.delete(key));
    return counts;
  };
}

const withoutOwn: Readonly<Record<Facet, Partial<Record<keyof SearchFilter, undefined>>>> = {
  category: { category: undefined },
  brand: { brand: undefined },
  price: { minPrice: undefined, maxPrice: undefined },
  rating: { minRating: undefined },
  inStock: { inStock: undefined },
};

const price = `case ${priceRanges.map((range) => ('to' in range ? `when price < ${String(range.to)} then '${range.key}'` : `else '${range.key}' end`)).join(' ')}`;
const values: Readonly<Record<Facet, (source: string) => string>> = {
  category: (source) => `select category as value, count(*)::int as count from ${source} group by 1`,
  brand: (source) => `select brand as value, count(*)::int as count from ${source} group by 1`,
  price: (source) => `select ${price} as value, count(*)::int as count from ${source} group by 1`,
  rating: (source) =>
    `select step::text as value, count(*)::int as count from ${source} join unnest(array[${ratingSteps.join(', ')}]) as step on rating >= step group by 1`,
  inStock: (source) => `select in_stock::text as value, count(*)::int as count from ${source} group by 1`,
};

/** One statement. Facets whose own filter was not chosen are all counted in what matches; each of the others needs a look of its own. */
function countsOf(filter: SearchFilter, mostCounted: number): { sql: string; params: unknown[] } {
  const sources: string[] = [];
  const params: unknown[] = [];
  const source = (name: string, wanted: SearchFilter): string => {
    const { sql, params: own } = conditionsOfSearch(wanted);
    const columns = `p.category, p.brand, ${cheapest} as price, ${shownRating} as rating, ${available} as in_stock`;
    sources.push(`${name} as materialized (select ${columns} from products p where ${sql} limit ${String(mostCounted)})`);
    params.push(...own);
    return name;
  };
  let matching: string | undefined;
  const counts = facetNames.map((facet) => {
    const own = withoutOwn[facet];
    const isChosen = Object.keys(own).some((name) => filter[name as keyof SearchFilter] !== undefined);
    const from = isChosen ? source(`without_${facet.toLowerCase()}`, { ...filter, ...own }) : (matching ??= source('matching', filter));
    return `select '${facet}' as facet, value, count from (${values[facet](from)}) c`;
  });
  return { sql: `with ${sources.join(', ')} ${counts.join(' union all ')}`, params };
}

/** A category counts with those below it, and values stand in the order in which the search engine gives them. */
async function inShape(rows: readonly Count[], categories: Pick<Categories, 'list'>): Promise<FacetCounts> {
  const of = (facet: Facet): Map<string, number> =>
    new Map(rows.filter((row) => row.facet === facet).map(({ value, count }) => [value, count]));
  const known = (counts: ReadonlyMap<string, number>, keys: readonly string[]) =>
    keys.flatMap((value) => ((counts.get(value) ?? 0) > 0 ? [{ value, count: counts.get(value) ?? 0 }] : []));
  return {
    category: mostFirst(withThoseBelow(await categories.list(), of('category'))),
    brand: mostFirst(of('brand')),
    price: known(
      of('price'),
      priceRanges.map(({ key }) => key),
    ),
    rating: known(of('rating'), ratingSteps.map(String)),
    inStock: mostFirst(of('inStock')),
  };
}

function mostFirst(counts: ReadonlyMap<string, number>): { value: string; count: number }[] {
  return [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, mostValues)
    .map(([value, count]) => ({ value, count }));
}
