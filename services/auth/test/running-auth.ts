import { tokenChecker } from '@cartwright/kernel/http/tokens';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import type { Database } from '@cartwright/kernel/postgres/database';
import { sidecarOf } from '@cartwright/kernel/test/dapr/stack';
import { appToken, kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import { adminUrl, createTestDatabase } from '@cartwright/kernel/test/postgres/test-database';
import type { ReadPersonData } from '@cartwright/kernel/http/person-data';
import type { JSONWebKeySet } from 'jose';
import { accountLinksIn } from '../adapters/account-links-in-postgres.ts';
import { apiKeysIn } from '../adapters/api-keys-in-postgres.ts';
import { argon2Hasher, readPasses } from '../adapters/argon2-hasher.ts';
import { startCollecting } from '../adapters/collect-exports.ts';
import { erasuresIn } from '../adapters/erasures.ts';
import { exportsIn } from '../adapters/exports-in-postgres.ts';
import { forgottenPasswordsIn } from '../adapters/forgotten-passwords.ts';
import { linkTokens, proofSecretFrom } from '../adapters/link-secrets.ts';
import { loginChallengesIn } from '../adapters/login-challenges-in-postgres.ts';
import { loginFailuresIn } from '../adapters/login-failures-in-postgres.ts';
import { oneTimeCodes } from '../adapters/one-time-codes.ts';
import { sealedSecrets } from '../adapters/sealed-secrets.ts';
import { passkeyChallengesIn, passkeysIn } from '../adapters/passkeys-in-postgres.ts';
import { secondFactorsIn } from '../adapters/second-factors-in-postgres.ts';
import { ownPersonData } from '../adapters/own-person-data.ts';
import { securityLogIn } from '../adapters/security-log-in-postgres.ts';
import { sessionsIn } from '../adapters/sessions-in-state.ts';
import { signingKeysIn } from '../adapters/signing-keys.ts';
import { addressesIn, usersIn } from '../adapters/users-in-postgres.ts';
import { ceremoniesOf } from '../adapters/webauthn.ts';
import { authApp } from '../app.ts';
import { deviceTokens } from '../domain/device-tokens.ts';
import type { PasswordHasher, SecurityLog, Sessions, SigningKeys, TokenSigner, Users } from '../ports.ts';
import { readProxies } from '../routes/client-address.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { errors?: { field: string; rule: string }[]; items?: Record<string, unknown>[] };
}

export interface Granted {
  readonly user: { readonly id: string; readonly email: string; readonly roles: string[]; readonly name: string };
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly deviceToken: string;
  readonly expiresIn: number;
}

export interface RunningAuth {
  readonly url: string;
  readonly database: Database;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly signer: TokenSigner & SigningKeys;
  /** Milliseconds by which the clocks of signer and checker go fast. */
  keyClock: number;
  /** Milliseconds by which the service's clock goes fast. */
  clock: number;
  readonly log: SecurityLog;
  readonly isRevoked: (sessionId: string) => Promise<boolean>;
  /** Has links sent to those who forgot their passwords. */
  rememberForgotten(): Promise<number>;
  /** What another service answers when it is asked what it holds about a person. */
  elsewhere: ReadPersonData;
  /** Tells the others of accounts that have been gone for so many seconds. */
  tellErasures(afterSeconds: number): Promise<number>;
  /** Runs after a password was compared; undefined for nothing. */
  afterVerification: (() => Promise<void>) | undefined;
  /** How many hashes were compared. */
  verifications(): number;
  /** Runs before a session is rotated, once it has been read; undefined for nothing. */
  beforeRotation: (() => Promise<void>) | undefined;
  ask(method: string, path: string, options?: { body?: unknown; token?: string; headers?: Record<string, string> }): Promise<Answer>;
  register(email?: string, password?: string): Promise<Granted>;
  close(): Promise<void>;
}

/** Hashing gives way to all other work, of which a test run has much: nobody is refused for that. */
const patienceMs = 25_000;

export const password = 'a good Passphrase';

/** How many guesses of a password are let in at most, of all that came since then (milliseconds): ten, and others after 1, 2, 4 … seconds. */
export function mostGuesses(began: number): number {
  return 10 + Math.floor(Math.log2((Date.now() - began) / 1000 + 1));
}

let people = 0;
export function newEmail(): string {
  return `person-${String(++people)}-${String(process.pid)}@example.org`;
}

