import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '@cartwright/kernel/postgres/database';
import { secretFrom } from '@cartwright/kernel/postgres/own-secret';
import type { AccessKeys } from '../ports.ts';

const secretName = 'orders-access-secret';
/** Keys kept in memory: some megabytes. */
const mostKept = 20_000;

/**
 * Makes keys from a secret: that of the secret store, or, where it has none, one that the service made up once and keeps in its database.
 * A key is an HMAC-SHA256 over its purpose and the order's id: it can be made again for a mail, and is in no table or log.
 */
export async function accessKeysFrom(secrets: { find(key: string): Promise<string | undefined> }, database: Database): Promise<AccessKeys> {
  return accessKeys(await secretFrom(secrets, database, secretName));
}

export function accessKeys(secret: Buffer): AccessKeys {
  if (secret.length < 16) throw new Error(`${secretName} has to have at least 16 bytes`);
  const derive = (purpose: string, name: string): Buffer => createHmac('sha256', secret).update(`${purpose}:${name}`).digest();
  // Who follows an order asks again and again: a tenth of the service's time went into making the same keys anew.
  const known = new Map<string, Buffer>();
  const access = (orderId: string): Buffer => {
    const id = orderId.toLowerCase();
    const kept = known.get(id);
    if (kept !== undefined) return kept;
    const made = derive('access', id);
    if (known.size >= mostKept) known.clear();
    known.set(id, made);
    return made;
  };
  return {
    keyOf: (orderId) => access(orderId).toString('base64url'),
    opens(orderId, key) {
      const given = Buffer.from(key, 'base64url');
      const right = access(orderId);
      return given.length === right.length && timingSafeEqual(given, right);
    },
    retryCartId: (orderId) => uuidFrom(derive('retry-cart', orderId.toLowerCase())),
    emailKey: (email) => derive('email', email.trim().toLowerCase()).toString('base64url'),
    keyedCartId: (userId, idempotencyKey) => uuidFrom(derive('keyed-cart', `${userId}:${idempotencyKey}`)),
  };
}

/** A UUID of version 8 (RFC 9562: its bits are ours), 122 of them from the bytes. */
function uuidFrom(bytes: Buffer): string {
  const own = Buffer.from(bytes.subarray(0, 16));
  own.writeUInt8((own.readUInt8(6) & 0x0f) | 0x80, 6);
  own.writeUInt8((own.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = own.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
