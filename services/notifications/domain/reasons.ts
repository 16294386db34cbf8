const reasonTexts: Readonly<Record<string, string>> = {
  card_declined: 'your card was declined',
  insufficient_funds: 'the card does not have sufficient funds',
  provider_timeout: 'the payment provider did not answer',
  expired: 'it was not paid in time',
  customer: 'as you asked',
  requested_by_customer: 'as you asked',
  capture_failed: 'the payment could not be completed',
  returned: 'for what you sent back',
};

/** Reasons that mean something to us alone. */
const ours = /^(?:staff|[a-z0-9]+(?:_[a-z0-9]+)+|[A-Z0-9_]+)$/;

/** Why, as customers read it; undefined where the reason means nothing to them. */
export function reasonText(reason: string): string | undefined {
  return Object.hasOwn(reasonTexts, reason) ? reasonTexts[reason] : undefined;
}

/** A reason that a person may have written for the customer: as a sentence's part where we know it, as it was written where it is no code. */
export function writtenReason(reason: string): string | undefined {
  return reasonText(reason) ?? (ours.test(reason) ? undefined : reason);
}
