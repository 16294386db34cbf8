import { Problem, notFound, unauthorized } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import type { Database } from '@cartwright/kernel/postgres/database';
import { Timestamp } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { networkOf } from '../domain/network.ts';
import type { ExportJob, Exports } from '../export-ports.ts';
import type { SecurityLog, Users } from '../ports.ts';
import { clientAddress } from './client-address.ts';
import type { Trust } from './client-address.ts';
import { closed } from './schemas.ts';

const tags = ['me'];
const ExportView = Type.Object(
  {
    state: Type.Enum(['collecting', 'ready']),
    askedAt: Timestamp,
    readyAt: Type.Union([Timestamp, Type.Null()]),
  },
  closed,
);
const ExportDocument = Type.Object(
  { madeAt: Timestamp, userId: Type.String() },
  { additionalProperties: true, description: 'By service, then by what it is' },
);

export interface MyExportParts {
  readonly database: Database;
  readonly users: Pick<Users, 'byId'>;
  readonly exports: Pick<Exports, 'ask' | 'find' | 'document'>;
  /** Begins to gather, after the commit. */
  readonly collect: (job: ExportJob) => void;
  readonly log: SecurityLog;
  readonly trust: Trust;
}

/** What the shop knows of whoever asks, from all services, as one document. */
export function myExportRoutes({ database, users, exports, collect, log, trust }: MyExportParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/auth/me/export',
      summary: 'Have all gathered that the shop knows of me; one at a time, and at most one a minute',
      tags,
      access: 'signed-in',
      responses: { 202: ExportView },
      handle: async ({ principal: { userId, sessionId }, ctx }) => {
        if ((await users.byId(userId)) === undefined) throw unauthorized('The account is not there any more');
        const status = await database.transaction(async (unit) => {
          const { status: asked, job } = await exports.ask(unit, userId);
          if (job === undefined) return asked;
          await log.record({ userId, sessionId, kind: 'data_exported', network: networkOf(clientAddress(ctx, trust)) }, unit);
          unit.afterCommit(() => {
            collect(job);
          });
          return asked;
        });
        return { status: 202, body: status, headers: { location: '/api/auth/me/export' } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/auth/me/export',
      summary: 'Whether what I asked for is gathered; 404 where nothing was asked for within a day',
      tags,
      access: 'signed-in',
      responses: { 200: ExportView, 404: Problem },
      handle: async ({ principal }) => {
        const found = await exports.find(principal.userId);
        if (found === undefined) throw notFound('export');
        return { body: found };
      },
    }),
    route({
      method: 'GET',
      path: '/api/auth/me/export/document',
      summary: 'What was gathered, as a file',
      tags,
      access: 'signed-in',
      responses: { 200: ExportDocument, 404: Problem },
      handle: async ({ principal }) => {
        const document = await exports.document(principal.userId);
        if (document === undefined) throw notFound('export');
        return {
          body: document,
          headers: { 'content-type': 'application/json', 'content-disposition': 'attachment; filename="cartwright-my-data.json"' },
        };
      },
    }),
  ];
}
