/** So many of a SKU. */
export interface Units {
  readonly sku: string;
  readonly quantity: number;
}

/** What becomes of the money of a cancelled order. */
export const moneyOutcomes = [
  /** It was never asked for. */
  'not_charged',
  /** The provider held it, and lets it go. */
  'released',
  /** It was taken, and goes back. */
  'refunded',
  /** It may be on its way to us at this moment; then it goes back. */
  'refunded_if_taken',
  /** It was given back before. */
  'refunded_before',
  /** Nobody has told. */
  'unknown',
] as const;
export type MoneyOutcome = (typeof moneyOutcomes)[number];

/** What a message says beside the order's facts; no personal data. It is stored as JSON with the message. */
export interface MessageData {
  /** The link of an account, or what happened to one, that auth is asked for when the mail is written. */
  readonly linkId?: string;
  readonly noticeId?: string;
  /** Why, as the event said it. */
  readonly reason?: string;
  /** What staff said why is about one of these, the first of which there are words: orders is asked for them when the message is written. */
  readonly said?: readonly string[];
  /** The goods that the message is about. */
  readonly lines?: readonly Units[];
  readonly carrier?: string;
  readonly trackingNumber?: string;
  /** Minor units that the message is about. */
  readonly amount?: number;
  /** Minor units given back so far. */
  readonly refunded?: number;
  readonly money?: MoneyOutcome;
  /** The SKU that the message is about, what it was called then, and the slug of its product. */
  readonly sku?: string;
  readonly title?: string;
  readonly slug?: string;
  /** Somebody's wish to hear that it is back, of which a guest's address is known. */
  readonly requestId?: string;
  /** The language that they asked in, as a BCP 47 tag. */
  readonly locale?: string;
  /** Units that were free, and the fewest that are enough. */
  readonly available?: number;
  readonly threshold?: number;
}

/** Where the money of an order is. */
export interface MoneyState {
  /** As orders' events say it. */
  readonly paymentStatus: string;
  /** Minor units. */
  readonly total: number;
  /** Minor units that were given back, or are on their way. */
  readonly givenBack: number;
}

/**
 * What becomes of the money of an order that is cancelled.
 * @param previousStatus the order's status before
 */
export function moneyAfterCancel(
  previousStatus: string,
  { paymentStatus, total, givenBack }: MoneyState,
): Pick<MessageData, 'money' | 'amount'> {
  switch (paymentStatus) {
    case 'captured':
    case 'partially_refunded':
    case 'refunded': {
      const amount = total - givenBack;
      return amount > 0 ? { money: 'refunded', amount } : { money: 'refunded_before' };
    }
    case 'failed':
      return { money: 'not_charged' };
    default:
      if (previousStatus === 'confirmed') return { money: 'refunded_if_taken', amount: total };
      return { money: previousStatus === 'authorized' ? 'released' : 'not_charged' };
  }
}
