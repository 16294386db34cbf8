import { eventStream } from '@cartwright/kernel/http/event-stream';
import { Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import type { TokenChecker } from '@cartwright/kernel/http/tokens';
import { Type } from 'typebox';
import type { LiveMessage, LiveMessages, LiveReaders } from '../live-ports.ts';
import { liveView } from './live-view.ts';
import type { LiveWriter } from './live-view.ts';
import { closed } from './schemas.ts';

export interface LiveStreamParts {
  readonly live: Pick<LiveMessages, 'after' | 'standings'>;
  readonly readers: Pick<LiveReaders, 'subscribe'>;
  readonly writer: LiveWriter;
  readonly checkToken: TokenChecker;
  readonly draining: AbortSignal;
  /** How often to ask whether the reader's session still lives, while nothing is sent; fifteen seconds unless told. */
  readonly checkEveryMs?: number;
}

const page = 50;
/** Who missed more than this is told to read the list again. */
const mostMissed = 500;

/**
 * Live messages as they come: `message` with the message as data and its number as id; `standing` with how many are unread. Who reconnects with
 * `Last-Event-ID` gets what was missed; `reset` says that this was too much. Nothing is sent to a session that has ended.
 */
export function liveStreamRoute({ live, readers, writer, checkToken, draining, checkEveryMs = 15_000 }: LiveStreamParts): Route {
  return route({
    method: 'GET',
    path: '/api/notifications/stream',
    summary: 'What you are told, as it comes (server-sent events `message`, `standing`, `reset`)',
    tags: ['notifications'],
    access: 'signed-in',
    requestHeaders: Type.Object(
      { 'last-event-id': Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$', description: 'The last one that was received' })) },
      closed,
    ),
    responses: { 200: null, 503: Problem },
    handle: async ({ principal: { userId }, headers, log }) => {
      const token = (headers.authorization ?? '').replace(/^Bearer +/i, '');
      const stand = async () => (await live.standings([userId])).get(userId) ?? { last: 0, readTo: 0 };
      const first = await stand();
      const stream = eventStream(draining);
      const given = headers['last-event-id'];
      let sent = given === undefined ? first.last : Math.min(Number(given), first.last);
      let unread = -1;

      async function tell(): Promise<void> {
        await checkToken(token);
        const { last, readTo } = await stand();
        if (last - sent > mostMissed) {
          sent = last;
          stream.send({ id: String(last), event: 'reset', data: {} });
        }
        while (sent < last) {
          const news: readonly LiveMessage[] = await live.after(userId, sent, page);
          sent = news.at(-1)?.seq ?? last;
          for (const shown of await liveView(writer, userId, news, readTo)) stream.send({ id: shown.id, event: 'message', data: shown });
        }
        if (last - readTo === unread) return;
        unread = last - readTo;
        stream.send({ id: String(sent), event: 'standing', data: { unread } });
      }

      // One at a time, and once more where something came meanwhile: the numbers of a stream only grow.
      let telling = false;
      let again = false;
      const look = (): void => {
        again = true;
        if (telling) return;
        telling = true;
        void (async () => {
          while (again && !draining.aborted) {
            again = false;
            try {
              await tell();
            } catch (error) {
              if (error instanceof Problem && error.status === 401) stream.end();
              else log.warn({ error }, 'live messages could not be read; they are looked for again');
            }
          }
          telling = false;
        })();
      };

      const unsubscribe = readers.subscribe(userId, {
        look,
        end: () => {
          stream.end();
        },
      });
      const checking = setInterval(look, checkEveryMs);
      stream.onEnd(() => {
        unsubscribe();
        clearInterval(checking);
      });
      look();
      return stream.reply;
    },
  });
}
