import { createHash, randomInt } from 'node:crypto';

/** Seconds from the right password to the code. */
export const challengeSeconds = 300;
/** Wrong codes that one right password allows. */
export const triesOfChallenge = 5;
export const recoveryCodeCount = 10;

/** Crockford's base 32: no letters that look like digits. Sixteen of them are 80 bits, which no fast hash gives away. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const codeLength = 16;
const recoveryCode = new RegExp(`^[${alphabet}]{${String(codeLength)}}$`);

/** What somebody typed: a code of the app, one of the recovery codes, or nothing that could be either. */
export type Code = { readonly type: 'app'; readonly digits: string } | { readonly type: 'recovery'; readonly hash: string } | undefined;

export function readCode(text: string): Code {
  const plain = text.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  if (/^\d{6}$/.test(plain)) return { type: 'app', digits: plain };
  return recoveryCode.test(plain) ? { type: 'recovery', hash: hashOf(plain) } : undefined;
}

/** New recovery codes, as they are shown once and as they are kept. */
export function newRecoveryCodes(): { readonly shown: string[]; readonly hashes: string[] } {
  const codes = Array.from({ length: recoveryCodeCount }, () =>
    Array.from({ length: codeLength }, () => alphabet.charAt(randomInt(alphabet.length))).join(''),
  );
  return { shown: codes.map((code) => code.replaceAll(/(.{4})(?!$)/g, '$1-')), hashes: codes.map(hashOf) };
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url');
}
