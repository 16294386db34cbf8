import { errors } from '@elastic/elasticsearch';
import type { Client, estypes } from '@elastic/elasticsearch';
import type { ProductSummary } from '../domain/product-view.ts';
import type { Facet } from '../domain/search/facets.ts';
import type { Words } from '../domain/search/matching.ts';
import { searchQuery } from '../domain/search/search-query.ts';
import type { Place, SearchRequest } from '../domain/search/search-query.ts';
import { asWritten, didYouMean, readSpelling, spellingQuery } from '../domain/search/spelling.ts';
import type { SpellingAnswer } from '../domain/search/spelling.ts';
import { NotAPlace } from '../search-ports.ts';
import type { Highlight, SearchResult } from '../search-ports.ts';

interface Bucket {
  readonly key: string | number;
  readonly key_as_string?: string;
  readonly doc_count: number;
}
type Found = estypes.SearchResponse<{ view: ProductSummary }>;

/** How long the second page and those after it can be asked for, each time anew. */
const placeLasts = '2m';

/**
 * Searches products in `index` (its name or an alias). Words are taken exactly at first; where no product has them all in its names, typos are
 * forgiven; where still nothing is found, half of the words suffice. Pages after the first go on in one state of the index.
 */
export function searchProducts(client: Client, index: string): (request: SearchRequest) => Promise<SearchResult> {
  const ask = (query: Record<string, unknown>, pit: string | undefined): Promise<Found> =>
    client.search(pit === undefined ? { index, ...query } : { pit: { id: pit, keep_alive: placeLasts }, ...query }, { maxRetries: 0 });
  const open = async (): Promise<string> => (await client.openPointInTime({ index, keep_alive: placeLasts })).id;

  /** A point in time ends, and with its index when that is replaced: then the list goes on in a new one. */
  async function askAt(query: Record<string, unknown>, after: Place | undefined): Promise<Found> {
    if (after === undefined) return ask(query, undefined);
    try {
      return await ask(query, after.pit ?? (await open()));
    } catch (error) {
      if (!(error instanceof errors.ResponseError) || after.pit === undefined) throw error;
      if (error.statusCode === 400) throw new NotAPlace('Elasticsearch does not know this point in time', { cause: error });
      if (error.statusCode !== 404) throw error;
      return ask(query, await open());
    }
  }

  async function page(request: SearchRequest, words: Words | undefined): Promise<{ result: SearchResult; enough: boolean }> {
    const found = await askAt(searchQuery(request, words), request.after);
    const { hits, aggregations, pit_id: pit } = found;
    const shown = hits.hits.slice(0, request.limit);
    const hasMore = hits.hits.length > request.limit;
    if (pit !== undefined && !hasMore) client.closePointInTime({ id: pit }).catch(() => undefined); // it ends by itself, later
    const values = shown.at(-1)?.sort as (string | number)[] | undefined;
    const counts = aggregations as unknown as Record<Facet, { values: { buckets: Bucket[] } }> & { enough: { doc_count: number } };
    return {
      enough: counts.enough.doc_count > 0,
      result: {
        items: shown.flatMap(({ _source, highlight = {} }) =>
          _source === undefined ? [] : [{ ..._source.view, highlight: highlightOf(highlight) }],
        ),
        total: typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0),
        facets: {
          category: valuesOf(counts.category),
          brand: valuesOf(counts.brand),
          price: valuesOf(counts.price),
          rating: valuesOf(counts.rating),
          inStock: valuesOf(counts.inStock),
        },
        last: hasMore && values !== undefined ? { mode: words?.mode ?? 'exact', values, ...(pit === undefined ? {} : { pit }) } : undefined,
      },
    };
  }

  async function spellingOf(q: string): Promise<SpellingAnswer> {
    const { suggest } = await client.search({ index, size: 0, suggest: spellingQuery(q) });
    return suggest ?? {};
  }

  return async (request) => {
    const { q = '', after } = request;
    if (q.trim() === '') return (await page(request, undefined)).result;
    if (after === undefined || after.mode === 'exact') {
      const { result, enough } = await page(request, { q, mode: 'exact', spelling: asWritten });
      if (enough || after !== undefined) return result;
    }
    const answer = await spellingOf(q);
    const spelling = readSpelling(answer);
    const meant = didYouMean(q, answer);
    const corrected = (result: SearchResult): SearchResult => (meant === undefined ? result : { ...result, didYouMean: meant });
    if (after?.mode !== 'partial') {
      const { result, enough } = await page(request, { q, mode: 'forgiving', spelling });
      if (enough || after !== undefined) return corrected(result);
    }
    return corrected((await page(request, { q, mode: 'partial', spelling })).result);
  };
}

function highlightOf({ title, description }: Record<string, string[]>): Highlight {
  return {
    ...(title?.[0] === undefined ? {} : { title: title[0] }),
    ...(description?.[0] === undefined ? {} : { description: description[0] }),
  };
}

function valuesOf({ values }: { values: { buckets: Bucket[] } }): { value: string; count: number }[] {
  return values.buckets
    .filter(({ doc_count: count }) => count > 0)
    .map(({ key, key_as_string: text, doc_count: count }) => ({ value: text ?? String(key), count }));
}
