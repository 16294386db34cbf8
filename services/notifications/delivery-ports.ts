import type { MessageState, MessageStep } from './domain/message-life.ts';
import type { NewsKind, Outcome } from './domain/provider-news.ts';
import type { Channel, TemplateName } from './domain/templates.ts';

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

export interface MessageRecord {
  readonly id: string;
  readonly channel: Channel;
  readonly template: TemplateName;
  readonly orderId: string | null;
  readonly number: string | null;
  readonly state: MessageState;
  readonly tries: number;
  readonly resends: number;
  readonly provider: string | null;
  readonly reason: string | null;
  /** What the provider told afterwards. */
  readonly outcome: Outcome | null;
  /** A keyed hash of the address that it was sent to. */
  readonly recipient: string | null;
  readonly createdAt: string;
  readonly settledAt: string | null;
}

/** What is looked for in the delivery log; what is left out is not. */
export interface DeliverySearch {
  readonly userId?: string;
  readonly orderId?: string;
  /** The whole number of an order. */
  readonly number?: string;
  /** The keyed hash of an address. */
  readonly recipient?: string;
  readonly template?: string;
  readonly channel?: string;
  readonly state?: string;
  /** RFC 3339: not before. */
  readonly since?: string;
  /** RFC 3339: before, and not at. */
  readonly until?: string;
}

/** A message with what happened to it. */
export interface MessageLife extends MessageRecord {
  readonly steps: readonly MessageStep[];
  /** When it is tried again; null where it is not. */
  readonly nextTryAt: string | null;
  /** Nothing is sent to its recipient now. */
  readonly suppressed: boolean;
}

/** What became of messages. */
export interface DeliveryLog {
  /** The newest first, after the message `beforeId`. */
  search(search: DeliverySearch, page: { readonly beforeId?: string; readonly limit: number }): Promise<MessageRecord[]>;
  find(id: string): Promise<MessageLife | undefined>;
}
