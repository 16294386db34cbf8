import type { Credentials, Users } from '../ports.ts';
import { grant } from './grant.ts';
import type { Granted, GrantParts, Origin } from './grant.ts';

/** What becomes of a proof that was shown. */
export type Entry =
  | { readonly type: 'granted'; readonly granted: Granted }
  | { readonly type: 'refused' }
  | { readonly type: 'wait'; readonly seconds: number };

export interface EnterParts extends GrantParts {
  readonly users: Users;
}

/** Begins the session of who has proved all that was asked for; that is written down already. */
export async function enter(parts: EnterParts, { user, passwordSince }: Credentials, sessionId: string, from: Origin): Promise<Entry> {
  const granted = await grant(parts, user, sessionId, from);
  // A reset that came in between has ended the sessions that it found, and this one may be younger.
  if ((await parts.users.byId(user.id))?.passwordSince !== passwordSince) {
    await parts.sessions.end(user.id, sessionId);
    return { type: 'refused' };
  }
  return { type: 'granted', granted };
}
