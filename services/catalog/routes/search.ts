import { invalidField, unavailable } from '@cartwright/kernel/http/problem';
import { encodeCursor, decodeCursor, pageQuery } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { MinorUnits, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { Slug } from '../domain/product.ts';
import { ProductSummary, summaryOf } from '../domain/product-view.ts';
import { searchSorts } from '../domain/search-query.ts';
import type { SearchRequest } from '../domain/search-query.ts';
import type { Products, SearchIndex } from '../ports.ts';

const closed = { additionalProperties: false };
const Words = Type.String({ minLength: 1, maxLength: 200 });
const Facet = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }));
const SearchQuery = Type.Object(
  {
    ...pageQuery,
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
const SearchAnswer = Type.Object({
  items: Type.Array(ProductSummary),
  total: Type.Integer(),
  facets: Type.Object({ category: Facet, brand: Facet, price: Facet, rating: Facet, inStock: Facet }),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  tookMs: Type.Integer(),
  degraded: Type.Boolean({
    description: 'Elasticsearch is away: what matches is listed from Postgres, neither ranked nor counted, without facets',
  }),
});

/** Search with facets, and suggestions while one types. */
export function searchRoutes(index: SearchIndex, products: Products): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/catalog/search',
      summary: 'Find products',
      tags: ['search'],
      access: 'anyone',
      query: SearchQuery,
      responses: { 200: SearchAnswer },
      handle: async ({ query, log }) => {
        const { limit = 20, cursor, ...wanted } = query;
        if ((wanted.minPrice ?? 0) > (wanted.maxPrice ?? Number.MAX_SAFE_INTEGER))
          throw invalidField('minPrice', 'range', 'is more than maxPrice');
        const began = performance.now();
        const order = orderOf(wanted);
        const after = cursor === undefined ? undefined : readCursor(cursor, order);
        try {
          const { items, total, facets, last } = await index.search({
            ...wanted,
            sort: wanted.sort,
            limit,
            after,
          });
          return {
            body: {
              items,
              total,
              facets,
              nextCursor: last === undefined ? null : encodeCursor([order, ...last]),
              tookMs: Math.round(performance.now() - began),
              degraded: false,
            },
          };
        } catch (error) {
          log.warn({ error }, 'search is degraded');
          if (cursor !== undefined) throw unavailable('The search', 5, { cause: error }); // it began in another order
          const { sort: _, ...filter } = wanted;
          const listed = await products.list({ ...filter, limit });
          const facets = { category: [], brand: [], price: [], rating: [], inStock: [] };
          return {
            body: {
              items: listed.map(summaryOf),
              total: listed.length,
              facets,
              nextCursor: null,
              tookMs: Math.round(performance.now() - began),
              degraded: true,
            },
          };
        }
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/suggest',
      summary: 'Titles that begin like this, typos forgiven',
      tags: ['search'],
      access: 'anyone',
      query: Type.Object({ q: Words, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 8 })) }, closed),
      responses: { 200: Type.Object({ items: Type.Array(Type.Object({ text: Type.String(), id: Uuid, slug: Type.String() })) }) },
      handle: async ({ query, log }) => {
        try {
          return { body: { items: await index.suggest(query.q, query.limit ?? 8) } };
        } catch (error) {
          log.warn({ error }, 'suggestions are away');
          return { body: { items: [] } }; // typing goes on without them
        }
      },
    }),
  ];
}

/** What the sort values of a hit are, by order. */
const positions = {
  relevance: ['number', 'number', 'string'],
  words: ['number', 'string'],
  price: ['number', 'string'],
  '-price': ['number', 'string'],
  rating: ['number', 'string'],
  newest: ['string', 'string'],
} as const;

function orderOf({ sort = 'relevance', q }: Pick<SearchRequest, 'sort' | 'q'>): keyof typeof positions {
  return sort === 'relevance' && q !== undefined ? 'words' : sort;
}

/** The sort values of the last hit. A cursor goes on in the order that it came from, and in no other. */
function readCursor(cursor: string, order: keyof typeof positions): (string | number)[] {
  const position = (kind: readonly ('string' | 'number')[]): (string | number)[] => {
    const [made, ...values] = decodeCursor(cursor, ['string', ...kind]);
    if (made !== order) throw invalidField('cursor', 'cursor', `is of a list in another order: ${order} was asked for`);
    return values;
  };
  if (order !== 'rating') return position(positions[order]);
  try {
    return position(positions.rating);
  } catch {
    const values = position(['string', 'string']);
    if (values[0] !== '-Infinity') throw invalidField('cursor', 'cursor', 'is not one that a list gave'); // where there is no rating
    return values;
  }
}
