import { UserDeleted } from '@cartwright/kernel/events/user-deleted';
import { on } from '@cartwright/kernel/messaging/handler';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import type { Erasure } from '../ports.ts';

/** Forgets those who leave: whom their orders were for, and by which coupons they are known. Orders that are still open end soon after. */
export function userEvents(erasure: Pick<Erasure, 'erase'>): Handler[] {
  return [on(UserDeleted, { apply: ({ data: { userId } }, unit) => erasure.erase(unit, userId) })];
}
