import { sidecarError } from './transport.ts';
import type { Transport } from './transport.ts';

export interface SetOptions {
  /** After which the key is gone. */
  readonly ttlSeconds?: number;
  /** Writes only while the key still has this ETag. (Redis has no way to write only what is not there: use a lock or a database.) */
  readonly etag?: string;
}

/** Keys of one Dapr state store. It is asked over the lean transport, which has time-outs and ETags; @dapr/dapr's state client has no time-out. */
export interface StateStore<T> {
  /** Undefined when the key is not there. */
  get(key: string): Promise<T | undefined>;
  getWithEtag(key: string): Promise<{ value: T; etag: string } | undefined>;
  /** Answers false when `etag` was given and the key has changed since. */
  set(key: string, value: T, options?: SetOptions): Promise<boolean>;
  delete(key: string): Promise<void>;
}

const timeoutMs = 2000;

export function stateStore<T>(transport: Transport, store: string): StateStore<T> {
  const path = `/v1.0/state/${encodeURIComponent(store)}`;

  async function getWithEtag(key: string): Promise<{ value: T; etag: string } | undefined> {
    const answer = await transport.send({ method: 'GET', path: `${path}/${encodeURIComponent(key)}`, timeoutMs });
    if (answer.status === 204 || answer.status === 404) return undefined;
    if (answer.status >= 300) throw sidecarError(`State ${store}`, answer);
    if (answer.text === '') return undefined;
    const { etag } = answer.headers;
    return { value: JSON.parse(answer.text) as T, etag: typeof etag === 'string' ? etag : '' };
  }

  return {
    getWithEtag,
    get: async (key) => (await getWithEtag(key))?.value,
    async set(key, value, { ttlSeconds, etag } = {}) {
      const item = {
        key,
        value,
        ...(etag === undefined ? {} : { etag, options: { concurrency: 'first-write' } }),
        ...(ttlSeconds === undefined ? {} : { metadata: { ttlInSeconds: String(Math.max(1, Math.ceil(ttlSeconds))) } }),
      };
      const answer = await transport.send({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([item]),
        timeoutMs,
      });
      if (etag !== undefined && (answer.status === 409 || /etag/i.test(answer.text))) return false;
      if (answer.status >= 300) throw sidecarError(`State ${store}`, answer);
      return true;
    },
    async delete(key) {
      const answer = await transport.send({ method: 'DELETE', path: `${path}/${encodeURIComponent(key)}`, timeoutMs });
      if (answer.status >= 300) throw sidecarError(`State ${store}`, answer);
    },
  };
}
