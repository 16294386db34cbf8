import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
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
  /** For how long the store's answer is believed; a second unless told, so that who logs out is out everywhere within two. */
  readonly believeRevocationsMs?: number;
  readonly now?: () => number;
}

/** Answers who a bearer token stands for. Throws 401 when it is not good, 503 when that cannot be found out. */
export type TokenChecker = (token: string) => Promise<Principal>;

/** A token whose signature and claims are good; whether its session still lives is asked each time. */
interface Verified {
  readonly principal: Principal;
  /** Until when the check holds: the token's end, no longer than a minute, and no longer than the keys are believed. */
  readonly until: number;
}

const verificationLastsMs = 60_000;
const mostVerified = 5000;

export function tokenChecker({ fetchKeys, isRevoked, believeRevocationsMs = 1000, now = Date.now }: TokenCheckerOptions): TokenChecker {
  const keys = keyCache(fetchKeys, now);
  const revocations = revocationCache(isRevoked, believeRevocationsMs, now);
  const verified = new Map<string, Verified>();

  async function verify(token: string): Promise<Verified> {
    const known = verified.get(token);
    if (known !== undefined && now() < known.until) return known;
    const { payload, believedTo } = await keys.with(async ({ find, at }) => {
      const { payload: claims } = await jwtVerify(token, find, {
        issuer,
        audience,
        algorithms: ['EdDSA', 'ES256'],
        requiredClaims: ['sub', 'sid', 'exp'],
        currentDate: new Date(now()),
      });
      return { payload: claims, believedTo: at + 2 * keysLastMs };
    });
    const { sub, sid, exp = 0, roles: claimed } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string') throw unauthorized('The access token is not valid');
    const principal = { userId: sub, sessionId: sid, roles: Array.isArray(claimed) ? claimed.filter(isRole) : [] };
    const fresh = { principal, until: Math.min(exp * 1000, now() + verificationLastsMs, believedTo) };
    if (verified.size >= mostVerified) verified.clear();
    verified.set(token, fresh);
    return fresh;
  }

  return async (token) => {
    const { principal } = await verify(token).catch((error: unknown) => {
      if (error instanceof errors.JWTExpired) throw unauthorized('The access token has expired', { cause: error });
      if (error instanceof errors.JOSEError) throw unauthorized('The access token is not valid', { cause: error });
      throw error;
    });
    // When the store is away nobody is let in by a token that may have been revoked.
    const ended = await revocations.isRevoked(principal.sessionId).catch((error: unknown) => {
      throw unavailable('The session store', 1, { cause: error });
    });
    if (ended) throw unauthorized('The session has ended');
    return principal;
  };
}

interface Keys {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  /** When they were fetched. */
  readonly at: number;
}

/** So long the keys are believed; then they are renewed behind the scenes, and after twice the time (nobody came) before anything is checked. */
const keysLastMs = 60_000;
/** An unknown key id makes us ask for the keys again, but not more often: anybody can invent key ids. */
const refetchAfterMs = 5000;

/** Auth's keys: fetched when first needed, renewed behind the scenes, kept while auth is away. */
function keyCache(fetchKeys: () => Promise<JSONWebKeySet>, now: () => number) {
  let keys: Keys | undefined;
  let fetching: Promise<Keys> | undefined;
  let triedAt = -Infinity;
  let failedAt = -Infinity;

  function refresh(): Promise<Keys> {
    triedAt = now();
    fetching ??= fetchKeys()
      .then((set) => {
        keys = { at: now(), find: createLocalJWKSet(set) };
        return keys;
      })
      .catch((error: unknown) => {
        failedAt = now();
        throw unavailable('The key service', 2, { cause: error });
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  }

  const mayTry = (): boolean => now() - triedAt >= refetchAfterMs;

  /** Keys that came since, are on their way, or may be asked for. Undefined where somebody has just found out that there are no others. */
  function othersThan(tried: Keys): Keys | Promise<Keys> | undefined {
    if (fetching !== undefined) return fetching;
    if (keys !== undefined && keys !== tried) return keys;
    return mayTry() ? refresh() : undefined;
  }

  return {
    /** Runs `check` with the keys, and once more with new ones where it meets a key that is not known. Throws 503 while there are none. */
    async with<T>(check: (keys: Keys) => Promise<T>): Promise<T> {
      if (keys !== undefined && now() - keys.at > keysLastMs && mayTry()) {
        const renewal = refresh().catch(() => undefined);
        // A key that was withdrawn counts no longer than that. While auth is away one caller a minute finds it out, and the others do not wait.
        if (now() - keys.at > 2 * keysLastMs && now() - failedAt > keysLastMs) await renewal;
      }
      const tried = keys ?? (await refresh());
      try {
        return await check(tried);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        const others = await othersThan(tried);
        if (others === undefined) throw error;
        return check(others);
      }
    },
  };
}

const mostSessions = 10_000;

function revocationCache(ask: (sessionId: string) => Promise<boolean>, lastsMs: number, now: () => number) {
  const sessions = new Map<string, { at: number; revoked: Promise<boolean> }>();
  return {
    isRevoked(sessionId: string): Promise<boolean> {
      const known = sessions.get(sessionId);
      if (known !== undefined && now() - known.at < lastsMs) return known.revoked;
      if (sessions.size >= mostSessions) sessions.clear();
      const revoked = ask(sessionId);
      sessions.set(sessionId, { at: now(), revoked });
      revoked.catch(() => sessions.delete(sessionId));
      return revoked;
    },
  };
}

function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}
