import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A refresh token names its session and proves it: `<session>.<secret>`. Only the secret's hash is kept. */
export interface RefreshToken {
  readonly sessionId: string;
  readonly secret: string;
}

export function newRefreshToken(sessionId: string): RefreshToken {
  return { sessionId, secret: randomBytes(32).toString('base64url') };
}

export function writeRefreshToken({ sessionId, secret }: RefreshToken): string {
  return `${sessionId}.${secret}`;
}

/** undefined when the text is no refresh token. */
export function readRefreshToken(text: string): RefreshToken | undefined {
  const [, sessionId, secret] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/.exec(text) ?? [];
  return sessionId === undefined || secret === undefined ? undefined : { sessionId, secret };
}

/** 256 random bits need no slow hash. */
export function hashOfToken({ secret }: RefreshToken): string {
  return createHash('sha256').update(secret).digest('base64url');
}

export function isToken(token: RefreshToken, hash: string): boolean {
  const [given, kept] = [Buffer.from(hashOfToken(token)), Buffer.from(hash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}
