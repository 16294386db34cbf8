/** How sending went. */
export type SendResult =
  | { readonly result: 'sent'; readonly providerMessageId: string | null }
  /** The provider has not taken it, and may later. */
  | { readonly result: 'not_now'; readonly reason: string; readonly retryAfterMs?: number }
  /** Nobody knows whether it went out. */
  | { readonly result: 'no_answer'; readonly reason: string }
  /** It will never be taken: the recipient is gone or wrong. */
  | { readonly result: 'refused'; readonly reason: string };

/** What becomes of a message. Delays count from now. */
export type Delivery =
  | { readonly state: 'sent'; readonly providerMessageId: string | null }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'waiting'; readonly againInMs: number; readonly reason: string; readonly resend: boolean };

/** Half a day, by the longest delay. */
export const mostTries = 56;
/** A message that may have gone out is sent again once: a duplicate is better than silence, two are not. */
export const mostResends = 1;
const firstDelayMs = 1000;
const longestDelayMs = 15 * 60_000;
/** How long the provider is given to have sent it after all, before it is sent again. */
export const doubtMs = 30_000;

/**
 * Decides about a message after it was handed to its provider.
 * @param tries how often that was done, this time included
 * @param resends how often it was sent again in doubt
 */
export function settleDelivery(result: SendResult, { tries, resends }: { tries: number; resends: number }): Delivery {
  switch (result.result) {
    case 'sent':
      return { state: 'sent', providerMessageId: result.providerMessageId };
    case 'refused':
      return { state: 'failed', reason: result.reason };
    case 'not_now': {
      if (tries >= mostTries) return { state: 'failed', reason: result.reason };
      const backoffMs = Math.min(firstDelayMs * 2 ** (tries - 1), longestDelayMs);
      const againInMs = Math.min(Math.max(backoffMs, result.retryAfterMs ?? 0), longestDelayMs);
      return { state: 'waiting', againInMs, reason: result.reason, resend: false };
    }
    case 'no_answer':
      if (resends >= mostResends) return { state: 'failed', reason: result.reason };
      return { state: 'waiting', againInMs: doubtMs, reason: result.reason, resend: true };
  }
}

/** How long to wait until a message in doubt is sent again: the provider may still tell that it has it. 0: no longer. */
export function stillDoubted(handedOverAgoMs: number | null, tellsWithinMs: number | undefined): number {
  return Math.max(0, (tellsWithinMs ?? 0) - (handedOverAgoMs ?? 0));
}

/** How long a channel sends nothing after a provider has said that it is too much: as long as it says. 0: it has not said so. */
export function throttledMs(result: SendResult): number {
  return result.result === 'not_now' ? Math.min(result.retryAfterMs ?? 0, longestDelayMs) : 0;
}
