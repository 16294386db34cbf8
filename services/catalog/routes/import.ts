import { Problem, conflict, notFound, unprocessable } from '@cartwright/kernel/http/problem';
import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { v7 } from 'uuid';
import { ImportRefused, importProducts } from '../adapters/importer.ts';
import type { ImporterParts } from '../adapters/importer.ts';
import { Overtaken } from '../adapters/imports-in-postgres.ts';
import type { ImportProgress } from '../adapters/imports-in-postgres.ts';

const closed = { additionalProperties: false };
const staff = { permission: 'products.write' } as const;
const readers = { permission: 'products.read' } as const;
const tags = ['import'];
const byId = Type.Object({ id: Uuid }, closed);
const mostErrorsShown = 100;
const FieldErrors = Type.Array(Type.Object({ field: Type.String(), rule: Type.String(), message: Type.String() }));
const LineError = Type.Object({ line: Type.Integer(), errors: FieldErrors });
const Progress = Type.Object({
  id: Uuid,
  author: Uuid,
  format: Type.Union([Type.Literal('ndjson'), Type.Literal('csv')]),
  replaces: Type.Boolean(),
  state: Type.Union([Type.Literal('running'), Type.Literal('done')]),
  lines: Type.Integer({ description: 'The last line that is done' }),
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  removed: Type.Integer(),
  failed: Type.Integer({ description: 'How many lines were refused' }),
  startedAt: Timestamp,
  finishedAt: Type.Union([Timestamp, Type.Null()]),
});
const Report = Type.Object({ ...Progress.properties, errors: Type.Array(LineError, { description: 'The first hundred' }) });
const ImportQuery = Type.Object(
  {
    id: Type.Optional(
      Type.String({ format: 'uuid', description: 'Of the import: the same file with the same id goes on after the last line done' }),
    ),
    replace: Type.Optional(Type.Boolean({ default: false, description: 'Remove what the file does not name' })),
    from: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 2_000_000_000, description: 'The line of the file that this piece begins with' }),
    ),
    more: Type.Optional(Type.Boolean({ description: 'Another piece of the file follows' })),
  },
  closed,
);

/** Products in bulk, as NDJSON or CSV. What an export gives, an import takes. */
export function importRoutes(parts: ImporterParts): Route[] {
  const { imports } = parts;

  async function report(progress: ImportProgress): Promise<Static<typeof Report>> {
    return {
      ...viewOf(progress),
      errors: (await imports.errors(progress.id, mostErrorsShown)).map((error) => ({ ...error, errors: [...error.errors] })),
    };
  }
  async function known(id: string): Promise<ImportProgress> {
    const progress = await imports.byId(id);
    if (progress === undefined) throw notFound('import', id);
    return progress;
  }

  return [
    route({
      method: 'POST',
      path: '/api/catalog/import',
      summary:
        'Load categories and products from NDJSON or CSV, line by line; a line that is refused changes nothing, and the others go on',
      tags,
      access: staff,
      streamBody: true,
      query: ImportQuery,
      responses: { 200: Report, 409: Problem, 415: Problem, 422: Problem },
      handle: async ({ stream, headers, query, principal }) => {
        const { id = v7(), replace = false, from = 1, more = false } = query;
        const upload = { id, author: principal.userId, format: formatOf(headers['content-type']), replaces: replace, from, more };
        if (upload.format === undefined) {
          stream.resume();
          throw unsupported();
        }
        try {
          return { body: await report(await importProducts(stream, { ...upload, format: upload.format }, parts)) };
        } catch (error) {
          stream.resume();
          throw refusal(error) ?? error;
        }
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/imports',
      summary: 'Imports, the newest first',
      tags,
      access: readers,
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(Progress) },
      handle: async ({ query: { limit = 20, cursor } }) => {
        const before = cursor === undefined ? undefined : String(decodeCursor(cursor, ['uuid'])[0]);
        return { body: toPage(await imports.list(limit + 1, before), limit, ({ id }) => [id], viewOf) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/imports/:id',
      summary: 'How far an import has come',
      tags,
      access: readers,
      params: byId,
      responses: { 200: Report, 404: Problem },
      handle: async ({ params: { id } }) => ({ body: await report(await known(id)) }),
    }),
    route({
      method: 'GET',
      path: '/api/catalog/imports/:id/errors',
      summary: 'Lines that were refused, and why',
      tags,
      access: readers,
      params: byId,
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(LineError), 404: Problem },
      handle: async ({ params: { id }, query: { limit = 20, cursor } }) => {
        await known(id);
        const after = cursor === undefined ? 0 : Number(decodeCursor(cursor, ['integer'])[0]);
        const found = await imports.errors(id, limit + 1, Math.min(Math.max(Math.trunc(after), 0), 2_000_000_000));
        return {
          body: toPage(
            found,
            limit,
            ({ line }) => [line],
            (error) => error,
          ),
        };
      },
    }),
  ];
}

function viewOf({ digest: _, columns: __, ...progress }: ImportProgress): Omit<ImportProgress, 'digest' | 'columns'> {
  return progress;
}

function formatOf(type = ''): 'ndjson' | 'csv' | undefined {
  if (/^application\/(x-)?nd-?json\b/i.test(type)) return 'ndjson';
  return /^text\/csv\b/i.test(type) ? 'csv' : undefined;
}

function unsupported(): Problem {
  return new Problem({
    status: 415,
    code: 'unsupported_media_type',
    title: 'Unsupported media type',
    detail: 'An import is application/x-ndjson or text/csv',
    errors: [{ field: 'content-type', rule: 'mediaType', message: 'must be application/x-ndjson or text/csv' }],
  });
}

function refusal(error: unknown): Problem | undefined {
  if (error instanceof Overtaken) return conflict('import_busy', 'Another upload has gone on with this import');
  if (!(error instanceof ImportRefused)) return undefined;
  const { reason, message } = error;
  if (reason === 'other_file') return unprocessable(reason, message, [{ field: '/', rule: 'same', message }]);
  if (reason === 'gap') return unprocessable(reason, message, [{ field: 'from', rule: 'gap', message }]);
  return conflict(reason, message);
}
