import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/** Most that a browser shows at a log-in: those of the accounts that were used on it last. */
export const mostDeviceTokens = 5;

/**
 * Proofs that an account was entered from a device before: `<device>.<proof>`, by which its owner gets in at their own pace while somebody else guesses.
 * They let in nobody by themselves, and are kept nowhere.
 */
export interface DeviceTokens {
  issue(userId: string): string;
  /** The device, where one of the tokens proves it for this account. */
  deviceOf(tokens: readonly string[], userId: string): string | undefined;
}

export function deviceTokens(secret: Buffer): DeviceTokens {
  const proofOf = (device: string, userId: string): Buffer => createHmac('sha256', secret).update(`device:${userId}:${device}`).digest();
  return {
    issue(userId) {
      const device = randomUUID();
      return `${device}.${proofOf(device, userId).toString('base64url')}`;
    },
    deviceOf(tokens, userId) {
      for (const token of tokens.slice(0, mostDeviceTokens)) {
        const [, device, proof] = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(token) ?? [];
        if (device === undefined || proof === undefined) continue;
        if (timingSafeEqual(Buffer.from(proof, 'base64url'), proofOf(device, userId))) return device;
      }
      return undefined;
    },
  };
}
