import type { Permission } from '@cartwright/kernel/http/permissions';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { MessageData } from './domain/message-data.ts';
import type { StaffTemplate } from './domain/templates.ts';
import type { Contact, MessageJob } from './ports.ts';

/** A SKU as people know it, and the slug of its product. */
export interface NamedSku {
  readonly title: string;
  readonly slug: string;
}

/** What the other services know and messages are made of; asked when it is needed, so that nothing here is ever behind. */
export interface ShopFacts {
  /** Undefined: it is not for sale. */
  skuNamed(sku: string): Promise<NamedSku | undefined>;
  /** Units that can be bought; undefined: it never had stock. */
  available(sku: string): Promise<number | undefined>;
  /** Ids of those whose role lets them do something. */
  peopleWho(permission: Permission): Promise<readonly string[]>;
}

/** Something that staff are to be told. */
export interface StaffAlert {
  readonly eventId: string;
  readonly template: StaffTemplate;
  readonly orderId: string | null;
  readonly data: MessageData;
}

/** Alerts that wait until it is known who is staff: handlers ask nobody. */
export interface StaffAlerts {
  /** Keeps an alert, once an event. */
  keep(unit: UnitOfWork, alert: StaffAlert): Promise<void>;
  due(limit: number): Promise<StaffAlert[]>;
  /** Claims the messages to these people and takes the alert away, in one transaction. Somebody else may have done it before: then there are none. */
  tell(alert: StaffAlert, userIds: readonly string[]): Promise<MessageJob[]>;
  /** Leaves it for a while: who has to be asked is away. */
  putOff(eventId: string): Promise<void>;
}

/** Somebody who is to be told when a SKU can be bought again: a user, or a guest by their address. */
export type Waiter = { readonly userId: string } | { readonly email: string };

/** What somebody waits for. */
export interface BackInStockRequest extends NamedSku {
  readonly id: string;
  readonly sku: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** Who wants to be told that a SKU is back. */
export interface BackInStockRequests {
  /**
   * Keeps a request, once a SKU and person: asked again, it begins anew. Answers its id; undefined where they wait for too much already, or where mails to
   * an address were ended by whoever reads them.
   */
  keep(waiter: Waiter, what: NamedSku & { readonly sku: string; readonly locale: string | null }): Promise<string | undefined>;
  /** Takes back a request that was asked for once; others stay, since anybody can ask in a guest's name. */
  undo(id: string): Promise<void>;
  /** What a user waits for. Answers false where that was not so. */
  withdraw(userId: string, sku: string): Promise<boolean>;
  /** Of a guest who wants no such mails any more. */
  withdrawAll(addressHash: string): Promise<void>;
  /** What a user waits for, the newest first, below `beforeId`. */
  list(userId: string, page: { readonly beforeId?: string; readonly sku?: string; readonly limit: number }): Promise<BackInStockRequest[]>;
  /** Notes that a SKU is back: those are due who asked before. */
  markDue(unit: UnitOfWork, back: { readonly sku: string; readonly eventId: string; readonly at: string }): Promise<void>;
  /** SKUs of which somebody is due. */
  dueSkus(limit: number): Promise<string[]>;
  /** Claims the messages to some of those who are due, in one transaction. Of users the request is gone with it. None: there are no more. */
  tell(sku: string, named: NamedSku, limit: number): Promise<{ readonly told: number; readonly jobs: MessageJob[] }>;
  /** Leaves those who are due for a SKU for a while. */
  putOff(sku: string, seconds: number): Promise<void>;
  /** How to reach a guest; undefined once that is forgotten. */
  contactOf(requestId: string): Promise<Contact | undefined>;
  /** Forgets guests whose mail is settled, and what nobody waits for any longer. */
  forgetDone(): Promise<void>;
  /** Forgets what a user waits for, and what was asked for under the address of their account. */
  forget(unit: UnitOfWork, userId: string): Promise<void>;
}
