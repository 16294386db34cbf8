import { Problem, invalidField, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Journal } from '../adapters/journal.ts';
import type { Recommender } from '../adapters/recommender.ts';
import type { View } from '../adapters/view-journal.ts';
import { explain } from '../domain/recommendations/recommend.ts';
import { ProductSummary, summaryOf } from '../domain/product-view.ts';
import type { Products } from '../ports.ts';
import type { SearchIndex } from '../search-ports.ts';

const closed = { additionalProperties: false };
const tags = ['recommendations'];
const byId = Type.Object({ id: Uuid }, closed);
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 24, default: 8 }));
const mostSkus = 100;

const Reason = Type.Object({
  kind: Type.Enum(['bought_together', 'viewed_together', 'popular']),
  with: Type.Union([Type.Object({ id: Uuid, title: Type.String() }), Type.Null()], { description: 'The product that it goes with' }),
  customers: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  text: Type.String({ description: 'As in: Bought together with Walnut Desk Lamp by 12 customers' }),
});
const Recommendations = Type.Object({ items: Type.Array(Type.Object({ ...ProductSummary.properties, reason: Reason })) });
const Related = Type.Object({
  items: Type.Array(ProductSummary),
  degraded: Type.Boolean({ description: 'Elasticsearch is away: what is popular in the same category' }),
});

export interface RecommendationParts {
  readonly products: Products;
  readonly index: SearchIndex;
  readonly recommender: Recommender;
  readonly views: Pick<Journal<View>, 'note'>;
}

/** What goes with a product or a cart and why, what is like a product, and the views that this is learnt from. */
export function recommendationRoutes({ products, index, recommender, views }: RecommendationParts): Route[] {
  async function recommended(given: readonly string[], most: number) {
    const found = await recommender.recommend(given, most);
    const all = await products.byIds([...new Set([...given, ...found.map(({ productId }) => productId)])]);
    const byProduct = new Map(all.map((product) => [product.id, product]));
    const items = found.flatMap(({ productId, reason }) => {
      const product = byProduct.get(productId);
      if (product === undefined) return []; // removed at this moment
      const other = reason.kind === 'popular' ? undefined : byProduct.get(reason.withId);
      const why = {
        kind: reason.kind,
        with: other === undefined ? null : { id: other.id, title: other.title },
        customers: reason.kind === 'popular' ? null : reason.customers,
        text: explain(reason, other?.title ?? ''),
      };
      return [{ ...summaryOf(product), reason: why }];
    });
    return { body: { items } };
  }

  return [
    route({
      method: 'GET',
      path: '/api/catalog/products/:id/recommendations',
      summary: 'What customers bought, or visitors looked at, together with a product, and by how many; filled up with what is popular',
      tags,
      access: 'anyone',
      params: byId,
      query: Type.Object({ limit }, closed),
      responses: { 200: Recommendations, 404: Problem },
      handle: async ({ params: { id }, query }) => {
        if ((await products.byId(id)) === undefined) throw notFound('product', id);
        return recommended([id], query.limit ?? 8);
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/recommendations',
      summary: 'What goes with the products of these SKUs, such as those in a cart; what is popular where there are none',
      tags,
      access: 'anyone',
      query: Type.Object(
        {
          limit,
          skus: Type.Optional(Type.String({ maxLength: 6600, pattern: '^[A-Za-z0-9._,-]*$', description: 'With commas between them' })),
        },
        closed,
      ),
      responses: { 200: Recommendations, 422: Problem },
      handle: async ({ query }) => {
        const skus = (query.skus ?? '').split(',').filter((sku) => sku !== '');
        if (skus.length > mostSkus) throw invalidField('skus', 'maxItems', `must not be more than ${String(mostSkus)}`);
        return recommended(skus.length === 0 ? [] : await recommender.productsOf(skus), query.limit ?? 8);
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/products/:id/related',
      summary: 'What is like a product',
      tags,
      access: 'anyone',
      params: byId,
      query: Type.Object({ limit }, closed),
      responses: { 200: Related, 404: Problem },
      handle: async ({ params: { id }, query, log }) => {
        const product = await products.byId(id);
        if (product === undefined) throw notFound('product', id);
        const most = query.limit ?? 8;
        try {
          const items = await index.related(id, most);
          if (items !== undefined) return { body: { items, degraded: false } };
        } catch (error) {
          log.warn({ error }, 'related products are degraded');
        }
        const found = await recommender.popular(product.category, most, id);
        const items = await products.byIds(found);
        const order = new Map(found.map((one, at) => [one, at]));
        items.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
        return { body: { items: items.map(summaryOf), degraded: true } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/catalog/products/:id/views',
      summary: 'Somebody looks at a product; the visit is a number that the browser draws for one window, and is forgotten after an hour',
      tags,
      access: 'anyone',
      params: byId,
      body: Type.Object({ visitId: Uuid, from: Type.Optional(Type.Enum(['search', 'recommendation', 'elsewhere'])) }, closed),
      responses: { 202: null, 404: Problem },
      handle: async ({ params: { id }, body: { visitId, from = 'elsewhere' } }) => {
        if ((await products.byId(id)) === undefined) throw notFound('product', id);
        views.note({ productId: id.toLowerCase(), visitId: visitId.toLowerCase(), from });
        return { status: 202 };
      },
    }),
  ];
}
