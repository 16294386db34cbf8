import { Problem, conflict, invalidField, notFound } from '@cartwright/kernel/http/problem';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import type { Purchases } from '../adapters/purchases-in-postgres.ts';
import type { Ratings } from '../adapters/ratings.ts';
import { placeOf } from '../adapters/reviews-in-mongodb.ts';
import { judge } from '../domain/reviews/moderation.ts';
import { ratingOf, reviewSorts } from '../domain/reviews/review.ts';
import type { Review, ReviewContent, ReviewSort } from '../domain/reviews/review.ts';
import type { Products } from '../ports.ts';
import { ReviewedAlready } from '../review-ports.ts';
import type { ReviewPlace, Reviews } from '../review-ports.ts';
import { NewReview, OwnReview, ReviewChange, ReviewView, Summary, byReview, closed, ownViewOf, tags, viewOf } from './review-schemas.ts';

const byProduct = Type.Object({ id: Uuid }, closed);

export interface ReviewParts {
  readonly products: Products;
  readonly reviews: Reviews;
  readonly ratings: Pick<Ratings, 'change'>;
  readonly purchases: Purchases;
}

/** Reviews of a product: everybody reads those that are approved; customers write one each, change it, and take it back. */
export function reviewRoutes({ products, reviews, ratings, purchases }: ReviewParts): Route[] {
  async function mustExist(id: string): Promise<void> {
    if ((await products.byId(id)) === undefined) throw notFound('product', id);
  }

  /** Of others it is not said whether there is one: it may be none that is shown. */
  async function mine(id: string, userId: string): Promise<Review> {
    const review = await reviews.byId(id);
    if (review?.customerId !== userId) throw notFound('review of yours', id);
    return review;
  }

  async function isVerified({ productId, customerId }: Review): Promise<boolean> {
    return customerId !== null && (await purchases.buyersOf(productId, [customerId])).has(customerId);
  }

  return [
    route({
      method: 'GET',
      path: '/api/catalog/products/:id/reviews',
      summary: 'Reviews of a product: the newest, the most helpful, or the best or worst first; and what all come to',
      tags,
      access: 'anyone',
      params: byProduct,
      query: Type.Object(
        {
          ...pageQuery,
          sort: Type.Optional(Type.Enum([...reviewSorts])),
          stars: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
        },
        closed,
      ),
      responses: { 200: Type.Object({ ...pageOf(ReviewView).properties, summary: Summary }), 404: Problem },
      handle: async ({ params: { id }, query: { limit = 20, cursor, sort = 'newest', stars }, principal }) => {
        await mustExist(id);
        const after = cursor === undefined ? undefined : readCursor(cursor, sort);
        const [found, { stars: counts }] = await Promise.all([
          reviews.list(id, { sort, stars, limit: limit + 1, after }),
          reviews.summaryOf(id),
        ]);
        const shown = found.slice(0, limit);
        const last = shown.at(-1);
        const [buyers, votes] = await Promise.all([
          purchases.buyersOf(
            id,
            shown.map(({ customerId }) => customerId).filter((one) => one !== null),
          ),
          principal === null
            ? undefined
            : reviews.votesOf(
                principal.userId,
                shown.map((review) => review.id),
              ),
        ]);
        const { sum, count } = ratingOf(counts);
        return {
          body: {
            items: shown.map((review) => viewOf(review, buyers.has(review.customerId ?? ''), votes?.get(review.id) ?? null)),
            nextCursor: found.length > limit && last !== undefined ? encodeCursor([sort, ...placeOf(last, sort)]) : null,
            summary: { average: count === 0 ? null : Math.round((10 * sum) / count) / 10, count, stars: counts },
          },
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/products/:id/reviews/mine',
      summary: 'What who asks has written of a product, and whether they have bought it',
      tags,
      access: 'signed-in',
      params: byProduct,
      responses: { 200: Type.Object({ review: Type.Union([OwnReview, Type.Null()]), bought: Type.Boolean() }), 404: Problem },
      handle: async ({ params: { id }, principal: { userId } }) => {
        await mustExist(id);
        const [review, buyers] = await Promise.all([reviews.ofCustomer(id, userId), purchases.buyersOf(id, [userId])]);
        const bought = buyers.has(userId);
        return { body: { review: review === undefined ? null : ownViewOf(review, bought), bought } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/catalog/products/:id/reviews',
      summary: 'Review a product, once; what the rules of moderation doubt is shown when staff has read it',
      tags,
      access: 'signed-in',
      params: byProduct,
      body: NewReview,
      responses: { 201: OwnReview, 404: Problem, 409: Problem },
      handle: async ({ params: { id: productId }, body, principal: { userId } }) => {
        const review = newReview(productId, userId, { ...body, title: body.title ?? null });
        try {
          if ((await ratings.change(productId, () => reviews.add(review))) === undefined) throw notFound('product', productId);
        } catch (error) {
          throw error instanceof ReviewedAlready ? conflict('reviewed_already', 'You have reviewed this product already') : error;
        }
        return { status: 201, body: ownViewOf(review, await isVerified(review)) };
      },
    }),
    route({
      method: 'PATCH',
      path: '/api/catalog/reviews/:id',
      summary: 'Change what you wrote; what is left out stays',
      tags,
      access: 'signed-in',
      params: byReview,
      body: ReviewChange,
      responses: { 200: OwnReview, 404: Problem },
      handle: async ({ params: { id }, body, principal: { userId } }) => {
        const review = await mine(id, userId);
        const changed = await ratings.change(review.productId, () =>
          reviews.change(review, (before) => {
            const content = { author: before.author, rating: before.rating, title: before.title, text: before.text, ...body };
            return { ...content, edited: true, step: { ...judge(content, before.status), by: 'rules' } };
          }),
        );
        if (changed?.result === undefined) throw notFound('review of yours', id);
        return { body: ownViewOf(changed.result, await isVerified(changed.result)) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/catalog/reviews/:id',
      summary: 'Take back what you wrote',
      tags,
      access: 'signed-in',
      params: byReview,
      responses: { 204: null, 404: Problem },
      handle: async ({ params: { id }, principal: { userId } }) => {
        const review = await mine(id, userId);
        const removed = await ratings.change(review.productId, () => reviews.remove(review));
        if (removed?.result !== true) throw notFound('review of yours', id);
        return { status: 204 };
      },
    }),
  ];
}

function newReview(productId: string, customerId: string, content: ReviewContent): Review {
  const createdAt = new Date().toISOString();
  const { author, rating, title, text } = content;
  const { status, reason } = judge(content);
  return {
    ...{ id: v7(), productId, customerId, imported: false, author, rating, title, text, createdAt, editedAt: null, status, reason },
    ...{ helpful: 0, unhelpful: 0, openReports: 0, revision: 1, steps: [{ at: createdAt, status, reason, by: 'rules' }] },
  };
}

const places: Readonly<Record<ReviewSort, readonly ('string' | 'number')[]>> = {
  newest: ['string', 'string', 'string'],
  helpful: ['string', 'number', 'string', 'string'],
  rating: ['string', 'number', 'string', 'string'],
  '-rating': ['string', 'number', 'string', 'string'],
};

function readCursor(cursor: string, sort: ReviewSort): ReviewPlace {
  const [made, ...place] = decodeCursor(cursor, places[sort]);
  if (made !== sort) throw invalidField('cursor', 'cursor', `is of a list in another order: ${sort} was asked for`);
  return place;
}
