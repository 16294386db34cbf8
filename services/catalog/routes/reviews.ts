import { Problem, conflict, notFound } from '@cartwright/kernel/http/problem';
import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import { ReviewInput } from '../domain/import-line.ts';
import type { Documents, ProductCache, Products, Review } from '../ports.ts';

const closed = { additionalProperties: false };
const byProduct = Type.Object({ id: Uuid }, closed);
const ReviewView = Type.Object({
  id: Uuid,
  author: Type.String(),
  rating: Type.Integer({ minimum: 1, maximum: 5 }),
  title: Type.Union([Type.String(), Type.Null()]),
  text: Type.String(),
  createdAt: Timestamp,
});
const tags = ['reviews'];

export interface ReviewParts {
  readonly products: Products;
  readonly documents: Documents;
  readonly cache: ProductCache;
}

/** Reviews of a product: one a customer. */
export function reviewRoutes({ products, documents, cache }: ReviewParts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/catalog/products/:id/reviews',
      summary: 'Reviews of a product, the newest first',
      tags,
      access: 'anyone',
      params: byProduct,
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(ReviewView), 404: Problem },
      handle: async ({ params, query: { limit = 20, cursor } }) => {
        if ((await products.byId(params.id)) === undefined) throw notFound('product', params.id);
        const before = cursor === undefined ? undefined : String(decodeCursor(cursor, ['string'])[0]);
        const found = await documents.reviews(params.id, limit + 1, before);
        return { body: toPage(found, limit, ({ id }) => [id], viewOf) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/catalog/products/:id/reviews',
      summary: 'Review a product, once',
      tags,
      access: 'signed-in',
      params: byProduct,
      body: Type.Omit(ReviewInput, ['createdAt'], closed),
      responses: { 201: ReviewView, 404: Problem, 409: Problem },
      handle: async ({ params, body, principal }) => {
        const { author, rating, title, text } = body;
        const review: Review = {
          id: v7(),
          productId: params.id,
          customerId: principal.userId,
          author,
          rating,
          title: title ?? null,
          text,
          createdAt: new Date().toISOString(),
        };
        const outcome = { added: false };
        const found = await products.rate(params.id, async () => {
          outcome.added = await documents.addReview(review);
          // Also where it is there already: the rating may not have followed when it came.
          return documents.ratingOf(params.id);
        });
        if (!found) throw notFound('product', params.id);
        cache.forget([params.id]);
        if (!outcome.added) throw conflict('reviewed_already', 'You have reviewed this product already');
        return { status: 201, body: viewOf(review) };
      },
    }),
  ];
}

function viewOf({ id, author, rating, title, text, createdAt }: Review): Record<string, unknown> {
  return { id, author, rating, title, text, createdAt };
}
