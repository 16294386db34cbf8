import type { Sessions } from '../ports.ts';

/** Ends the sessions of a user, all but `except`. */
export async function endSessions(sessions: Sessions, userId: string, except?: string): Promise<void> {
  for (const { id } of await sessions.list(userId)) if (id !== except) await sessions.end(userId, id);
}
