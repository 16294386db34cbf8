import type { Permission } from '@cartwright/kernel/http/permissions';
import type { StaffTemplate } from './domain/templates.ts';

/** Whom messages to staff are for: those who may do something about it. */
export const staffAudience: Readonly<Record<StaffTemplate, Permission>> = {
  'staff-stock-low': 'stock.write',
  'staff-refund-failed': 'payments.retry',
};
