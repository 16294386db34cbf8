import { Problem, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { browserOf } from '../domain/browser-of.ts';
import { networkOf } from '../domain/network.ts';
import type { SecurityLog, Sessions } from '../ports.ts';
import { clientAddress } from './client-address.ts';
import type { Trust } from './client-address.ts';
import { closed } from './schemas.ts';

const tags = ['me'];
const byId = Type.Object({ id: Uuid }, closed);
const SessionView = Type.Object(
  {
    id: Uuid,
    createdAt: Timestamp,
    usedAt: Timestamp,
    device: Type.String({ description: 'What the browser called itself' }),
    browser: Type.Union([Type.String(), Type.Null()], { description: 'As people call it; null where that is not known' }),
    system: Type.Union([Type.String(), Type.Null()], {
      description: 'What the browser ran on, such as Windows; null where that is not known',
    }),
    current: Type.Boolean(),
  },
  closed,
);

export interface MySessionsParts {
  readonly sessions: Sessions;
  readonly log: SecurityLog;
  readonly trust: Trust;
}

/** Where a user is logged in, and logging out there. */
export function mySessionRoutes({ sessions, log, trust }: MySessionsParts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/auth/me/sessions',
      summary: 'Where I am logged in',
      tags,
      access: 'signed-in',
      responses: { 200: Type.Object({ items: Type.Array(SessionView) }) },
      handle: async ({ principal }) => {
        const items = (await sessions.list(principal.userId)).map(({ id, createdAt, usedAt, device }) => ({
          id,
          createdAt,
          usedAt,
          device,
          ...browserOf(device),
          current: id === principal.sessionId,
        }));
        return { body: { items } };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/auth/me/sessions/:id',
      summary: 'Log out somewhere',
      tags,
      access: 'signed-in',
      params: byId,
      responses: { 204: null, 404: Problem },
      handle: async ({ principal, params, ctx }) => {
        const found = await sessions.find(params.id);
        if (found?.session.userId !== principal.userId) throw notFound('session');
        await sessions.end(principal.userId, params.id);
        await log.record({
          userId: principal.userId,
          kind: 'session_ended',
          sessionId: params.id,
          network: networkOf(clientAddress(ctx, trust)),
        });
        return { status: 204 };
      },
    }),
  ];
}
