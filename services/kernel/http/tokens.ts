import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { roles } from '../schemas.ts';
import type { Role } from '../schemas.ts';
import type { Principal } from './access.ts';
import { unauthorized, unavailable } from './problem.ts';

export const issuer = 'cartwright';
export const audience = 'cartwright';

export interface TokenCheckerOptions {
  /** Auth's public keys. */
  readonly fetchKeys: () => Promise<JSONWebKeySet>;
  /** Whether a session was ended before its tokens ran out. */
  readonly isRevoked: (sessionId: string) => Promise<boolean>;
  readonly now?: () => number;
}

/** Answers who a bearer token stands for. Throws 401 when it is not good, 503 when that cannot be found out. */
export type TokenChecker = (token: string) => Promise<Principal>;

const keysLastMs = 10 * 60_000;
/** An unknown key id makes us ask for the keys again, but not more often: anybody can invent key ids. */
const refetchAfterMs = 10_000;
/** Logged out everywhere within two seconds (design): the answer of the store is believed for one. */
const revocationLastsMs = 1000;

export function tokenChecker({ fetchKeys, isRevoked, now = Date.now }: TokenCheckerOptions): TokenChecker {
  let keys: { at: number; find: ReturnType<typeof createLocalJWKSet> } | undefined;
  let fetching: Promise<void> | undefined;
  const sessions = new Map<string, { at: number; revoked: Promise<boolean> }>();

  async function refresh(): Promise<void> {
    fetching ??= fetchKeys()
      .then((set) => {
        keys = { at: now(), find: createLocalJWKSet(set) };
      })
      .finally(() => {
        fetching = undefined;
      });
    await fetching;
  }

  async function verify(token: string): Promise<JWTPayload> {
    if (keys === undefined || now() - keys.at > keysLastMs) {
      await refresh().catch((error: unknown) => {
        if (keys === undefined) throw unavailable('The key service', 2, { cause: error });
      });
    }
    const attempt = async (): Promise<JWTPayload> => {
      if (keys === undefined) throw unavailable('The key service', 2);
      const { payload } = await jwtVerify(token, keys.find, {
        issuer,
        audience,
        algorithms: ['EdDSA', 'ES256'],
        requiredClaims: ['sub', 'sid', 'exp'],
        currentDate: new Date(now()),
      });
      return payload;
    };
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || keys === undefined || now() - keys.at < refetchAfterMs) throw error;
      await refresh();
      return attempt();
    }
  }

  function revoked(sessionId: string): Promise<boolean> {
    const known = sessions.get(sessionId);
    if (known !== undefined && now() - known.at < revocationLastsMs) return known.revoked;
    if (sessions.size > 10_000) sessions.clear();
    const asked = isRevoked(sessionId);
    sessions.set(sessionId, { at: now(), revoked: asked });
    asked.catch(() => sessions.delete(sessionId));
    return asked;
  }

  return async (token) => {
    let payload: JWTPayload;
    try {
      payload = await verify(token);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthorized('The access token has expired', { cause: error });
      if (error instanceof errors.JOSEError) throw unauthorized('The access token is not valid', { cause: error });
      throw error;
    }
    const { sub, sid, roles: claimed } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string') throw unauthorized('The access token is not valid');
    // When the store is away nobody is let in by a token that may have been revoked.
    const ended = await revoked(sid).catch((error: unknown) => {
      throw unavailable('The session store', 1, { cause: error });
    });
    if (ended) throw unauthorized('The session has ended');
    return { userId: sub, sessionId: sid, roles: Array.isArray(claimed) ? claimed.filter(isRole) : [] };
  };
}

function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}
