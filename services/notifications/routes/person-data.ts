import type { ReadPersonData } from '@cartwright/kernel/http/person-data';
import type { Messages, PreferencesStore } from '../ports.ts';

const pageLength = 200;

/** What notifications holds about a user: what they want to be told, and which messages were sent. What these said is kept nowhere. */
export function readersData(messages: Pick<Messages, 'list'>, preferences: Pick<PreferencesStore, 'of'>): ReadPersonData {
  return async (userId, after) => {
    const sent = await messages.list({ userId, limit: pageLength, ...(after === undefined ? {} : { beforeId: after }) });
    const next = sent.length < pageLength ? null : (sent.at(-1)?.id ?? null);
    return { data: { ...(after === undefined ? { preferences: [await preferences.of(userId)] } : {}), messages: sent }, next };
  };
}
