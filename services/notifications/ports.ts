import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Channel, TemplateName } from './domain/templates.ts';
import type { SendResult, Delivery } from './domain/delivery.ts';
import type { MessageData, MoneyState } from './domain/message-data.ts';
import type { OptOut, Preferences } from './domain/preferences.ts';

/** A message that is ready to go. */
export interface OutgoingMessage {
  /** Ours; providers are told it, so that a second one can be recognised. */
  readonly id: string;
  /** An e-mail address, or a phone number in E.164. */
  readonly to: string;
  readonly subject: string;
  /** Null where the channel has none. */
  readonly html: string | null;
  readonly text: string;
  /** Further headers of a mail. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Hands messages to a provider. Answers what came of it, and throws nothing that a provider may cause. */
export interface MessageSender {
  readonly provider: string;
  /** Within this time the provider tells by its webhook of what it was given, also where its answer never came. Missing: it does not tell. */
  readonly tellsWithinMs?: number;
  send(message: OutgoingMessage): Promise<SendResult>;
}

/** Live messages are sent by being stored: their readers find them. */
export type Senders = Readonly<Record<Exclude<Channel, 'live'>, MessageSender>>;

/** A person to write to. */
export interface Contact {
  readonly email: string;
  readonly name: string;
  /** Lets a guest read the order. */
  readonly accessKey?: string;
  /** The language that the order was placed in, or that the account has, as a BCP 47 tag. */
  readonly locale?: string | null;
  /** What was said of the order, by what it is about. */
  readonly words?: Readonly<Record<string, string>>;
  /** A link that works once; its token is a secret. */
  readonly link?: { readonly purpose: string; readonly token: string; readonly expiresAt: string };
  /** What happened to the account. */
  readonly notice?: { readonly kind: string; readonly at: string };
}

/** Asks those who keep personal data. Undefined: it was erased. */
export interface Contacts {
  ofOrder(orderId: string): Promise<Contact | undefined>;
  ofUser(userId: string): Promise<Contact | undefined>;
  /** Undefined also where the link was used, or has expired: it is of no use any more. */
  ofLink(linkId: string): Promise<Contact | undefined>;
  ofNotice(noticeId: string): Promise<Contact | undefined>;
}

export interface OrderFacts {
  readonly orderId: string;
  readonly number: string;
  readonly customerId: string | null;
  readonly currency: string;
  readonly lines: readonly { readonly sku: string; readonly title: string; readonly quantity: number; readonly total: number }[];
  /** Minor units. */
  readonly totals: Readonly<Record<'items' | 'discount' | 'shipping' | 'tax' | 'total', number>>;
  /** RFC 3339. */
  readonly placedAt: string;
}

export interface OrderFactsStore {
  keep(unit: UnitOfWork, facts: OrderFacts): Promise<void>;
  find(orderId: string): Promise<OrderFacts | undefined>;
  /** Those that are known, by their ids. */
  findAll(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderFacts>>;
  /** Null: a guest, or an order that is not known. */
  customerOf(unit: UnitOfWork, orderId: string): Promise<string | null>;
  /** Where the order's money is, as far as its events have said. Undefined: the order is not known. */
  moneyOf(unit: UnitOfWork, orderId: string): Promise<MoneyState | undefined>;
  /** Notes news of the money; `givingBack` adds to what is given back, in minor units, and takes from it where it is negative. */
  noteMoney(unit: UnitOfWork, orderId: string, news: { readonly paymentStatus?: string; readonly givingBack: number }): Promise<void>;
}

/** What an event asks to be told to somebody. */
export interface NewMessage {
  readonly eventId: string;
  readonly template: TemplateName;
  readonly orderId: string | null;
  readonly userId: string | null;
  /** What the template needs beside the order's facts; no personal data. */
  readonly data: MessageData;
}

/** A message whose lease this process has. */
export interface MessageJob {
  readonly id: string;
  readonly lease: string;
  readonly channel: Exclude<Channel, 'live'>;
  readonly template: TemplateName;
  readonly orderId: string | null;
  readonly userId: string | null;
  readonly data: MessageData;
  /** Times it was handed to the provider before. */
  readonly tries: number;
  readonly resends: number;
  /** Somebody died after handing it to the provider and before noting the answer. */
  readonly inDoubt: boolean;
  /** Milliseconds since it was handed over last; null: it was not yet. */
  readonly handedOverAgoMs: number | null;
}

export interface Messages {
  /** Claims the messages of an event, one a channel that the customer may want; those that are claimed already are left out. Live ones are with their readers by the commit; the others are leased to the caller. */
  claim(unit: UnitOfWork, message: NewMessage): Promise<MessageJob[]>;
  /** Leases what is due. */
  lease(limit: number): Promise<MessageJob[]>;
  /**
   * Notes that it is being handed to the provider, and to whom. Notes nothing where the lease is lost, or where the same was told to this address
   * by another message of the event.
   */
  sending(job: MessageJob, recipientHash: string): Promise<'sending' | 'lost' | 'told already'>;
  /** Notes what came of it, and publishes EmailSent or SmsSent when it was sent. False: the lease is lost. */
  settle(job: MessageJob, provider: string, delivery: Delivery): Promise<boolean>;
  /** Notes that nobody gets it, and why. `recipientHash`: whom it was for, where that is known. */
  skip(job: MessageJob, reason: string, recipientHash: string | null): Promise<boolean>;
  /** Forgets whose messages these were, and what the mailbox of a local machine holds of them. */
  forgetUser(unit: UnitOfWork, userId: string): Promise<void>;
}

export interface PreferencesStore {
  of(userId: string): Promise<Preferences>;
  set(userId: string, preferences: Preferences): Promise<void>;
  /** Changes what stands; two at once are one after the other. */
  change(userId: string, change: (before: Preferences) => Preferences): Promise<void>;
  remove(unit: UnitOfWork, userId: string): Promise<void>;
}

/** Whom mails are for: a person, or, without an account, an address that only its hash is kept of. */
export type Subscriber = { readonly userId: string } | { readonly addressHash: string };

/** Hashes and tokens that this service alone can make. */
export interface MessageKeys {
  /** The same for an address however it is written; of no use to whoever has not got the secret. */
  addressHash(address: string): string;
  /** Goes into the links by which somebody ends mails of a kind. */
  unsubscribeToken(link: UnsubscribeLink): string;
  /** Undefined: not made by us. */
  readUnsubscribe(token: string): UnsubscribeLink | undefined;
}

export interface UnsubscribeLink {
  readonly subscriber: Subscriber;
  readonly event: TemplateName;
}

/** What people without an account want no more. */
export interface OptOuts {
  has(addressHash: string, event: TemplateName): Promise<boolean>;
  set(addressHash: string, event: OptOut, wanted: boolean): Promise<void>;
}

export interface MailboxEntry {
  readonly id: string;
  readonly to: string;
  readonly channel: Exclude<Channel, 'live'>;
  readonly subject: string;
  readonly html: string | null;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

/** Stands in for providers on a local machine. */
export interface Mailbox {
  senders(): Senders;
  /** The newest first, below `beforeId`. */
  list(filter: {
    readonly to?: string;
    readonly messageId?: string;
    readonly beforeId?: string;
    readonly limit: number;
  }): Promise<MailboxEntry[]>;
}

export interface RenderedMessage {
  readonly subject: string;
  readonly html: string | null;
  readonly text: string;
  /** Of a mail. */
  readonly headers: Readonly<Record<string, string>>;
  /** A path of the shop that shows what it is about. */
  readonly path: string;
}

/** What a message is written from. */
export interface MessageParts {
  readonly contact: Contact;
  readonly order: OrderFacts | undefined;
  readonly data: MessageData;
  /** The language that its reader has chosen; the order's, then the shop's, unless told. */
  readonly locale?: string | null;
  /** Ends mails of this kind; null for those that are essential. */
  readonly unsubscribeToken?: string | null;
}

/** Writes messages. */
export interface Renderer {
  /** Tags of the languages that there are. */
  readonly locales: readonly string[];
  /** What a kind of message is about, in a few words. */
  about(template: TemplateName, locale: string | undefined): string;
  render(template: TemplateName, channel: Channel, parts: MessageParts): RenderedMessage;
}