/** Auth in this process, on a database of its own and on the real state store of the running stack; tokens are checked as every service does. */
export async function runAuth(): Promise<RunningAuth> {
  const dapr = sidecarOf('auth');
  const own = await createTestDatabase(adminUrl(), 'auth');
  const database = await openDatabaseAt(own.url, { name: 'auth', migrations: `${import.meta.dirname}/../migrations` });
  const store = dapr.state('sessions');
  const [users, stored, hasher] = [
    usersIn(database),
    sessionsIn(store),
    await argon2Hasher(readPasses(process.env['ARGON2_PASSES']), { patienceMs }),
  ];
  const sessions: Sessions = {
    ...stored,
    async rotate(session, etag) {
      await running.beforeRotation?.();
      return stored.rotate(session, etag);
    },
  };
  const log = securityLogIn(database);
  const signer = await signingKeysIn(database, log, () => Date.now() + running.keyClock);
  const proofSecret = await proofSecretFrom({ find: () => Promise.resolve(undefined) }, database);
  const links = accountLinksIn(database, linkTokens(proofSecret));
  const forgotten = forgottenPasswordsIn(database, { links, log });
  let verified = 0;
  const counted: PasswordHasher = {
    ...hasher,
    async verify(hash, text) {
      verified++;
      const matches = await hasher.verify(hash, text);
      await running.afterVerification?.();
      return matches;
    },
  };
  const isRevoked = async (sessionId: string): Promise<boolean> => (await store.get(`revoked:${sessionId}`)) !== undefined;
  const checkToken = tokenChecker({
    fetchKeys: () => signer.publicKeys() as Promise<unknown> as Promise<JSONWebKeySet>,
    believeRevocationsMs: 0, // as where sessions are ended
    isRevoked,
    now: () => Date.now() + running.keyClock,
  });
  const apiKeys = apiKeysIn(database, log);
  const kernel = kernelForTests({ dapr, checkToken });
  const passkeys = passkeysIn(database);
  const factors = secondFactorsIn(database, sealedSecrets('the key of the tests which is long enough'));
  const [exports, addresses] = [exportsIn(database), addressesIn(database)];
  const sources = {
    account: ownPersonData({ users, addresses, sessions, passkeys, factors, log }),
    elsewhere: (userId: string, after: string | undefined) => running.elsewhere(userId, after),
  };
  const collecting = startCollecting(kernel, { exports, sources, now: () => new Date(), sweepMs: 50 });
  const trust = { appToken, proxies: readProxies('127.0.0.1') };
  const parts = {
    database,
    users,
    sessions,
    hasher: counted,
    signer,
    keys: signer,
    failures: loginFailuresIn(database),
    log,
    isRevoked,
    links,
    forgotten,
    apiKeys,
    passkeys,
    passkeyChallenges: passkeyChallengesIn(database),
    ceremonies: ceremoniesOf({ id: 'shop.example', origins: ['https://www.shop.example'] }),
    challenges: loginChallengesIn(database),
    factors,
    oneTimeCodes,
    addresses,
    exports,
    collect: collecting.start,
    devices: deviceTokens(proofSecret),
  };
  const app = await listen(kernel, authApp({ ...parts, trust, now: () => new Date(Date.now() + running.clock) }));

  const ask: RunningAuth['ask'] = async (method, path, { body, token, headers } = {}) => {
    const response = await fetch(app.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
  };

  const running: RunningAuth = {
    url: app.url,
    database,
    users,
    sessions,
    hasher,
    signer,
    keyClock: 0,
    clock: 0,
    elsewhere: () => Promise.resolve({ data: {}, next: null }),
    log,
    isRevoked,
    tellErasures: (afterSeconds) => erasuresIn(database, sessions, { afterSeconds }).work(),
    rememberForgotten: () => forgotten.work(),
    afterVerification: undefined,
    verifications: () => verified,
    beforeRotation: undefined,
    ask,
    async register(email = newEmail(), secret = password) {
      const { status, body } = await ask('POST', '/api/auth/register', { body: { email, password: secret, name: 'A Person' } });
      if (status !== 201) throw new Error(`Registering answered ${String(status)}: ${JSON.stringify(body)}`);
      return body as unknown as Granted;
    },
    async close() {
      await app.close();
      await collecting.stop();
      await hasher.close();
      await database.close();
      await dapr.close();
      await own.drop();
    },
  };
  return running;
}
