import type { ReceivedEvent } from '../events/event.ts';
import { conflict, notFound } from '../http/problem.ts';
import type { Problem } from '../http/problem.ts';
import type { Database } from '../postgres/database.ts';
import type { DeadLetterReason } from './inbox.ts';
import type { EventSubscription } from './subscription.ts';

/** An event that could not be applied. Times are RFC 3339. */
export interface DeadLetter {
  readonly id: string;
  readonly topic: string;
  readonly type: string | null;
  readonly eventId: string | null;
  readonly aggregateType: string | null;
  readonly aggregateId: string | null;
  readonly aggregateVersion: number | null;
  readonly reason: DeadLetterReason;
  readonly error: string;
  readonly createdAt: string;
  readonly replays: number;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly resolution: 'replayed' | 'closed' | null;
  /** Why it was closed. */
  readonly note: string | null;
  /** The event as it was received, or whatever came instead. */
  readonly event: unknown;
}

const rfc3339 = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const columns = `id, topic, type, event_id as "eventId", aggregate_type as "aggregateType", aggregate_id as "aggregateId",
  aggregate_version as "aggregateVersion", reason, error, ${rfc3339('created_at')} as "createdAt", replays,
  ${rfc3339('resolved_at')} as "resolvedAt", resolved_by as "resolvedBy", resolution, note, envelope as event`;

/** Dead letters, the newest first: those older than the id `before`, at most `limit`. Ids are UUIDv7, so they are in the order of time. */
export function listDeadLetters(
  database: Database,
  { open, before, limit }: { open: boolean; before?: string; limit: number },
): Promise<DeadLetter[]> {
  return database.sql<DeadLetter>(
    `select ${columns} from dead_letters where (resolved_at is null) = ? ${before === undefined ? '' : 'and id < ?'} order by id desc limit ?`,
    [open, ...(before === undefined ? [] : [before]), limit],
  );
}

/** Throws a Problem 404 where there is none. */
export async function readDeadLetter(database: Database, id: string): Promise<DeadLetter> {
  const [letter] = await database.sql<DeadLetter>(`select ${columns} from dead_letters where id = ?`, [id]);
  if (letter === undefined) throw notFound('dead letter', id);
  return letter;
}

/**
 * Applies the event of a dead letter; effect and resolution commit together, so that it happens once. Later events of the aggregate may
 * have been applied since: handlers decide by the state that they find. Throws a Problem 409 where it was resolved already, or fails again.
 */
export async function replayDeadLetter(
  database: Database,
  subscriptions: readonly EventSubscription[],
  id: string,
  by: string,
): Promise<DeadLetter> {
  const letter = await readDeadLetter(database, id);
  if (letter.resolvedAt !== null) throw alreadyResolved(id);
  const subscription = subscriptions.find(({ topic }) => topic === letter.topic);
  const event = letter.event as ReceivedEvent;
  if (subscription === undefined || letter.reason === 'envelope' || !subscription.consumer.handles(event)) {
    throw conflict('not_replayable', `Nothing here handles what dead letter ${id} holds`);
  }
  try {
    await subscription.consumer.replay(event, async ({ em }) => {
      const rows = await em.execute<object[]>(
        "update dead_letters set resolved_at = now(), resolved_by = ?, resolution = 'replayed', replays = replays + 1 where id = ? and resolved_at is null returning id",
        [by, id],
      );
      if (rows.length === 0) throw alreadyResolved(id);
    });
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    await database.sql('update dead_letters set replays = replays + 1, error = ? where id = ? and resolved_at is null', [
      text.slice(0, 2000),
      id,
    ]);
    throw conflict('replay_failed', `The event failed again: ${text.slice(0, 500)}`);
  }
  return readDeadLetter(database, id);
}

/**
 * Closes a dead letter whose event shall not be applied: `by` (a user's id) and the reason are kept. Throws a Problem 404 where there is none, 409
 * where it was resolved already.
 */
export async function closeDeadLetter(database: Database, id: string, by: string, reason: string): Promise<DeadLetter> {
  const closed = await database.sql(
    "update dead_letters set resolved_at = now(), resolved_by = ?, resolution = 'closed', note = ? where id = ? and resolved_at is null returning id",
    [by, reason, id],
  );
  const letter = await readDeadLetter(database, id);
  if (closed.length === 0) throw alreadyResolved(id);
  return letter;
}

function alreadyResolved(id: string): Problem {
  return conflict('already_resolved', `Dead letter ${id} was resolved already`);
}
