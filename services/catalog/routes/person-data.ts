import type { ReadPersonData } from '@cartwright/kernel/http/person-data';
import { badRequest } from '@cartwright/kernel/http/problem';
import { validate } from 'uuid';
import type { Purchases } from '../adapters/purchases-in-postgres.ts';
import type { Reviews } from '../review-ports.ts';

const pageLength = 200;

/**
 * What catalog holds about a customer: reviews, what they thought of others', and what they bought. What a person writes is no more than goes on
 * the first page.
 */
export function customersData(reviews: Pick<Reviews, 'ofPerson'>, purchases: Pick<Purchases, 'ofCustomer'>): ReadPersonData {
  async function written(customerId: string) {
    const { reviews: all, votes, reports } = await reviews.ofPerson(customerId);
    // Which member of staff has decided is not the customer's.
    const own = all.map(({ steps, ...review }) => ({ ...review, steps: steps.map(({ by: _, ...step }) => step) }));
    return { reviews: own, reviewVotes: [...votes], reviewReports: [...reports] };
  }

  return async (customerId, after) => {
    if (after !== undefined && !validate(after)) throw badRequest('after is not a place that a page gave');
    const bought = await purchases.ofCustomer(customerId, { after, limit: pageLength });
    const next = bought.length < pageLength ? null : (bought.at(-1)?.orderId ?? null);
    return { data: { ...(after === undefined ? await written(customerId) : {}), purchases: bought }, next };
  };
}
