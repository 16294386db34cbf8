import { pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { securityEventKinds } from '../domain/security-events.ts';
import type { SecurityLog, SecurityRecord } from '../ports.ts';
import { idOfCursor } from './cursor.ts';
import { addressee, closed } from './schemas.ts';

const tags = ['security'];
const Kind = Type.String({ description: `One of ${securityEventKinds.join(', ')}` });
const nullable = (schema: typeof Uuid) => Type.Union([schema, Type.Null()]);
const ownFields = { id: Uuid, kind: Kind, sessionId: nullable(Uuid), network: nullable(Type.String()), at: Timestamp };
const OwnRecord = Type.Object(ownFields, closed);
const StaffRecord = Type.Object({ ...ownFields, userId: nullable(Uuid), actorId: nullable(Uuid), subjectId: nullable(Uuid) }, closed);

/** The audit log: all of it for staff, their own part for users; and what notifications writes to owners. */
export function securityRoutes(log: SecurityLog): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/auth/security-events',
      summary: 'The audit log, the newest first',
      tags,
      access: { permission: 'security.audit' },
      query: Type.Object({ ...pageQuery, userId: Type.Optional(Uuid), kind: Type.Optional(Type.Enum([...securityEventKinds])) }, closed),
      responses: { 200: pageOf(StaffRecord) },
      handle: async ({ query: { limit = 20, cursor, userId, kind } }) => {
        const rows = await log.list({ userId, kind, beforeId: idOfCursor(cursor), limit: limit + 1 });
        return { body: toPage(rows, limit, ({ id }) => [id], staffView) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/auth/me/security-events',
      summary: 'What happened to my account, the newest first',
      tags,
      access: 'signed-in',
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(OwnRecord) },
      handle: async ({ principal: { userId }, query: { limit = 20, cursor } }) => {
        const rows = await log.list({ userId, beforeId: idOfCursor(cursor), limit: limit + 1 });
        return { body: toPage(rows, limit, ({ id }) => [id], ownView) };
      },
    }),
    route({
      method: 'GET',
      path: '/internal/security-notices/:id',
      summary: 'What the owner of an account is to be told',
      access: { callers: ['notifications'] },
      params: Type.Object({ id: Uuid }, closed),
      responses: { 200: Type.Object({ ...addressee, kind: Kind, at: Timestamp }) },
      handle: async ({ params }) => {
        const notice = await log.notice(params.id);
        if (notice === undefined) throw notFound('notice', params.id);
        return { body: notice };
      },
    }),
  ];
}

function ownView({ id, kind, sessionId, network, at }: SecurityRecord) {
  return { id, kind, sessionId, network, at };
}

function staffView(record: SecurityRecord) {
  return { ...ownView(record), userId: record.userId, actorId: record.actorId, subjectId: record.subjectId };
}
