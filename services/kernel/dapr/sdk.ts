import { randomUUID } from 'node:crypto';
import type { DaprClient } from '@dapr/dapr';
import { SidecarError, SidecarUnavailable } from './errors.ts';

export interface SecretStore {
  /** Throws where the store has no such secret. */
  get(key: string): Promise<string>;
  /** Undefined where the store has no such secret. Throws SidecarUnavailable or SidecarError where that cannot be found out. */
  find(key: string): Promise<string | undefined>;
}

export interface LockStore {
  /**
   * Runs `work` while holding the lock on `resource`; answers undefined, without running it, while another holds it. The lock ends by itself
   * after `ttlSeconds`, also while `work` still runs: what must be exact needs a fence of its own.
   */
  with<T>(resource: string, ttlSeconds: number, work: () => Promise<T>): Promise<T | undefined>;
}

const timeoutMs = 5000;
const secretsComponent = 'secrets';

/** The component `secrets`, by @dapr/dapr. */
export function secretStore(sdk: DaprClient): SecretStore {
  async function find(key: string): Promise<string | undefined> {
    try {
      const secret = (await ask('secret', () => sdk.secret.get(secretsComponent, encodeURIComponent(key)))) as Record<string, string>;
      return secret[key] === '' ? undefined : secret[key]; // the environment, as a store, answers nothing for what is not there
    } catch (error) {
      // Stores say by the text alone that a secret is not there; the status is 500 as for every failure.
      if (error instanceof SidecarError && error.code === 'ERR_SECRET_GET' && /not found/i.test(error.message)) return undefined;
      throw error;
    }
  }
  return {
    find,
    async get(key) {
      const value = await find(key);
      if (value === undefined) throw new Error(`The secret store has no ${key}`);
      return value;
    },
  };
}

/** A lock component, by @dapr/dapr. */
export function lockStore(sdk: DaprClient, store: string): LockStore {
  return {
    async with(resource, ttlSeconds, work) {
      const owner = randomUUID();
      const { success } = await ask('lock', () => sdk.lock.lock(store, resource, owner, ttlSeconds));
      if (!success) return undefined;
      try {
        return await work();
      } finally {
        // When this fails the lock ends by its time to live.
        await ask('unlock', () => sdk.lock.unlock(store, resource, owner)).catch(() => undefined);
      }
    },
  };
}

/** The SDK has no time-outs, and packs what the sidecar answered into a message. */
async function ask<T>(what: string, call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(new SidecarUnavailable(`No answer about the ${what} within ${String(timeoutMs)} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([call(), late]);
  } catch (error) {
    throw error instanceof SidecarUnavailable ? error : understood(what, error);
  } finally {
    clearTimeout(timer);
  }
}

function understood(what: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : '';
  try {
    const { status, error_msg: text } = JSON.parse(message) as { status: number; error_msg: string };
    const { errorCode, message: reason } = JSON.parse(text) as { errorCode?: string; message?: string };
    return new SidecarError(`${what}: ${reason ?? ''}`.slice(0, 300), status, errorCode ?? 'unknown', { cause: error });
  } catch {
    return new SidecarUnavailable(`The ${what} cannot be had`, { cause: error });
  }
}
