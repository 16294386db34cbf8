import type { ReadPersonData } from '@cartwright/kernel/http/person-data';
import type { Reviews } from '../review-ports.ts';

/** What catalog holds about a customer: reviews, and what they thought of others'. That is no more than a person writes: one page. */
export function reviewersData(reviews: Pick<Reviews, 'ofPerson'>): ReadPersonData {
  return async (customerId) => {
    const { reviews: written, votes, reports } = await reviews.ofPerson(customerId);
    // Which member of staff has decided is not the customer's.
    const own = written.map(({ steps, ...review }) => ({ ...review, steps: steps.map(({ by: _, ...step }) => step) }));
    return { data: { reviews: own, reviewVotes: [...votes], reviewReports: [...reports] }, next: null };
  };
}
