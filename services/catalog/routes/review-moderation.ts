import { Problem, conflict, invalidField, notFound } from '@cartwright/kernel/http/problem';
import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import { placeOf } from '../adapters/reviews-in-mongodb.ts';
import { reviewTransitions } from '../domain/reviews/moderation.ts';
import { reviewStatuses } from '../domain/reviews/review.ts';
import type { Review } from '../domain/reviews/review.ts';
import type { ReviewParts } from './reviews.ts';
import { ModeratedReview, byReview, closed, ownViewOf, tags } from './review-schemas.ts';

/** What staff reads and decides. */
export function reviewModerationRoutes({ products, reviews, ratings, purchases }: ReviewParts): Route[] {
  async function viewsOf(found: readonly Review[]): Promise<Map<string, Record<string, unknown>>> {
    const [titles, reports] = await Promise.all([
      products.byIds([...new Set(found.map(({ productId }) => productId))]),
      reviews.openReports(found.map(({ id }) => id)),
    ]);
    const byId = new Map(titles.map((product) => [product.id, product]));
    const views = found.map(async (review): Promise<[string, Record<string, unknown>]> => {
      const { id, productId, customerId, revision, steps } = review;
      const product = byId.get(productId);
      const verified = customerId !== null && (await purchases.buyersOf(productId, [customerId])).has(customerId);
      return [
        id,
        {
          ...ownViewOf(review, verified),
          productId,
          product: product === undefined ? null : { slug: product.slug, title: product.title },
          revision,
          reports: (reports.get(id) ?? []).map(({ reason, note, createdAt }) => ({ reason, note, createdAt })),
          steps,
        },
      ];
    });
    return new Map(await Promise.all(views));
  }

  return [
    route({
      method: 'GET',
      path: '/api/catalog/reviews',
      summary: 'Reviews for moderation, the oldest first: those that wait, those that customers reported, or those of a status',
      tags,
      access: { permission: 'reviews.read' },
      query: Type.Object({ ...pageQuery, status: Type.Optional(Type.Enum([...reviewStatuses, 'reported'])) }, closed),
      responses: { 200: pageOf(ModeratedReview) },
      handle: async ({ query: { limit = 20, cursor, status = 'pending' } }) => {
        const after = cursor === undefined ? undefined : decodeCursor(cursor, ['string', 'string']);
        const found = await reviews.queue({ status, limit: limit + 1, after });
        const views = await viewsOf(found);
        return {
          body: toPage(
            found,
            limit,
            (review) => placeOf(review, 'queue'),
            ({ id }) => views.get(id),
          ),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/api/catalog/reviews/:id/decisions',
      summary: 'Approve or reject a review as it was read; its open reports are answered by that',
      tags,
      access: { permission: 'reviews.moderate' },
      params: byReview,
      body: Type.Object(
        {
          status: Type.Enum(['approved', 'rejected']),
          reason: Type.Optional(visibleText(500, { description: 'Read by its author; asked for where it is rejected' })),
          revision: Type.Integer({ minimum: 1 }),
        },
        closed,
      ),
      responses: { 200: ModeratedReview, 404: Problem, 409: Problem, 422: Problem },
      handle: async ({ params: { id }, body: { status, reason, revision }, principal: { userId } }) => {
        if (status === 'rejected' && reason === undefined) throw invalidField('/reason', 'required', 'says why, for its author reads it');
        const review = await reviews.byId(id);
        if (review === undefined) throw notFound('review', id);
        const decided = await ratings.change(review.productId, () =>
          reviews.change(review, (now) => {
            if (now.revision !== revision) throw conflict('changed_meanwhile', 'The review is not the one that was read; read it again');
            // To say of what is shown that it may be is how reports are answered.
            const answers = now.status === status && now.openReports > 0;
            if (!answers && !reviewTransitions[now.status].includes(status))
              throw conflict('decided_already', `The review is ${now.status}`);
            return { edited: false, step: { status, reason: status === 'approved' ? null : (reason ?? null), by: userId } };
          }),
        );
        if (decided?.result === undefined) throw notFound('review', id);
        return { body: (await viewsOf([decided.result])).get(id) };
      },
    }),
  ];
}
