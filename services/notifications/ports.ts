import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Channel, TemplateName } from './domain/templates.ts';
import type { SendResult, Delivery } from './domain/delivery.ts';
import type { MessageData, MoneyState } from './domain/message-data.ts';
import type { Preferences } from './domain/preferences.ts';

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
}

/** Hands messages to a provider. Answers what came of it, and throws nothing that a provider may cause. */
export interface MessageSender {
  readonly provider: string;
  send(message: OutgoingMessage): Promise<SendResult>;
}

export type Senders = Readonly<Record<Channel, MessageSender>>;

/** A person to write to. */
export interface Contact {
  readonly email: string;
  readonly name: string;
  /** Lets a guest read the order. */
  readonly accessKey?: string;
  /** The language that the order was placed in, as a BCP 47 tag. */
  readonly locale?: string | null;
}

/** Asks those who keep personal data. Undefined: it was erased. */
export interface Contacts {
  ofOrder(orderId: string): Promise<Contact | undefined>;
  ofUser(userId: string): Promise<Contact | undefined>;
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
  readonly channel: Channel;
  readonly template: TemplateName;
  readonly orderId: string | null;
  readonly userId: string | null;
  readonly data: MessageData;
  /** Times it was handed to the provider before. */
  readonly tries: number;
  readonly resends: number;
  /** Somebody died after handing it to the provider and before noting the answer. */
  readonly inDoubt: boolean;
}

export interface Messages {
  /** Claims the messages of an event, one a channel that the customer may want; those that are claimed already are left out. They are leased to the caller. */
  claim(unit: UnitOfWork, message: NewMessage): Promise<MessageJob[]>;
  /** Leases what is due. */
  lease(limit: number): Promise<MessageJob[]>;
  /** Notes that it is being handed to the provider. False: the lease is lost. */
  sending(job: MessageJob): Promise<boolean>;
  /** Notes what came of it, and publishes EmailSent or SmsSent when it was sent. False: the lease is lost. */
  settle(job: MessageJob, provider: string, delivery: Delivery): Promise<boolean>;
  /** Notes that there is nobody to send it to. */
  skip(job: MessageJob, reason: string): Promise<boolean>;
  /** The newest first, below `beforeId`. */
  list(filter: {
    readonly userId?: string;
    readonly state?: string;
    readonly beforeId?: string;
    readonly limit: number;
  }): Promise<MessageRecord[]>;
  /** Forgets whose messages these were, and what the mailbox of a local machine holds of them. */
  forgetUser(unit: UnitOfWork, userId: string): Promise<void>;
}

export interface MessageRecord {
  readonly id: string;
  readonly channel: Channel;
  readonly template: TemplateName;
  readonly orderId: string | null;
  readonly number: string | null;
  readonly state: string;
  readonly tries: number;
  readonly resends: number;
  readonly provider: string | null;
  readonly reason: string | null;
  readonly createdAt: string;
  readonly settledAt: string | null;
}

export interface PreferencesStore {
  of(userId: string): Promise<Preferences>;
  set(userId: string, preferences: Preferences): Promise<void>;
  remove(unit: UnitOfWork, userId: string): Promise<void>;
}

export interface MailboxEntry {
  readonly id: string;
  readonly to: string;
  readonly channel: Channel;
  readonly subject: string;
  readonly html: string | null;
  readonly text: string;
  readonly createdAt: string;
}

/** Stands in for providers on a local machine. */
export interface Mailbox {
  senders(): Senders;
  /** The newest first, below `beforeId`. */
  list(filter: { readonly to?: string; readonly beforeId?: string; readonly limit: number }): Promise<MailboxEntry[]>;
}

export interface RenderedMessage {
  readonly subject: string;
  readonly html: string | null;
  readonly text: string;
}

/** What a message is written from. */
export interface MessageParts {
  readonly contact: Contact;
  readonly order: OrderFacts | undefined;
  readonly data: MessageData;
  /** The language that its reader has chosen; the order's, then the shop's, unless told. */
  readonly locale?: string | null;
}

/** Writes messages. */
export interface Renderer {
  /** Tags of the languages that there are. */
  readonly locales: readonly string[];
  render(template: TemplateName, channel: Channel, parts: MessageParts): RenderedMessage;
}
