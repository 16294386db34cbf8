import type { StateStore } from '@cartwright/kernel/dapr/state';
import type { Session, Sessions } from '../ports.ts';
import { accessTokenSeconds } from './signing-keys.ts';

const sessionSeconds = 30 * 24 * 3600;
/** A revocation is kept until the last access token of its session has surely run out, clocks that differ included. */
const revocationSeconds = accessTokenSeconds + 60;
const mostSessions = 50;
const attempts = 10;
/** Stands where a session was. A key that is gone would let a refresh that is under way write the session again. */
const ended = 'ended';

/** Sessions in the Dapr state store `sessions`, which ends them by their time to live. Keys: session:<id>, sessions-of:<user>, revoked:<id>. */
export function sessionsIn(store: StateStore<unknown>): Sessions {
  const keyOf = (id: string): string => `session:${id}`;

  async function find(id: string): Promise<{ session: Session; etag: string } | undefined> {
    const found = await store.getWithEtag(keyOf(id));
    return found === undefined || found.value === ended ? undefined : { session: found.value as Session, etag: found.etag };
  }

  /** Changes the list of a user's sessions by compare and swap: two log-ins at once both end up in it. */
  async function changeList(userId: string, change: (ids: string[]) => string[]): Promise<string[]> {
    const key = `sessions-of:${userId}`;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const found = await store.getWithEtag(key);
      const before = (found?.value as string[] | undefined) ?? [];
      const after = change(before).slice(-mostSessions);
      if (await store.set(key, after, { ttlSeconds: sessionSeconds, etag: found?.etag ?? '' }))
        return before.filter((id) => !after.includes(id));
    }
    throw new Error('The list of sessions could not be changed: too many at once');
  }

  async function revoke(id: string): Promise<void> {
    await store.set(`revoked:${id}`, true, { ttlSeconds: revocationSeconds });
    for (let attempt = 0; attempt < attempts; attempt++) {
      const found = await store.getWithEtag(keyOf(id));
      if (found === undefined || found.value === ended) return;
      if (await store.set(keyOf(id), ended, { ttlSeconds: revocationSeconds, etag: found.etag })) return;
    }
    throw new Error('The session could not be ended: it changes all the time');
  }

  return {
    find,
    async start(session) {
      await store.set(keyOf(session.id), session, { ttlSeconds: sessionSeconds, etag: '' });
      const pushedOut = await changeList(session.userId, (ids) => [...ids, session.id]);
      await Promise.all(pushedOut.map(revoke));
    },
    rotate: (session, etag) => store.set(keyOf(session.id), session, { ttlSeconds: sessionSeconds, etag }),
    async list(userId) {
      const ids = ((await store.get(`sessions-of:${userId}`)) as string[] | undefined) ?? [];
      const sessions = await Promise.all(ids.map(find));
      return sessions.flatMap((found) => (found === undefined ? [] : [found.session]));
    },
    async end(userId, id) {
      await revoke(id); // first: from here on its tokens are refused
      await changeList(userId, (ids) => ids.filter((other) => other !== id));
    },
  };
}
