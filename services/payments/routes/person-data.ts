import type { ReadPersonData } from '@cartwright/kernel/http/person-data';
import type { Payments } from '../ports.ts';
import { viewOf } from './payments.ts';

const pageLength = 200;

/** What payments holds about a customer: how they paid their orders. The provider's tokens are no longer kept by then. */
export function payersData(payments: Pick<Payments, 'ofCustomer'>): ReadPersonData {
  return async (customerId, after) => {
    const found = await payments.ofCustomer(customerId, { afterId: after, limit: pageLength });
    const next = found.length < pageLength ? null : (found.at(-1)?.orderId ?? null);
    return { data: { payments: found.map(viewOf) }, next };
  };
}
