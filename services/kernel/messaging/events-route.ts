import { Type } from 'typebox';
import { Envelope } from '../events/envelope.ts';
import { topics } from '../events/topics.ts';
import { route } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import type { Database } from '../postgres/database.ts';
import { outboxColumns, toEnvelope } from './wire.ts';
import type { OutboxRow } from './wire.ts';

/** Services that may ask another for its events: all that publish also consume. */
const consumers: readonly string[] = Object.values(topics).map(({ producer }) => producer);

const pageLimit = 100;

/**
 * `GET /internal/events/:aggregateType/:aggregateId?after=N`: the aggregate's events after version N, the oldest first, at most 100;
 * also those that are not published yet. Consumers that miss one ask here.
 */
export function eventsRoute(database: Database): Route {
  return route({
    method: 'GET',
    path: '/internal/events/:aggregateType/:aggregateId',
    summary: "An aggregate's events after a version",
    tags: ['events'],
    access: { callers: consumers },
    params: Type.Object({ aggregateType: Type.String({ maxLength: 50 }), aggregateId: Type.String({ maxLength: 200 }) }),
    query: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0, default: 0 })) }, { additionalProperties: false }),
    responses: { 200: Type.Object({ events: Type.Array(Envelope) }) },
    handle: async ({ params, query }) => ({
      body: { events: await eventsAfter(database, params.aggregateType, params.aggregateId, query.after ?? 0) },
    }),
  });
}

/** Up to 100 of an aggregate's events after a version, the oldest first, published or not. */
export async function eventsAfter(database: Database, aggregateType: string, aggregateId: string, after: number): Promise<Envelope[]> {
  const of = (table: string): string =>
    `select ${outboxColumns} from ${table} where aggregate_type = ? and aggregate_id = ? and aggregate_version > ?`;
  const rows = await database.sql<OutboxRow>(
    `(${of('event_log')}) union (${of('outbox')}) order by aggregate_version limit ${String(pageLimit)}`,
    [aggregateType, aggregateId, after, aggregateType, aggregateId, after],
  );
  return rows.map((row) => toEnvelope(row, database.service));
}
