import type { Unit, User } from './ports.ts';

/** A passkey as its owner sees it. */
export interface Passkey {
  readonly id: string;
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  /** Whether losing the device does not lose it. */
  readonly isBackedUp: boolean;
}

/** What a device has made: a public key, and what it calls it. */
export interface Credential {
  readonly credentialId: string;
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly isBackedUp: boolean;
}

export interface StoredPasskey extends Credential {
  readonly id: string;
  readonly userId: string;
}

/** Passkeys of accounts. */
export interface Passkeys {
  /** undefined: the device's key is known already, or the account has as many as one may have. */
  add(unit: Unit, passkey: Credential & { readonly userId: string; readonly name: string }): Promise<Passkey | undefined>;
  list(userId: string): Promise<Passkey[]>;
  credentialsOf(userId: string): Promise<Pick<Credential, 'credentialId' | 'transports'>[]>;
  byCredential(credentialId: string): Promise<StoredPasskey | undefined>;
  /** Notes a signature. Answers false where its counter has not gone up, so that the key is a copy, or the passkey is gone. */
  use(unit: Unit, id: string, signature: Pick<Credential, 'counter' | 'isBackedUp'>): Promise<boolean>;
  rename(userId: string, id: string, name: string): Promise<Passkey | undefined>;
  remove(unit: Unit, userId: string, id: string): Promise<boolean>;
}

/** What devices are asked to sign. */
export interface PasskeyChallenges {
  /** @param userId null for a log-in */
  keep(challenge: string, userId: string | null): Promise<void>;
  /** Uses a challenge up; false where it is none of ours, another's, old or used. */
  take(challenge: string, userId: string | null): Promise<boolean>;
}

/** JSON as browsers write and read it (WebAuthn level 3). */
export type BrowserJson = Readonly<Record<string, unknown>>;

/** WebAuthn: what browsers are asked for, and whether what they answer is right for this shop. */
export interface Ceremonies {
  registration(
    user: User,
    known: readonly Pick<Credential, 'credentialId' | 'transports'>[],
  ): Promise<{ challenge: string; options: BrowserJson }>;
  authentication(): Promise<{ challenge: string; options: BrowserJson }>;
  /** The challenge that an answer says to have signed; undefined where it is no answer. */
  challengeOf(response: BrowserJson): string | undefined;
  /** The new credential; undefined where anything is wrong with the answer. */
  checkRegistration(response: BrowserJson, challenge: string): Promise<Credential | undefined>;
  /** What was signed; undefined where anything is wrong with the answer. Whether the counter went up is not looked at. */
  checkAuthentication(
    response: BrowserJson,
    challenge: string,
    passkey: StoredPasskey,
  ): Promise<Pick<Credential, 'counter' | 'isBackedUp'> | undefined>;
}
