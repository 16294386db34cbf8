import type { ApiKeyProof, KnownApiKey } from '@cartwright/kernel/http/api-keys';
import type { Permission } from '@cartwright/kernel/http/permissions';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Address, Role } from '@cartwright/kernel/schemas';
import type { SecurityEventKind } from './domain/security-events.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Whether it was shown that the owner reads the address's mail. */
  readonly emailVerified: boolean;
  readonly createdAt: string;
  /** The language of mails about the account, as a BCP 47 tag; null: nothing is known of it. */
  readonly locale: string | null;
}

export type NewUser = Omit<User, 'createdAt' | 'emailVerified' | 'locale'> & Partial<Pick<User, 'locale'>>;

export interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
  /** Since when the password is this one, RFC 3339; another hash of the same password changes nothing. */
  readonly passwordSince: string;
}

export interface UserChange {
  readonly name?: string;
  /** Null: nothing is known of it any more. */
  readonly locale?: string | null;
  readonly passwordHash?: string;
  readonly roles?: readonly Role[];
  /** The owner was seen to read the address's mail. */
  readonly emailVerified?: true;
}

/** One transaction, which publishes its events when it commits. */
export type Unit = UnitOfWork;

/** Work in one transaction. */
export type Transact = <T>(work: (unit: Unit) => Promise<T>) => Promise<T>;

/** What is committed with a change, or not at all. */
export type Also = (unit: UnitOfWork) => Promise<void>;

/** Users; each change is committed with its event. */
export interface Users {
  /** Answers undefined when the e-mail address is taken. */
  add(user: NewUser, passwordHash: string, also?: Also): Promise<User | undefined>;
  byEmail(email: string): Promise<Credentials | undefined>;
  byId(id: string): Promise<Credentials | undefined>;
  /** Ids of those who have one of these roles, which is more than a customer's. */
  withRoles(roles: readonly Role[]): Promise<string[]>;
  change(id: string, change: UserChange, also?: Also): Promise<User | undefined>;
  /** Makes an address that was proved the account's. Answers `taken` when it is somebody else's, `gone` when there is no such account. */
  moveTo(id: string, email: string, also: Also): Promise<'moved' | 'taken' | 'gone'>;
  /** Puts another hash of the same password in place, unless the password was changed meanwhile. It is no change that others hear of. */
  rehash(known: Credentials, passwordHash: string): Promise<void>;
  /** Removes the person, of which the other services are told a little later (`erasures.ts`). Answers false when there is none. */
  remove(id: string, also?: Also): Promise<boolean>;
}

export interface Addresses {
  list(userId: string): Promise<{ id: string; address: Address }[]>;
  /** Answers undefined when the user has as many as one may have. */
  add(userId: string, address: Address): Promise<string | undefined>;
  replace(userId: string, id: string, address: Address): Promise<boolean>;
  remove(userId: string, id: string): Promise<boolean>;
}

/** Hashes passwords with Argon2id. Few at a time: it takes a core and much memory, and other routes need both. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** With no hash it works as long as with one, so that nobody learns from the time which accounts exist. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
  needsRehash(hash: string): boolean;
}

/** A log-in: a family of refresh tokens, of which the newest is good. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** Of what stays the same in its refresh tokens, and of what is good once. */
  readonly familyHash: string;
  readonly tokenHash: string;
  readonly createdAt: string;
  readonly usedAt: string;
  /** What the browser called itself, cut short. */
  readonly device: string;
}

export interface Sessions {
  start(session: Session): Promise<void>;
  find(id: string): Promise<{ session: Session; etag: string } | undefined>;
  /** Puts the next token in place of the one that was found; answers false when another was faster. */
  rotate(session: Session, etag: string): Promise<boolean>;
  list(userId: string): Promise<Session[]>;
  /** Ends a session: its refresh token is gone, and its access tokens are refused everywhere. */
  end(userId: string, id: string): Promise<void>;
}

/** What is guessed at: a password from one place, a password from anywhere, or a code, of which there are few. */
export type Guessed = 'password' | 'account' | 'code';

/** Counts failed log-ins. Times are the database's. */
export interface LoginFailures {
  /**
   * Answers 0 when a try may be made, else the seconds to wait. A try counts as failed from its beginning until `succeeded`, so that
   * many at once are slowed like many in a row.
   */
  begin(key: string, guessed?: Guessed): Promise<number>;
  succeeded(key: string): Promise<void>;
}

/** Signs access tokens. */
export interface TokenSigner {
  sign(user: Pick<User, 'id' | 'roles'>, sessionId: string): Promise<string>;
  /** The key that signs, those that will, and those whose tokens may still live. */
  publicKeys(): Promise<{ keys: Record<string, unknown>[] }>;
}

/** The keys behind the signer. */
export interface SigningKeys {
  /** Makes the next key where the newest has had its time; answers whether. It may be called at any time, by all replicas. */
  rotateIfDue(): Promise<boolean>;
  /** Makes the next key. With `withdraw` it signs at once, and nothing that others have signed counts any more. */
  rotate(order: { readonly actorId: string; readonly withdraw: boolean }): Promise<{ readonly kid: string; readonly signsFrom: string }>;
}

