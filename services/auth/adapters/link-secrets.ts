import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '@cartwright/kernel/postgres/database';
import { secretFrom } from '@cartwright/kernel/postgres/own-secret';

const secretName = 'auth-link-secret';

/** Makes and reads the tokens of links: `<id>.<proof>`. */
export interface LinkTokens {
  /** The same each time, so that a mail that is sent once more has the same link. */
  tokenOf(id: string): string;
  /** The id that a token proves; undefined for an invented one. */
  read(token: string): string | undefined;
}

/**
 * What proofs are made from: the secret of the secret store, or, where it has none, one that the service made up once and keeps in its database.
 */
export function proofSecretFrom(secrets: Parameters<typeof secretFrom>[0], database: Database): Promise<Buffer> {
  return secretFrom(secrets, database, secretName);
}

/**
 * Tokens whose proof is an HMAC-SHA256 of the id: who reads the table of links, or the events, can make none. Throws where the secret is shorter
 * than 16 bytes.
 */
export function linkTokens(secret: Buffer): LinkTokens {
  if (secret.length < 16) throw new Error(`${secretName} has to have at least 16 bytes`);
  const proofOf = (id: string): Buffer => createHmac('sha256', secret).update(`link:${id}`).digest();
  return {
    tokenOf: (id) => `${id}.${proofOf(id).toString('base64url')}`,
    read(token) {
      const [, id, proof] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})$/.exec(token) ?? [];
      if (id === undefined || proof === undefined) return undefined;
      return timingSafeEqual(Buffer.from(proof, 'base64url'), proofOf(id)) ? id : undefined;
    },
  };
}
