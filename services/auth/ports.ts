import type { Address, Role } from '@cartwright/kernel/schemas';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly createdAt: string;
}

export interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
}

export interface UserChange {
  readonly name?: string;
  readonly passwordHash?: string;
  readonly roles?: readonly Role[];
}

/** Users; each change is committed with its event. */
export interface Users {
  /** Answers false when the e-mail address is taken. */
  add(user: User, passwordHash: string): Promise<boolean>;
  byEmail(email: string): Promise<Credentials | undefined>;
  byId(id: string): Promise<Credentials | undefined>;
  change(id: string, change: UserChange): Promise<User | undefined>;
  /** Removes the person; answers false when there is none. */
  remove(id: string): Promise<boolean>;
}

export interface Addresses {
  list(userId: string): Promise<{ id: string; address: Address }[]>;
  add(userId: string, address: Address): Promise<string>;
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

/** Counts failed log-ins. Times are the database's. */
export interface LoginFailures {
  /** Seconds to wait before the next try; 0 when it may be made. */
  waitSeconds(key: string): Promise<number>;
  failed(key: string): Promise<void>;
  succeeded(key: string): Promise<void>;
}

/** Signs access tokens. */
export interface TokenSigner {
  sign(user: Pick<User, 'id' | 'roles'>, sessionId: string): Promise<string>;
  publicKeys(): Promise<{ keys: Record<string, unknown>[] }>;
}
