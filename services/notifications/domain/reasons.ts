import type { MessageData } from './message-data.ts';

/** Reasons that every language has words for. */
export const reasonCodes = [
  'card_declined',
  'insufficient_funds',
  'provider_timeout',
  'expired',
  'customer',
  'requested_by_customer',
  'capture_failed',
  'returned',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** The reason of an event of which staff have said why, in words that orders keeps. */
const inStaffsWords = 'staff_words';

/** What a message says why: the reason, and where words of staff are to be found. */
export function whyIn(reason: string, ...about: readonly string[]): Pick<MessageData, 'reason' | 'said'> {
  return reason === inStaffsWords ? { said: about } : { reason };
}

/** Reasons that mean something to us alone. */
const ours = /^(?:staff|[a-z0-9]+(?:_[a-z0-9]+)+|[A-Z0-9_]+)$/;

/** Whether customers understand a reason by the words of their language. */
export function isReasonCode(reason: string): reason is ReasonCode {
  return (reasonCodes as readonly string[]).includes(reason);
}

/** Whether a person has written a reason for the customer, rather than one of our codes. */
export function isWritten(reason: string): boolean {
  return !isReasonCode(reason) && !ours.test(reason);
}
