import { Type } from 'typebox';
import { decodeCursor, pageOf, pageQuery, toPage } from '../http/page.ts';
import { route } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import type { Database } from '../postgres/database.ts';
import { Timestamp, Uuid } from '../schemas.ts';
import { closeDeadLetter, listDeadLetters, readDeadLetter, replayDeadLetter } from './dead-letters.ts';
import { eventsRoute } from './events-route.ts';
import type { EventSubscription } from './subscription.ts';
import { visibleText } from '../visible-text.ts';

const nullable = <Schema extends Parameters<typeof Type.Array>[0]>(schema: Schema) => Type.Union([schema, Type.Null()]);
const DeadLetterView = Type.Object({
  id: Uuid,
  topic: Type.String(),
  type: nullable(Type.String()),
  eventId: nullable(Type.String()),
  aggregateType: nullable(Type.String()),
  aggregateId: nullable(Type.String()),
  aggregateVersion: nullable(Type.Integer()),
  reason: Type.String({ description: 'envelope, schema, error or conflict' }),
  error: Type.String(),
  createdAt: Timestamp,
  replays: Type.Integer(),
  resolvedAt: nullable(Timestamp),
  resolvedBy: nullable(Type.String({ description: 'Id of the user' })),
  resolution: nullable(Type.Union([Type.Literal('replayed'), Type.Literal('closed')])),
  note: nullable(Type.String({ description: 'Why it was closed' })),
  event: Type.Unknown(),
});
const OneLetter = Type.Object({ id: Uuid }, { additionalProperties: false });
const admins = { permission: 'dead-letters.manage' } as const;

/** What every service with events mounts: its events for consumers that miss some, and its dead letters for administrators. */
export function messagingRoutes(database: Database, subscriptions: readonly EventSubscription[] = []): Route[] {
  const base = `/api/${database.service}/dead-letters`;
  return [
    eventsRoute(database),
    route({
      method: 'GET',
      path: base,
      summary: 'Events that could not be applied, the newest first',
      tags: ['dead letters'],
      access: admins,
      query: Type.Object(
        { ...pageQuery, state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('resolved')], { default: 'open' })) },
        { additionalProperties: false },
      ),
      responses: { 200: pageOf(DeadLetterView) },
      handle: async ({ query: { limit = 20, cursor, state = 'open' } }) => {
        const before = cursor === undefined ? {} : { before: String(decodeCursor(cursor, ['uuid'])[0]) };
        const letters = await listDeadLetters(database, { open: state === 'open', ...before, limit: limit + 1 });
        return {
          body: toPage(
            letters,
            limit,
            ({ id }) => [id],
            (letter) => letter,
          ),
        };
      },
    }),
    route({
      method: 'GET',
      path: `${base}/:id`,
      summary: 'A dead letter',
      tags: ['dead letters'],
      access: admins,
      params: OneLetter,
      responses: { 200: DeadLetterView },
      handle: async ({ params }) => ({ body: await readDeadLetter(database, params.id) }),
    }),
    route({
      method: 'POST',
      path: `${base}/:id/replay`,
      summary: 'Apply the event of a dead letter again',
      tags: ['dead letters'],
      access: admins,
      params: OneLetter,
      responses: { 200: DeadLetterView },
      handle: async ({ params, principal }) => ({ body: await replayDeadLetter(database, subscriptions, params.id, principal.userId) }),
    }),
    route({
      method: 'POST',
      path: `${base}/:id/close`,
      summary: 'Close a dead letter whose event shall not be applied',
      tags: ['dead letters'],
      access: admins,
      params: OneLetter,
      body: Type.Object({ reason: visibleText(500) }, { additionalProperties: false }),
      responses: { 200: DeadLetterView },
      handle: async ({ params, body, principal }) => ({
        body: await closeDeadLetter(database, params.id, principal.userId, body.reason.trim()),
      }),
    }),
  ];
}
