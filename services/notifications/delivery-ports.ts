import type { NewsKind } from './domain/provider-news.ts';

/** Something that a provider told of one of our messages. */
export interface ProviderNews {
  readonly provider: string;
  /** The provider's; the same where it tells it again. */
  readonly eventId: string;
  readonly messageId: string;
  readonly kind: NewsKind;
  /** Whom the message went to, as the provider says it; it is kept as a hash only. */
  readonly address: string | null;
}

/** Reads what a provider posts. Throws 400 for what it has not signed, or signed long ago. */
export type ReadNews = (posted: {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** Path and query, as they were asked for. */
  readonly url: string;
}) => ProviderNews[];

/** One a provider; undefined where it is not configured. */
export interface NewsReaders {
  readonly sendgrid: ReadNews | undefined;
  readonly twilio: ReadNews | undefined;
}

export interface DeliveryNews {
  /** Feeds news back to their message, once: where it was in doubt it is sent now. Those who bounce or complain are suppressed. */
  take(news: ProviderNews): Promise<'taken' | 'known' | 'unknown'>;
}

export interface Suppression {
  readonly id: string;
  /** A keyed hash of the address. */
  readonly recipient: string;
  readonly channel: 'email' | 'sms';
  readonly reason: 'bounced' | 'complained';
  readonly messageId: string;
  readonly createdAt: string;
  readonly liftedAt: string | null;
  readonly liftedBy: string | null;
}

/** Addresses that nothing is sent to. */
export interface Suppressions {
  has(addressHash: string, channel: 'email' | 'sms'): Promise<boolean>;
  /** The newest first, below `beforeId`. */
  list(filter: { readonly addressHash?: string; readonly beforeId?: string; readonly limit: number }): Promise<Suppression[]>;
  lift(id: string, by: string): Promise<'lifted' | 'lifted before' | 'unknown'>;
}
