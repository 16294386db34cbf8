import { v7 } from 'uuid';
import type { AccountLinks, LoginFailures, PasswordHasher, SecurityLog, Session, Sessions, TokenSigner, User, Users } from '../ports.ts';
import { normalizeEmail } from './email.ts';
import { networkOf } from './network.ts';
import { hashesOf, judge, newRefreshToken, readRefreshToken, writeRefreshToken } from './refresh-token.ts';

export interface AccountParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly signer: TokenSigner;
  readonly failures: LoginFailures;
  readonly links: AccountLinks;
  readonly log: SecurityLog;
  readonly now: () => Date;
}

/** Where a request comes from. */
export interface Origin {
  /** The customer's network address. */
  readonly address: string;
  /** What the browser calls itself. */
  readonly device: string;
}

/** What a client gets for having proved who it is. */
export interface Granted {
  readonly user: User;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export type LoginOutcome =
  | { readonly type: 'granted'; readonly granted: Granted }
  | { readonly type: 'refused' }
  | { readonly type: 'wait'; readonly seconds: number };

/** Registering, logging in, and staying logged in. */
export interface Accounts {
  /** undefined when the address is taken. */
  register(input: { email: string; password: string; name: string }, from: Origin): Promise<Granted | undefined>;
  login(input: { email: string; password: string }, from: Origin): Promise<LoginOutcome>;
  /**
   * undefined when the token is not good. A token that is used a second time ends its whole session, since one of the two has stolen it, and the
   * owner is told.
   */
  refresh(text: string, from: Origin): Promise<Granted | undefined>;
  /** Ends the session of a refresh token, be it the newest or an older one; an invented one ends nothing. */
  logout(text: string, from: Origin): Promise<void>;
}

export function accounts(parts: AccountParts): Accounts {
  const { users, sessions, hasher, signer, failures, links, log, now } = parts;

  async function grant(user: User, sessionId: string, { device }: Origin): Promise<Granted> {
    const token = newRefreshToken(sessionId);
    const at = now().toISOString();
    await sessions.start({
      id: token.sessionId,
      userId: user.id,
      ...hashesOf(token),
      createdAt: at,
      usedAt: at,
      device: device.slice(0, 200),
    });
    return { user, accessToken: await signer.sign(user, token.sessionId), refreshToken: writeRefreshToken(token) };
  }

  /** Ends the family of a token that was used twice, unless it has ended meanwhile, which is no reuse. */
  async function endReused({ id: sessionId, userId }: Session, { address }: Origin): Promise<void> {
    if ((await sessions.find(sessionId)) === undefined) return;
    try {
      await log.record({ userId, kind: 'refresh_token_reused', sessionId, network: networkOf(address) });
    } finally {
      await sessions.end(userId, sessionId); // whether or not it could be written down
    }
  }

  return {
    async register({ email, password, name }, from) {
      const passwordHash = await hasher.hash(password);
      const [id, sessionId] = [v7(), v7()];
      const newUser = { id, email: normalizeEmail(email), name: name.trim(), roles: ['customer'] } as const;
      const user = await users.add(newUser, passwordHash, async (unit) => {
        await log.record({ userId: id, kind: 'registered', sessionId, network: networkOf(from.address) }, unit);
        await links.request({ userId: id, purpose: 'verify', email: newUser.email }, unit);
      });
      return user === undefined ? undefined : grant(user, sessionId, from);
    },

    async login({ email, password }, from) {
      const key = JSON.stringify([normalizeEmail(email), from.address]);
      const network = networkOf(from.address);
      const seconds = await failures.begin(key);
      if (seconds > 0) return { type: 'wait', seconds };
      const known = await users.byEmail(normalizeEmail(email));
      if (!(await hasher.verify(known?.passwordHash, password)) || known === undefined) {
        // Also for nobody: what takes longer for an account that is there tells that it is.
        await log.record({ userId: known?.user.id ?? null, kind: 'sign_in_failed', network });
        return { type: 'refused' };
      }
      await failures.succeeded(key);
      if (hasher.needsRehash(known.passwordHash)) await users.rehash(known, await hasher.hash(password));
      const sessionId = v7();
      await log.record({ userId: known.user.id, kind: 'signed_in', sessionId, network });
      const granted = await grant(known.user, sessionId, from);
      // A reset that came in between has ended the sessions that it found, and this one may be younger.
      if ((await users.byId(known.user.id))?.passwordSince !== known.passwordSince) {
        await sessions.end(known.user.id, sessionId);
        return { type: 'refused' };
      }
      return { type: 'granted', granted };
    },

    async refresh(text, from) {
      const token = readRefreshToken(text);
      const found = token === undefined ? undefined : await sessions.find(token.sessionId);
      if (token === undefined || found === undefined) return undefined;
      const { session, etag } = found;
      const judgement = judge(token, session);
      if (judgement === 'invented') return undefined;
      const next = newRefreshToken(session.id, token.family);
      const rotated: Session = { ...session, ...hashesOf(next), usedAt: now().toISOString() };
      if (judgement === 'spent' || !(await sessions.rotate(rotated, etag))) {
        await endReused(session, from);
        return undefined;
      }
      const known = await users.byId(session.userId);
      if (known === undefined) return undefined;
      return { user: known.user, accessToken: await signer.sign(known.user, session.id), refreshToken: writeRefreshToken(next) };
    },

    async logout(text, from) {
      const token = readRefreshToken(text);
      const found = token === undefined ? undefined : await sessions.find(token.sessionId);
      if (token === undefined || found === undefined || judge(token, found.session) === 'invented') return;
      const { id: sessionId, userId } = found.session;
      await sessions.end(userId, sessionId);
      await log.record({ userId, kind: 'signed_out', sessionId, network: networkOf(from.address) });
    },
  };
}
