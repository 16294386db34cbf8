import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const secretName = 'auth-encryption-key';
const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts what has to be read again, for one owner: moved to somebody else's row it cannot be read. */
export interface SealedSecrets {
  seal: (text: string, owner: string) => string;
  /** Throws where it was changed, is another's, or of a key that is not there any more. */
  open: (sealed: string, owner: string) => string;
}

/** By the secret `auth-encryption-key`. Throws where the secret store has none: what is sealed has to be readable tomorrow. */
export async function sealedSecretsFrom(secrets: { get(key: string): Promise<string> }): Promise<SealedSecrets> {
  return sealedSecrets(await secrets.get(secretName));
}

/**
 * AES-256-GCM, as `<key>.<nonce, text, tag>`.
 *
 * @param keys one secret, or more with commas between: the first one seals, all of them open, so that a new one can be put in front
 */
export function sealedSecrets(keys: string): SealedSecrets {
  const ring = keys.split(',').map((text) => keyFrom(text.trim()));
  const [newest] = ring;
  if (newest === undefined) throw new Error(`${secretName} holds no key`);
  return {
    seal(text, owner) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, newest.key, nonce).setAAD(Buffer.from(owner));
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${newest.name}.${sealed.toString('base64url')}`;
    },
    open(sealed, owner) {
      const [name, text = ''] = sealed.split('.');
      const key = ring.find((one) => one.name === name)?.key;
      if (key === undefined) throw new Error(`${secretName} does not hold the key ${String(name)} any more`);
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8');
    },
  };
}

function keyFrom(text: string): { readonly name: string; readonly key: Buffer } {
  if (text.length < 32) throw new Error(`${secretName} has to have at least 32 characters`);
  const key = createHash('sha256').update(`seal:${text}`).digest();
  return { name: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
}
