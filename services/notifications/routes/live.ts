import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import type { LiveMessages } from '../live-ports.ts';
import { LiveView, liveView } from './live-view.ts';
import type { LiveWriter } from './live-view.ts';
import { closed } from './schemas.ts';

const Standing = Type.Object({ unread: Type.Integer({ minimum: 0 }) }, closed);

/** What people are told in the shop: the list, and how far they have read. */
export function liveRoutes(live: Pick<LiveMessages, 'list' | 'read' | 'standings'>, writer: LiveWriter): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/notifications',
      summary: 'What you were told, the newest first, and how much of it is unread',
      tags: ['notifications'],
      access: 'signed-in',
      query: Type.Object(pageQuery, closed),
      responses: { 200: Type.Object({ ...pageOf(LiveView).properties, ...Standing.properties }, closed) },
      handle: async ({ principal: { userId }, query: { limit = 20, cursor } }) => {
        const beforeSeq = cursor === undefined ? undefined : Number(decodeCursor(cursor, ['integer'])[0]);
        const [rows, standings] = await Promise.all([
          live.list(userId, { ...(beforeSeq === undefined ? {} : { beforeSeq: Math.trunc(beforeSeq) }), limit: limit + 1 }),
          live.standings([userId]),
        ]);
        const { last, readTo } = standings.get(userId) ?? { last: 0, readTo: 0 };
        const { items, nextCursor } = toPage(
          rows,
          limit,
          ({ seq }) => [seq],
          (row) => row,
        );
        return { body: { items: await liveView(writer, userId, items, readTo), nextCursor, unread: last - readTo } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/notifications/read',
      summary: 'Notes that you have read everything up to a message',
      tags: ['notifications'],
      access: 'signed-in',
      body: Type.Object({ upTo: Type.String({ pattern: '^[0-9]{1,15}$', description: 'Its id' }) }, closed),
      responses: { 200: Standing },
      handle: async ({ principal: { userId }, body }) => {
        const { last, readTo } = await live.read(userId, Number(body.upTo));
        return { body: { unread: last - readTo } };
      },
    }),
  ];
}
