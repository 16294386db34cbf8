import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A refresh token names its session and proves it: `<session>.<family>.<secret>`. `family` stays as long as the session lives, `secret`
 * is good once. So an old token is told from an invented one, and only an old one ends the session. Of both only hashes are kept.
 */
export interface RefreshToken {
  readonly sessionId: string;
  readonly family: string;
  readonly secret: string;
}

export function newRefreshToken(sessionId: string, family: string = randomText()): RefreshToken {
  return { sessionId, family, secret: randomText() };
}

export function writeRefreshToken({ sessionId, family, secret }: RefreshToken): string {
  return `${sessionId}.${family}.${secret}`;
}

/** undefined when the text is no refresh token. */
export function readRefreshToken(text: string): RefreshToken | undefined {
  const [, sessionId, family, secret] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})\.([\w-]{43})$/.exec(text) ?? [];
  return sessionId === undefined || family === undefined || secret === undefined ? undefined : { sessionId, family, secret };
}

export interface TokenHashes {
  readonly familyHash: string;
  readonly tokenHash: string;
}

export function hashesOf({ family, secret }: RefreshToken): TokenHashes {
  return { familyHash: hashOf(family), tokenHash: hashOf(secret) };
}

/** `good` is the newest token of its family, `spent` an earlier one, `invented` no token that was ever given out. */
export function judge(token: RefreshToken, kept: TokenHashes): 'good' | 'spent' | 'invented' {
  const { familyHash, tokenHash } = hashesOf(token);
  if (!isSame(familyHash, kept.familyHash)) return 'invented';
  return isSame(tokenHash, kept.tokenHash) ? 'good' : 'spent';
}

function randomText(): string {
  return randomBytes(32).toString('base64url');
}

/** 256 random bits need no slow hash. */
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
