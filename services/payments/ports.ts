import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Conclusion } from './domain/conclude.ts';
import type { Input, Payment } from './domain/payment.ts';
import type { PaymentState, Step } from './domain/payment-states.ts';
import type { ProviderAnswer } from './domain/provider-answers.ts';
import type { DifferenceName } from './domain/reconcile.ts';

/** What a provider is asked about. The same key is the same request: it is done once, however often it is sent. */
export interface ProviderRequest {
  readonly orderId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  /** Order, step and number of the attempt. */
  readonly key: string;
  /** The provider's id of the payment; null while it has told none. */
  readonly reference: string | null;
}

/** A payment provider. A call that brings no answer throws ProviderUnavailable: what it did is not known, and the same key asks again. */
export interface PaymentProvider {
  readonly name: string;
  /** Asks to hold the amount. */
  authorise(request: ProviderRequest & { readonly token: string }): Promise<ProviderAnswer>;
  /** Takes what is held. */
  capture(request: ProviderRequest): Promise<ProviderAnswer>;
  /** Lets go what is held. Answers `captured` where it was taken already, `voided` where there is nothing. */
  void(request: ProviderRequest): Promise<ProviderAnswer>;
  /** Gives the amount back of what was taken. */
  refund(request: RefundRequest): Promise<ProviderAnswer>;
  /** What became of a refund that may have been asked for before: providers forget keys after a day. Changes nothing. */
  lookUpRefund(request: RefundRequest): Promise<ProviderAnswer>;
  /** Where the payment stands there, with its sums; changes nothing. */
  lookUp(request: ProviderRequest): Promise<ProviderAnswer>;
  /** Orders of the payments that were made there since, so that those which we know nothing of are found. */
  ordersSince(time: Date): AsyncIterable<string>;
  /** Which payments have changed there since, by whomever; as far back as it remembers. One may come several times. */
  changesSince(time: Date): AsyncIterable<Subject>;
}

/** Which payment something at a provider is about: by our order, or by the provider's own id where it does not name that. */
export type Subject = { readonly orderId: string } | { readonly reference: string };

export interface RefundRequest extends ProviderRequest {
  readonly refundId: string;
}

export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
  readonly code = 'provider_unavailable';
}

/** An attempt whose lease this process has. */
export interface Job extends ProviderRequest {
  readonly lease: string;
  readonly step: Step;
  readonly number: number;
  /** Calls before whose end was written. */
  readonly tries: number;
  /** Whether it may have been called before by one who died without writing so. */
  readonly mayBeDone: boolean;
  readonly provider: string;
  readonly token: string | null;
  /** Which refund the step `refund` is about; its amount is the job's. */
  readonly refundId: string | null;
}

/** A provider's word that came by itself. It only says that there is news: what that is is looked up. */
export interface Notice {
  readonly provider: string;
  /** The provider's id of the event; one that comes again is passed over. */
  readonly eventId: string;
  readonly about: Subject;
}

export interface LedgerRow {
  readonly id: number;
  readonly transactionId: string;
  readonly orderId: string;
  readonly kind: string;
  readonly account: string;
  readonly amount: number;
  readonly currency: string;
  readonly createdAt: string;
}

export interface StuckPayment {
  readonly payment: Payment;
  /** RFC 3339: when it changed last. */
  readonly since: string;
}

/** Where a list of stuck payments goes on. */
export interface StuckPlace {
  readonly since: string;
  readonly orderId: string;
}

/** Payments with their attempts and the ledger. What is to be called next is answered with its lease: call it after the commit. */
export interface Payments {
  find(orderId: string): Promise<Payment | undefined>;
  /** Opens the payment of an order, unless it is open; nobody's where its customer was erased. */
  expect(unit: UnitOfWork, order: { orderId: string; customerId: string | null; provider: string }): Promise<void>;
  /** Payments of a customer by the ids of their orders, after one. */
  ofCustomer(customerId: string, page: { readonly afterId: string | undefined; readonly limit: number }): Promise<Payment[]>;
  /** Forgets whose payments they were, and are that are opened later. */
  forgetCustomer(unit: UnitOfWork, customerId: string): Promise<void>;
  /** Tells a payment something: its state, ledger, event and next attempt are written in the unit's transaction. */
  tell(unit: UnitOfWork, orderId: string, input: Input): Promise<Job[]>;
  /** Has what is stuck tried again. Undefined: there is no such payment. */
  retry(orderId: string): Promise<Job[] | 'not_stuck' | undefined>;
  /** Payments that need a person, those that have waited longest first. */
  stuck(page: { readonly after?: StuckPlace; readonly limit: number }): Promise<StuckPayment[]>;
  /** Leases attempts that are due. */
  lease(limit: number): Promise<Job[]>;
  /** Writes what came of an attempt in one transaction; nothing, where its lease was lost. */
  conclude(job: Job, conclusion: Conclusion): Promise<Job[]>;
  /** Takes a provider's notice: an attempt to look the payment up. */
  notice(notice: Notice): Promise<Job[]>;
  /** The ledger's entries, the newest first, below `beforeId`. */
  ledger(filter: { readonly orderId?: string; readonly beforeId?: number; readonly limit: number }): Promise<LedgerRow[]>;
  /** What each account amounts to, by currency; together zero. */
  balances(orderId?: string): Promise<{ account: string; currency: string; amount: number }[]>;
}

/** A payment, or an order, on which the provider and we do not agree. */
export interface FoundDifference {
  readonly orderId: string;
  readonly name: DifferenceName;
  readonly provider: string;
  /** State of our payment; null: there is none. */
  readonly state: PaymentState | null;
  /** Whether they agree now. */
  readonly resolved: boolean;
}

export interface ReconciliationResult {
  readonly id: string;
  /** Payments that were compared. */
  readonly checked: number;
  readonly differences: readonly FoundDifference[];
  /** Differences that are left. */
  readonly unresolved: number;
}

/** What a reconciliation tells as it goes: how far it is, then its result. */
export type ReconciliationNews =
  { readonly type: 'progress'; readonly checked: number; readonly total: number } | ({ readonly type: 'result' } & ReconciliationResult);

export interface ReconciliationScope {
  /** A user's id, or `schedule`. */
  readonly askedBy: string;
  /** Payments that changed within so many hours, here or there, are compared; those that wait for something, however old they are. */
  readonly hours: number;
  /** A payment that waits for something is left alone for so many seconds. */
  readonly waitingSeconds: number;
}

export interface PastReconciliation {
  readonly id: string;
  readonly askedBy: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** False where it broke off, or is under way. */
  readonly complete: boolean;
  readonly checked: number;
  readonly differences: readonly FoundDifference[];
}

/** Compares payments with the providers' records and puts right what differs. */
export interface Reconciliations {
  /** Begins one; undefined while another is under way, in whichever process. */
  begin(scope: ReconciliationScope): Promise<AsyncGenerator<ReconciliationNews> | undefined>;
  /** The latest, the newest first. */
  latest(limit: number): Promise<PastReconciliation[]>;
}

/** What of the sandbox only its routes use. */
export interface Sandbox {
  /** The customer's answer to the 3-D Secure question. */
  complete(orderId: string, approved: boolean): Promise<'completed' | 'not_waiting' | 'unknown'>;
}

/** Reads a provider's webhook. Throws a Problem 400 where the signature does not fit; undefined: it says nothing about our payments. */
export type ReadWebhook = (body: Buffer, signature: string | undefined) => Promise<Notice | undefined>;
