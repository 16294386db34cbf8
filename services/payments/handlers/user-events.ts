import { UserDeleted } from '@cartwright/kernel/events/user-deleted';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import type { Payments } from '../ports.ts';

/** Forgets whose payments they were. Money and its movements stay: they name orders, not people. */
export function userEvents(payments: Pick<Payments, 'forgetCustomer'>): Handler[] {
  return [on(UserDeleted, { apply: ({ data: { userId } }, unit) => payments.forgetCustomer(unit, userId) })];
}
