import { Problem, conflict, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import type { Review } from '../domain/reviews/review.ts';
import type { ReviewParts } from './reviews.ts';
import { VoteCounts, byReview, closed, tags } from './review-schemas.ts';

const Vote = Type.Object({ ...VoteCounts.properties, myVote: Type.Union([Type.Boolean(), Type.Null()]) });
const reasons = ['spam', 'offensive', 'off_topic', 'personal_data', 'other'] as const;

/** What customers think of others' reviews: whether they helped, and what is wrong with them. */
export function reviewOpinionRoutes({ reviews, ratings }: Pick<ReviewParts, 'reviews' | 'ratings'>): Route[] {
  /** One that is shown, and not by who asks. */
  async function byAnother(id: string, userId: string): Promise<Review> {
    const review = await reviews.byId(id);
    if (review?.status !== 'approved') throw notFound('review', id);
    if (review.customerId === userId) throw conflict('own_review', 'This is your own review');
    return review;
  }

  async function vote(id: string, userId: string, helpful: boolean | null) {
    await byAnother(id, userId);
    const votes = await reviews.vote(id, userId, helpful);
    if (votes === undefined) throw notFound('review', id);
    return { body: { ...votes, myVote: helpful } };
  }

  return [
    route({
      method: 'PUT',
      path: '/api/catalog/reviews/:id/vote',
      summary: 'Whether the review helped you; your last word counts',
      tags,
      access: 'signed-in',
      params: byReview,
      body: Type.Object({ helpful: Type.Boolean() }, closed),
      responses: { 200: Vote, 404: Problem, 409: Problem },
      handle: ({ params: { id }, body, principal }) => vote(id, principal.userId, body.helpful),
    }),
    route({
      method: 'DELETE',
      path: '/api/catalog/reviews/:id/vote',
      summary: 'Take back whether the review helped you',
      tags,
      access: 'signed-in',
      params: byReview,
      responses: { 200: Vote, 404: Problem, 409: Problem },
      handle: ({ params: { id }, principal }) => vote(id, principal.userId, null),
    }),
    route({
      method: 'PUT',
      path: '/api/catalog/reviews/:id/report',
      summary: 'Tell staff what is wrong with a review; three customers take it out of sight until staff has looked',
      tags,
      access: 'signed-in',
      params: byReview,
      body: Type.Object(
        {
          reason: Type.Enum([...reasons]),
          note: Type.Optional(visibleText(500)),
        },
        closed,
      ),
      responses: { 202: null, 404: Problem, 409: Problem },
      handle: async ({ params: { id }, body: { reason, note = null }, principal: { userId } }) => {
        const review = await byAnother(id, userId);
        const told = await ratings.change(review.productId, () => reviews.report(review, userId, { reason, note }));
        if (told?.result !== true) throw notFound('review', id);
        return { status: 202 };
      },
    }),
  ];
}
