import type { NewEvent } from '../events/event.ts';
import { currentTraceparent } from '../telemetry/context.ts';

/** A statement with `?` placeholders, as `em.execute` takes it. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/**
 * The statement that puts events into the outbox, in their order, all in one. It may stand alone or in a `with`, so that a state
 * change and its events are one statement:
 * `with movement as (insert …), published as (${outbox.sql}) select …`. It answers nothing; it fails (23505) where an aggregate's version is
 * taken. Where it runs outside of `database.transaction`, call `database.wakeRelay()` after the commit.
 */
export function outboxInsert(events: readonly NewEvent[]): Statement {
  const traceparent = currentTraceparent() ?? null;
  const rows = events.map(({ id, topic, type, aggregateType, aggregateId, aggregateVersion, data }) => ({
    id,
    topic,
    type,
    aggregate_type: aggregateType,
    aggregate_id: aggregateId,
    aggregate_version: aggregateVersion,
    data,
    traceparent,
  }));
  // `with ordinality` and `order by` make `position` follow the order of the array.
  return {
    sql: `insert into outbox (id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, traceparent)
      select (e->>'id')::uuid, e->>'topic', e->>'type', e->>'aggregate_type', e->>'aggregate_id', (e->>'aggregate_version')::int,
        e->'data', e->>'traceparent'
      from jsonb_array_elements(?::jsonb) with ordinality as events(e, n) order by n`,
    params: [JSON.stringify(rows)],
  };
}
