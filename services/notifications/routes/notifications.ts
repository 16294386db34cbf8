import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { invalidField } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import { validate } from 'uuid';
import type { Messages } from '../ports.ts';
import { DeliveryView, closed, states } from './schemas.ts';

const tags = ['notifications'];
const staff = { permission: 'messages.read' } as const;

/** The delivery log, for staff. */
export function notificationRoutes(messages: Pick<Messages, 'list'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/notifications/deliveries',
      summary: 'The delivery log, the newest first',
      tags,
      access: staff,
      query: Type.Object({ ...pageQuery, state: Type.Optional(Type.Enum([...states])) }, closed),
      responses: { 200: pageOf(DeliveryView) },
      handle: async ({ query: { limit = 20, cursor, state } }) => {
        const rows = await messages.list({ ...(state === undefined ? {} : { state }), ...before(cursor), limit: limit + 1 });
        return {
          body: toPage(
            rows,
            limit,
            ({ id }) => [id],
            (row) => row,
          ),
        };
      },
    }),
  ];
}

/** The place of a cursor of these lists: below this id. Throws 400 where it is none of theirs. */
export function before(cursor: string | undefined): { beforeId?: string } {
  if (cursor === undefined) return {};
  const beforeId = String(decodeCursor(cursor, ['string'])[0]);
  if (!validate(beforeId)) throw invalidField('cursor', 'cursor', 'is not one that a list gave');
  return { beforeId };
}
