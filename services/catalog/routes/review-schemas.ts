import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import { ReviewInput } from '../domain/import-line.ts';
import { reviewStatuses } from '../domain/reviews/review.ts';
import type { Review } from '../domain/reviews/review.ts';

export const closed = { additionalProperties: false };
export const tags = ['reviews'];
export const byReview = Type.Object({ id: Uuid }, closed);
const nullable = <Schema extends Parameters<typeof Type.Array>[0]>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const Status = Type.Enum([...reviewStatuses]);
export const NewReview = Type.Object(
  { author: visibleText(100), rating: ReviewInput.properties.rating, title: Type.Optional(visibleText(200)), text: visibleText(5000) },
  closed,
);
export const ReviewChange = Type.Object(
  {
    author: Type.Optional(visibleText(100)),
    rating: Type.Optional(ReviewInput.properties.rating),
    title: Type.Optional(nullable(visibleText(200))),
    text: Type.Optional(visibleText(5000)),
  },
  { ...closed, minProperties: 1 },
);

export const VoteCounts = Type.Object({ helpful: Type.Integer(), unhelpful: Type.Integer() });
export const ReviewView = Type.Object({
  id: Uuid,
  author: Type.String(),
  rating: Type.Integer({ minimum: 1, maximum: 5 }),
  title: nullable(Type.String()),
  text: Type.String(),
  createdAt: Timestamp,
  editedAt: nullable(Timestamp),
  verified: Type.Boolean({ description: 'Its author has bought the product here' }),
  ...VoteCounts.properties,
  myVote: nullable(Type.Boolean({ description: 'Whether who asks has found it helpful' })),
});
export const OwnReview = Type.Object({
  ...ReviewView.properties,
  status: Status,
  reason: nullable(Type.String({ description: 'Why it is not shown' })),
});
const Report = Type.Object({ reason: Type.String(), note: nullable(Type.String()), createdAt: Timestamp });
const Step = Type.Object({
  at: Timestamp,
  status: Status,
  reason: nullable(Type.String()),
  by: Type.String({ description: 'A rule, the reports of customers, or the id of who decided' }),
});
export const ModeratedReview = Type.Object({
  ...OwnReview.properties,
  productId: Uuid,
  product: nullable(Type.Object({ slug: Type.String(), title: Type.String() })),
  revision: Type.Integer({ description: 'Of what was read; a decision names it' }),
  reports: Type.Array(Report),
  steps: Type.Array(Step),
});

export const Summary = Type.Object({
  average: nullable(Type.Number({ description: 'With one decimal' })),
  count: Type.Integer(),
  stars: Type.Array(Type.Integer(), { minItems: 5, maxItems: 5, description: 'How many gave one, two, three, four, five' }),
});

/** What others see of a review. */
export function viewOf(
  { id, author, rating, title, text: words, createdAt, editedAt, helpful, unhelpful }: Review,
  verified: boolean,
  myVote: boolean | null = null,
): Record<string, unknown> {
  return { id, author, rating, title, text: words, createdAt, editedAt, verified, helpful, unhelpful, myVote };
}

/** What its author sees of it. */
export function ownViewOf(review: Review, verified: boolean): Record<string, unknown> {
  return { ...viewOf(review, verified), status: review.status, reason: review.reason };
}
