import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 } from 'uuid';
import type { ReceivedEvent } from '../events/event.ts';
import type { Database } from '../postgres/database.ts';
import type { Cursor, EventEntry } from './batch.ts';
import { keyOf, startCursor } from './batch.ts';

/** How far each aggregate of these entries was consumed, by key. */
export async function readCursors(database: Database, entries: readonly EventEntry[]): Promise<Map<string, Cursor>> {
  const cursors = new Map(entries.map(({ event }) => [keyOf(event), startCursor]));
  if (cursors.size === 0) return cursors;
  const wanted = [...new Map(entries.map(({ event }) => [keyOf(event), event])).values()];
  const rows = await database.sql<{ aggregate_type: string; aggregate_id: string; version: number; event_id: string }>(
    `select aggregate_type, aggregate_id, version, event_id from inbox
     where (aggregate_type, aggregate_id) in (${wanted.map(() => '(?, ?)').join(', ')})`,
    wanted.flatMap(({ aggregateType, aggregateId }) => [aggregateType, aggregateId]),
  );
  for (const row of rows) cursors.set(`${row.aggregate_type}/${row.aggregate_id}`, { version: row.version, eventId: row.event_id });
  return cursors;
}

/**
 * Moves an aggregate's cursor from `from` to the event, within the transaction of its effect. Answers false where the cursor is not at
 * `from` any more: another delivery was quicker. The row stays locked until the end of the transaction.
 */
export async function advance(em: EntityManager, event: ReceivedEvent, from: number): Promise<boolean> {
  const rows = await em.execute<object[]>(
    `insert into inbox (aggregate_type, aggregate_id, version, event_id) values (?, ?, ?, ?)
     on conflict (aggregate_type, aggregate_id) do update set version = excluded.version, event_id = excluded.event_id, updated_at = now()
     where inbox.version = ? returning 1 as moved`,
    [event.aggregateType, event.aggregateId, event.aggregateVersion, event.id, from],
  );
  return rows.length > 0;
}

/** Moves the cursors of several aggregates, one event each, where that is forward: for events that have no effect here. */
export async function advanceAll(database: Database, events: readonly ReceivedEvent[]): Promise<void> {
  if (events.length === 0) return;
  // Sorted, so that two deliveries take the rows in the same order and never wait on each other in a circle.
  const sorted = events.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  await database.sql(
    `insert into inbox (aggregate_type, aggregate_id, version, event_id) values ${sorted.map(() => '(?, ?, ?, ?)').join(', ')}
     on conflict (aggregate_type, aggregate_id) do update set version = excluded.version, event_id = excluded.event_id, updated_at = now()
     where inbox.version < excluded.version`,
    sorted.flatMap((event) => [event.aggregateType, event.aggregateId, event.aggregateVersion, event.id]),
  );
}

export type DeadLetterReason = 'envelope' | 'schema' | 'error' | 'conflict';

/** Keeps an event that cannot be applied, within the transaction that acknowledges it. */
export async function keepDeadLetter(em: EntityManager, event: ReceivedEvent, reason: DeadLetterReason, error: string): Promise<void> {
  await em.execute(
    `insert into dead_letters (id, topic, type, event_id, aggregate_type, aggregate_id, aggregate_version, envelope, reason, error)
     values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)`,
    [
      v7(),
      event.topic,
      event.type,
      event.id,
      event.aggregateType,
      event.aggregateId,
      event.aggregateVersion,
      storable(event),
      reason,
      error.slice(0, 2000),
    ],
    'run',
  );
}

/** Keeps what came without a proper envelope. */
export async function keepBroken(database: Database, topic: string, envelope: unknown, error: string): Promise<void> {
  await database.sql(`insert into dead_letters (id, topic, envelope, reason, error) values (?, ?, ?::jsonb, 'envelope', ?)`, [
    v7(),
    topic,
    storable(envelope),
    error.slice(0, 2000),
  ]);
}

/** JSON that jsonb can hold: without NUL and halves of surrogate pairs. */
function storable(value: unknown): string {
  return JSON.stringify(value, (_key, child: unknown) => (typeof child === 'string' ? child.replaceAll('\0', '').toWellFormed() : child));
}
