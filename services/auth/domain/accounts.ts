import { v7 } from 'uuid';
import type { PasswordHasher, SecurityLog, Session, Sessions, TokenSigner, Users } from '../ports.ts';
import type { AccountLinks } from '../link-ports.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { normalizeEmail } from './email.ts';
import { grant } from './grant.ts';
import type { Granted, Origin } from './grant.ts';
import { networkOf } from './network.ts';
import { hashesOf, judge, newRefreshToken, readRefreshToken, writeRefreshToken } from './refresh-token.ts';

export interface AccountParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly signer: TokenSigner;
  readonly links: AccountLinks;
  readonly log: SecurityLog;
  readonly devices: DeviceTokens;
  readonly now: () => Date;
}

/** Registering, and staying logged in. */
export interface Accounts {
  /** undefined when the address is taken. */
  register(input: { email: string; password: string; name: string; locale: string | null }, from: Origin): Promise<Granted | undefined>;
  /**
   * undefined when the token is not good. A token that is used a second time ends its whole session, since one of the two has stolen it, and the
   * owner is told.
   */
  refresh(text: string, from: Origin): Promise<Granted | undefined>;
  /** Ends the session of a refresh token, be it the newest or an older one; an invented one ends nothing. */
  logout(text: string, from: Origin): Promise<void>;
}

export function accounts(parts: AccountParts): Accounts {
  const { users, sessions, hasher, signer, links, log, now } = parts;

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
    async register({ email, password, name, locale }, from) {
      const passwordHash = await hasher.hash(password);
      const [id, sessionId] = [v7(), v7()];
      const newUser = { id, email: normalizeEmail(email), name: name.trim(), roles: ['customer'], locale } as const;
      const user = await users.add(newUser, passwordHash, async (unit) => {
        await log.record({ userId: id, kind: 'registered', sessionId, network: networkOf(from.address) }, unit);
        await links.request({ userId: id, purpose: 'verify', email: newUser.email }, unit);
      });
      return user === undefined ? undefined : grant(parts, user, sessionId, from);
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
