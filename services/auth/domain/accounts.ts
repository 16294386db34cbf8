import { v7 } from 'uuid';
import type { LoginFailures, PasswordHasher, Session, Sessions, TokenSigner, User, Users } from '../ports.ts';
import { normalizeEmail } from './email.ts';
import { hashesOf, judge, newRefreshToken, readRefreshToken, writeRefreshToken } from './refresh-token.ts';

export interface AccountParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly signer: TokenSigner;
  readonly failures: LoginFailures;
  readonly now: () => Date;
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
  register(input: { email: string; password: string; name: string }, device: string): Promise<Granted | undefined>;
  login(input: { email: string; password: string }, from: string, device: string): Promise<LoginOutcome>;
  /** undefined when the token is not good. A token that is used a second time ends its whole session: one of the two has stolen it. */
  refresh(text: string): Promise<Granted | undefined>;
  /** Ends the session of a refresh token, be it the newest or an older one; an invented one ends nothing. */
  logout(text: string): Promise<void>;
}

export function accounts(parts: AccountParts): Accounts {
  const { users, sessions, hasher, signer, failures, now } = parts;

  async function grant(user: User, device: string): Promise<Granted> {
    const token = newRefreshToken(v7());
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

  return {
    async register({ email, password, name }, device) {
      const passwordHash = await hasher.hash(password);
      const user = await users.add({ id: v7(), email: normalizeEmail(email), name: name.trim(), roles: ['customer'] }, passwordHash);
      return user === undefined ? undefined : grant(user, device);
    },

    async login({ email, password }, from, device) {
      const key = JSON.stringify([normalizeEmail(email), from]);
      const seconds = await failures.begin(key);
      if (seconds > 0) return { type: 'wait', seconds };
      const known = await users.byEmail(normalizeEmail(email));
      if (!(await hasher.verify(known?.passwordHash, password)) || known === undefined) return { type: 'refused' };
      await failures.succeeded(key);
      if (hasher.needsRehash(known.passwordHash)) await users.rehash(known, await hasher.hash(password));
      return { type: 'granted', granted: await grant(known.user, device) };
    },

    async refresh(text) {
      const token = readRefreshToken(text);
      const found = token === undefined ? undefined : await sessions.find(token.sessionId);
      if (token === undefined || found === undefined) return undefined;
      const { session, etag } = found;
      const judgement = judge(token, session);
      if (judgement === 'invented') return undefined;
      const next = newRefreshToken(session.id, token.family);
      const rotated: Session = { ...session, ...hashesOf(next), usedAt: now().toISOString() };
      if (judgement === 'spent' || !(await sessions.rotate(rotated, etag))) {
        await sessions.end(session.userId, session.id);
        return undefined;
      }
      const known = await users.byId(session.userId);
      if (known === undefined) return undefined;
      return { user: known.user, accessToken: await signer.sign(known.user, session.id), refreshToken: writeRefreshToken(next) };
    },

    async logout(text) {
      const token = readRefreshToken(text);
      const found = token === undefined ? undefined : await sessions.find(token.sessionId);
      if (token === undefined || found === undefined || judge(token, found.session) === 'invented') return;
      await sessions.end(found.session.userId, token.sessionId);
    },
  };
}
