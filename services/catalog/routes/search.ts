import { invalidField, unavailable } from '@cartwright/kernel/http/problem';
import { pageQuery } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Reply, Route } from '@cartwright/kernel/http/route';
import { MinorUnits, Uuid } from '@cartwright/kernel/schemas';
import type { NewEvent } from '@cartwright/kernel/events/event';
import { SearchResultClicked } from '@cartwright/kernel/events/search-result-clicked';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { v7 } from 'uuid';
import { Slug } from '../domain/product.ts';
import { ProductSummary, summaryOf } from '../domain/product-view.ts';
import { searchEvent } from '../domain/search/search-events.ts';
import { searchSorts } from '../domain/search/search-query.ts';
import type { SearchRequest } from '../domain/search/search-query.ts';
import { NotAPlace } from '../search-ports.ts';
import type { Categories, Products } from '../ports.ts';
import type { FallbackSearch, ListPlace, SearchIndex } from '../search-ports.ts';
import { movedCategory } from './moved-category.ts';
import { orderOf, readCursor, writeCursor, writeListCursor } from './search-cursor.ts';
import type { SearchOrder } from './search-cursor.ts';

const closed = { additionalProperties: false };
const Words = Type.String({ minLength: 1, maxLength: 200 });
const Facet = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }));
const SearchQuery = Type.Object(
  {
    ...pageQuery,
    cursor: Type.Optional(Type.String({ maxLength: 2000 })),
    q: Type.Optional(Words),
    category: Type.Optional(Slug),
    brand: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    minPrice: Type.Optional(MinorUnits),
    maxPrice: Type.Optional(MinorUnits),
    minRating: Type.Optional(Type.Number({ minimum: 0, maximum: 5 })),
    inStock: Type.Optional(Type.Boolean()),
    sort: Type.Optional(Type.Union(searchSorts.map((sort) => Type.Literal(sort)))),
  },
  closed,
);
const Found = Type.Object({
  ...ProductSummary.properties,
  highlight: Type.Object(
    { title: Type.Optional(Type.String()), description: Type.Optional(Type.String()) },
    { description: 'Texts that hold the words, as HTML: the text escaped, the words in <mark>' },
  ),
});
const SearchAnswer = Type.Object({
  items: Type.Array(Found),
  searchId: Type.String({ format: 'uuid', description: 'To tell which of its products was opened' }),
  total: Type.Integer(),
  facets: Type.Object({ category: Facet, brand: Facet, price: Facet, rating: Facet, inStock: Facet }),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  tookMs: Type.Integer(),
  didYouMean: Type.Union([Type.String(), Type.Null()], {
    description: 'The words as they may have been meant, where no product has them as they were typed',
  }),
  degraded: Type.Boolean({
    description:
      'Elasticsearch is away, Postgres answers: words have to begin as they are typed, nothing is highlighted, and facets may be too small or left out',
  }),
});

const SuggestAnswer = Type.Object({
  items: Type.Array(Type.Object({ text: Type.String(), id: Uuid, slug: Type.String() })),
  degraded: Type.Boolean({ description: 'Elasticsearch is away, Postgres answers: typos are not forgiven' }),
});

export interface SearchParts {
  readonly index: SearchIndex;
  /** Asked while the index is away. */
  readonly fallback: FallbackSearch;
  readonly products: Products;
  readonly categories: Pick<Categories, 'successorOf'>;
  readonly journal: { note(event: NewEvent): void };
}

/** Search with facets, and suggestions while one types. */
export function searchRoutes({ index, fallback, products, categories, journal }: SearchParts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/catalog/search',
      summary: 'Find products',
      tags: ['search'],
      access: 'anyone',
      query: SearchQuery,
      responses: { 200: SearchAnswer, 308: null },
      handle: async ({ query, log, ctx: { path, querystring } }) => {
        const { limit = 20, cursor, ...wanted } = query;
        if ((wanted.minPrice ?? 0) > (wanted.maxPrice ?? Number.MAX_SAFE_INTEGER))
          throw invalidField('minPrice', 'range', 'is more than maxPrice');
        const began = performance.now();
        const searchId = v7();
        const answer = async (body: Omit<Static<typeof SearchAnswer>, 'tookMs' | 'searchId'>): Promise<Reply> => {
          const moved = body.total > 0 ? undefined : await movedCategory(categories, { category: wanted.category, path, querystring });
          if (moved !== undefined) return moved;
          // Later pages are of the same search.
          if (cursor === undefined) journal.note(searchEvent(searchId, { ...wanted, limit }, body));
          return { body: { ...body, searchId, tookMs: Math.round(performance.now() - began) } };
        };
        const order = orderOf(wanted);
        const place = cursor === undefined ? undefined : readCursor(cursor, order);
        const request = { ...wanted, limit };
        if (place?.from === 'list') return await answer(await listed(fallback, request, order, place.after));
        try {
          const { items, total, facets, last, didYouMean = null } = await index.search({ ...request, after: place?.place });
          const nextCursor = last === undefined ? null : writeCursor(order, last);
          return await answer({ items: [...items], total, facets, nextCursor, didYouMean, degraded: false });
        } catch (error) {
          if (error instanceof NotAPlace) throw invalidField('cursor', 'cursor', 'is not one that a list gave');
          log.warn({ error }, 'search is degraded');
          if (cursor !== undefined) throw unavailable('The search', 5, { cause: error }); // it began in another order
          return await answer(await listed(fallback, request, order));
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/catalog/search/clicks',
      summary: 'A product that a search had found was opened; `position` counts from 1',
      tags: ['search'],
      access: 'anyone',
      body: Type.Object({ searchId: Uuid, productId: Uuid, position: Type.Integer({ minimum: 1, maximum: 10_000 }) }, closed),
      responses: { 202: null },
      handle: async ({ body }) => {
        if ((await products.byId(body.productId)) === undefined) throw invalidField('/productId', 'exists', 'is no product');
        journal.note(SearchResultClicked.create({ aggregateId: v7(), aggregateVersion: 1, data: body }));
        return { status: 202 };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/suggest',
      summary: 'Titles that begin like this, typos forgiven',
      tags: ['search'],
      access: 'anyone',
      query: Type.Object({ q: Words, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 8 })) }, closed),
      responses: { 200: SuggestAnswer },
      handle: async ({ query: { q, limit = 8 }, log }) => {
        try {
          return { body: { items: await index.suggest(q, limit), degraded: false } };
        } catch (error) {
          log.warn({ error }, 'suggestions are degraded');
          return { body: { items: await fallback.suggest(q, limit), degraded: true } };
        }
      },
    }),
  ];
}

/** What matches, from Postgres. */
async function listed(
  fallback: FallbackSearch,
  request: Omit<SearchRequest, 'after'>,
  order: SearchOrder,
  after?: ListPlace,
): Promise<Omit<Static<typeof SearchAnswer>, 'tookMs' | 'searchId'>> {
  const { items, total, facets, last } = await fallback.search({ ...request, after });
  return {
    items: items.map((product) => ({ ...summaryOf(product), highlight: {} })),
    total,
    facets,
    nextCursor: last === undefined ? null : writeListCursor(order, last),
    didYouMean: null,
    degraded: true,
  };
}
