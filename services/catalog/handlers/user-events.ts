import { UserDeleted } from '@cartwright/kernel/events/user-deleted';
import { on } from '@cartwright/kernel/messaging/handler';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import type { Purchases } from '../adapters/purchases-in-postgres.ts';
import type { Reviews } from '../review-ports.ts';

/** Forgets those who leave: who wrote a review, voted or reported, and who bought. The reviews stay, and so does what they come to. */
export function userEvents(reviews: Pick<Reviews, 'erase'>, purchases: Pick<Purchases, 'erase'>): Handler[] {
  return [
    on(UserDeleted, {
      // In the other database, and the same when it is done twice.
      prepare: ({ data: { userId } }) => reviews.erase(userId),
      apply: ({ data: { userId } }, unit) => purchases.erase(unit, userId),
    }),
  ];
}
