import { createHmac, timingSafeEqual } from 'node:crypto';
import { secretFrom } from '@cartwright/kernel/postgres/own-secret';
import type { Database } from '@cartwright/kernel/postgres/database';
import { isTemplate } from '../domain/templates.ts';
import type { MessageKeys, Subscriber } from '../ports.ts';

const secretName = 'notifications-secret';

export async function messageKeysFrom(
  secrets: { find(key: string): Promise<string | undefined> },
  database: Pick<Database, 'sql'>,
): Promise<MessageKeys> {
  return messageKeys(await secretFrom(secrets, database, secretName));
}

/** Hashes of addresses, and the tokens of unsubscribe links: HMAC-SHA256, each over its purpose. Throws where the secret is shorter than 16 bytes. */
export function messageKeys(secret: Buffer): MessageKeys {
  if (secret.length < 16) throw new Error(`${secretName} has to have at least 16 bytes`);
  const derive = (purpose: string, text: string): Buffer => createHmac('sha256', secret).update(`${purpose}:${text}`).digest();
  const proofOf = (said: string): string => derive('unsubscribe', said).toString('base64url');
  return {
    addressHash: (address) => derive('address', address.trim().toLowerCase()).toString('base64url'),
    unsubscribeToken({ subscriber, event }) {
      const [kind, id] = 'userId' in subscriber ? ['u', subscriber.userId] : ['a', subscriber.addressHash];
      const said = `${kind}.${id}.${event}`;
      return `${said}.${proofOf(said)}`;
    },
    readUnsubscribe(token) {
      const [, said = '', kind, id = '', event = '', proof = ''] =
        /^((u|a)\.([\w-]{36,43})\.([a-z-]{1,60}))\.([\w-]{43})$/.exec(token) ?? [];
      const [given, right] = [Buffer.from(proof), Buffer.from(proofOf(said))];
      if (given.length !== right.length || !timingSafeEqual(given, right) || !isTemplate(event)) return undefined;
      const subscriber: Subscriber = kind === 'u' ? { userId: id } : { addressHash: id };
      return { subscriber, event };
    },
  };
}