/** Something that happened to an account. No personal data: it is kept for ever. */
export interface SecurityEntry {
  /** Null: it belongs to nobody. */
  readonly userId: string | null;
  readonly kind: SecurityEventKind;
  readonly sessionId?: string;
  /** Who did it, where it was not the user. */
  readonly actorId?: string;
  /** What it happened to, where that is no account: an API key, a passkey. */
  readonly subjectId?: string;
  /** As `networkOf` answers it. */
  readonly network?: string | undefined;
  /** Where the owner is told, when not at the account's address. */
  readonly noticeTo?: string;
}

export interface SecurityRecord {
  readonly id: string;
  readonly userId: string | null;
  readonly kind: SecurityEventKind;
  readonly sessionId: string | null;
  readonly actorId: string | null;
  readonly subjectId: string | null;
  readonly network: string | null;
  /** RFC 3339. */
  readonly at: string;
}

/** Whom a mail about an account is for, and in which language. */
export type Addressee = Pick<User, 'email' | 'name' | 'locale'>;

/** The audit log. Rows are added and never changed. */
export interface SecurityLog {
  /** Appends, in the caller's transaction or in one of its own, and has the owner told where the kind says so. */
  record(entry: SecurityEntry, unit?: UnitOfWork): Promise<void>;
  /** The newest first, below `beforeId`. */
  list(filter: {
    readonly userId?: string | undefined;
    readonly kind?: SecurityEventKind | undefined;
    readonly beforeId?: string | undefined;
    readonly limit: number;
  }): Promise<SecurityRecord[]>;
  /** What to write to the owner, and where. undefined: there is nothing to be told, or nobody any more. */
  notice(id: string): Promise<(Addressee & { readonly kind: SecurityEventKind; readonly at: string }) | undefined>;
}

/** Codes that an app makes by the clock. */
export interface OneTimeCodes {
  newSecret(): string;
  /** The step of thirty seconds to which a code belongs: this one, the last or the next. undefined: a wrong code. */
  stepOf(secret: string, digits: string, at: Date): number | undefined;
  /** What the app reads, as an address and as a picture of it. */
  forApp(secret: string, email: string): { readonly uri: string; readonly picture: string };
}

/** Somebody's second factor, that is asked for from when it is confirmed. */
export interface SecondFactor {
  readonly userId: string;
  readonly secret: string;
  /** RFC 3339. Null: not yet. */
  readonly confirmedAt: string | null;
  readonly recoveryCodesLeft: number;
}

/** Second factors, their recovery codes, and what of them was used. */
export interface SecondFactors {
  /** Keeps a secret that has yet to be confirmed, in place of another such one. Answers false where one is confirmed. */
  propose(userId: string, secret: string): Promise<boolean>;
  find(userId: string): Promise<SecondFactor | undefined>;
  /** Answers false where it was confirmed or replaced meanwhile. */
  confirm(unit: UnitOfWork, factor: SecondFactor, step: number): Promise<boolean>;
  /** Uses a step up. Answers false where it, or a later one, was used. */
  useStep(unit: UnitOfWork, userId: string, step: number): Promise<boolean>;
  /** Uses a recovery code up. Answers false where there is none such, or no more. */
  useRecoveryCode(unit: UnitOfWork, userId: string, hash: string): Promise<boolean>;
  replaceRecoveryCodes(unit: UnitOfWork, userId: string, hashes: readonly string[]): Promise<void>;
  /** Answers false where there is none. */
  remove(unit: UnitOfWork, userId: string): Promise<boolean>;
}

/** A log-in that waits for its second factor. */
export interface LoginChallenge {
  readonly token: string;
  readonly userId: string;
  readonly passwordSince: string;
}

export interface LoginChallenges {
  /** Answers the token, which is kept nowhere. */
  open(challenge: Omit<LoginChallenge, 'token'>): Promise<string>;
  /** undefined: invented, used, out of tries or of time. */
  read(token: string): Promise<LoginChallenge | undefined>;
  /** Takes one of its tries. Answers how many are left after it; undefined: there was none. */
  spendTry(token: string): Promise<number | undefined>;
  /** Uses it up. Answers false when somebody was faster. */
  close(unit: UnitOfWork, token: string): Promise<boolean>;
}

/** A machine's key, as administrators see it. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** Of the newest secret. */
  readonly prefix: string;
  readonly createdBy: string;
  /** RFC 3339, as all of these. */
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
}

export interface NewApiKey extends ApiKeyProof {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly days: number;
  readonly actorId: string;
}

/** Keys of machines. Of their secrets only hashes are kept. */
export interface ApiKeys {
  add(key: NewApiKey): Promise<ApiKey>;
  /** The newest first, below `beforeId`. */
  list(filter: { readonly beforeId?: string | undefined; readonly limit: number }): Promise<ApiKey[]>;
  /** Puts a secret in place of the others, which go on for so long. undefined: there is no such key that still counts. */
  rotate(
    id: string,
    order: ApiKeyProof & { readonly overlapSeconds: number; readonly days?: number | undefined; readonly actorId: string },
  ): Promise<ApiKey | undefined>;
  /** Answers false where there is no such key, or it is revoked. */
  revoke(id: string, actorId: string): Promise<boolean>;
  /** What a key that counts lets do; notes that it was used. */
  check(proof: ApiKeyProof): Promise<KnownApiKey | undefined>;
}
