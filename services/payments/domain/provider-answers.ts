import type { NextAction } from '@cartwright/kernel/schemas';

/** What a provider answers. What brings no answer at all is ProviderUnavailable. */
export type ProviderAnswer =
  | { readonly outcome: 'authorised' | 'voided'; readonly reference?: string }
  /** A look-up also tells the provider's own sums, in minor units: what was taken, and how much of it is back, by whomever. */
  | { readonly outcome: 'captured' | 'refunded'; readonly reference?: string; readonly taken?: number; readonly givenBack?: number }
  | { readonly outcome: 'action_required'; readonly reference: string; readonly nextAction: NextAction }
  /** Not decided yet: a webhook brings the word, or it is looked up. */
  | { readonly outcome: 'pending'; readonly reference?: string }
  | { readonly outcome: 'declined'; readonly reason: string; readonly reference?: string }
  /** Not done. `again`: it may be done at another time. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly again: boolean }
  /** To a look-up: there is no such payment there. */
  | { readonly outcome: 'unknown' };
