import type { PersonData, ReadPersonData } from '@cartwright/kernel/http/person-data';
import type { BackInStockRequests } from '../alert-ports.ts';
import { mostForUsers } from '../domain/alerts.ts';
import type { DeliveryLog } from '../delivery-ports.ts';
import type { LiveMessages } from '../live-ports.ts';
import type { PreferencesStore } from '../ports.ts';

export interface ReadersDataParts {
  readonly deliveryLog: Pick<DeliveryLog, 'search'>;
  readonly live: Pick<LiveMessages, 'list'>;
  readonly preferences: Pick<PreferencesStore, 'of'>;
  readonly backInStock: Pick<BackInStockRequests, 'list'>;
}

const pageLength = 200;
const livePages = /^live:(\d{0,15})$/;

/**
 * What notifications holds about a user: what they want to be told, what they wait for, which messages were sent, then what the shop shows them. What mails and texts
 * said is kept nowhere.
 */
export function readersData({ deliveryLog, live, preferences, backInStock }: ReadersDataParts): ReadPersonData {
  async function messagesOf(userId: string, after: string | undefined): Promise<PersonData> {
    const messages = await deliveryLog.search({ userId }, { limit: pageLength, ...(after === undefined ? {} : { beforeId: after }) });
    const first = async () => ({
      preferences: [await preferences.of(userId)],
      backInStock: await backInStock.list(userId, { limit: mostForUsers }),
    });
    return {
      data: { ...(after === undefined ? await first() : {}), messages },
      next: messages.length < pageLength ? 'live:' : (messages.at(-1)?.id ?? null),
    };
  }

  async function liveMessagesOf(userId: string, beforeSeq: string): Promise<PersonData> {
    const liveMessages = await live.list(userId, { limit: pageLength, ...(beforeSeq === '' ? {} : { beforeSeq: Number(beforeSeq) }) });
    const last = liveMessages.at(-1);
    return { data: { liveMessages }, next: last === undefined || liveMessages.length < pageLength ? null : `live:${String(last.seq)}` };
  }

  return (userId, after) => {
    const [, beforeSeq] = livePages.exec(after ?? '') ?? [];
    return beforeSeq === undefined ? messagesOf(userId, after) : liveMessagesOf(userId, beforeSeq);
  };
}
