import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from './access.ts';
import { isPermission } from './permissions.ts';
import { unauthorized, unavailable } from './problem.ts';

/** `cwk_<prefix>_<secret>`: the prefix finds the key and may be shown, the secret is 256 bits, of which only a hash is kept. */
const shape = /^cwk_([0-9a-f]{12})_[\w-]{43}$/;

/** What of a key leaves the service that was shown it: enough to find it and to see that it is the one, and no key. */
export interface ApiKeyProof {
  readonly prefix: string;
  readonly hash: string;
}

export function newApiKey(): { readonly key: string } & ApiKeyProof {
  const prefix = randomBytes(6).toString('hex');
  const key = `cwk_${prefix}_${randomBytes(32).toString('base64url')}`;
  return { key, prefix, hash: hashOf(key) };
}

/** undefined: the text is no API key. */
export function readApiKey(text: string): ApiKeyProof | undefined {
  const [, prefix] = shape.exec(text) ?? [];
  return prefix === undefined ? undefined : { prefix, hash: hashOf(text) };
}

/** What auth says of a key that is good. */
export interface KnownApiKey {
  readonly id: string;
  readonly permissions: readonly string[];
}

export interface ApiKeyCheckerOptions {
  /** Asks auth; undefined for a key that is not good, or not any more. */
  readonly ask: (proof: ApiKeyProof) => Promise<KnownApiKey | undefined>;
  /** For how long auth's answer is believed; a second unless told, so that a revoked key is refused everywhere within two. */
  readonly believeMs?: number;
  readonly now?: () => number;
}

/** Answers which machine a key stands for. Throws 401 when it is not good, 503 when that cannot be found out. */
export type ApiKeyChecker = (text: string) => Promise<Principal>;

const mostKeys = 5000;

export function apiKeyChecker({ ask, believeMs = 1000, now = Date.now }: ApiKeyCheckerOptions): ApiKeyChecker {
  const answers = new Map<string, { readonly at: number; readonly known: Promise<KnownApiKey | undefined> }>();

  function find(proof: ApiKeyProof): Promise<KnownApiKey | undefined> {
    const last = answers.get(proof.hash);
    if (last !== undefined && now() - last.at < believeMs) return last.known;
    if (answers.size >= mostKeys) answers.clear();
    const known = ask(proof);
    answers.set(proof.hash, { at: now(), known });
    known.catch(() => answers.delete(proof.hash));
    return known;
  }

  return async (text) => {
    const proof = readApiKey(text);
    if (proof === undefined) throw unauthorized('The API key is not valid');
    const known = await find(proof).catch((error: unknown) => {
      throw unavailable('The key service', 1, { cause: error });
    });
    if (known === undefined) throw unauthorized('The API key is not valid, or not any more');
    return { userId: known.id, sessionId: known.id, roles: [], permissions: known.permissions.filter(isPermission) };
  };
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
