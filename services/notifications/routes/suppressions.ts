import { Problem, conflict, notFound } from '@cartwright/kernel/http/problem';
import { pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Suppressions } from '../delivery-ports.ts';
import { before } from './deliveries.ts';
import { RecipientHash, closed, nullable } from './schemas.ts';

const SuppressionView = Type.Object(
  {
    id: Uuid,
    recipient: RecipientHash,
    channel: Type.Enum(['email', 'sms']),
    reason: Type.Enum(['bounced', 'complained']),
    messageId: Uuid,
    createdAt: Timestamp,
    liftedAt: nullable(Timestamp),
    liftedBy: nullable(Uuid),
  },
  closed,
);

/** Addresses that nothing is sent to any more: seen by staff, and lifted by them. */
export function suppressionRoutes(suppressions: Pick<Suppressions, 'list' | 'lift'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/notifications/suppressions',
      summary:
        'Addresses that nothing is sent to, because it bounced or was complained about; the newest first, with those that were lifted',
      tags: ['deliveries'],
      access: { permission: 'messages.read' },
      query: Type.Object({ ...pageQuery, recipient: Type.Optional(RecipientHash) }, closed),
      responses: { 200: pageOf(SuppressionView) },
      handle: async ({ query: { limit = 20, cursor, recipient } }) => {
        const rows = await suppressions.list({
          ...(recipient === undefined ? {} : { addressHash: recipient }),
          ...before(cursor),
          limit: limit + 1,
        });
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
    route({
      method: 'DELETE',
      path: '/api/notifications/suppressions/:id',
      summary: 'Lifts a suppression: the address is written to again',
      tags: ['deliveries'],
      access: { permission: 'messages.suppressions' },
      params: Type.Object({ id: Uuid }, closed),
      responses: { 204: null, 404: Problem, 409: Problem },
      handle: async ({ params: { id }, principal }) => {
        const done = await suppressions.lift(id, principal.userId);
        if (done === 'unknown') throw notFound('suppression', id);
        if (done === 'lifted before') throw conflict('lifted_before', 'It was lifted before');
        return { status: 204 };
      },
    }),
  ];
}
