import { Envelope } from '../events/envelope.ts';
import type { ReceivedEvent } from '../events/event.ts';
import type { Topic } from '../events/topics.ts';
import { badRequest } from '../http/problem.ts';
import { checker } from '../http/validate.ts';
import { fromEnvelope } from './wire.ts';

export type Status = 'SUCCESS' | 'RETRY';

/** The answer to a bulk delivery. DROP is never among the statuses: it makes the sidecar lose events, or its life. */
export interface BulkAnswer {
  statuses: { entryId: string; status: Status }[];
}

export interface EventEntry {
  readonly entryId: string;
  readonly event: ReceivedEvent;
}

/** An entry whose envelope is none of ours; it belongs to no aggregate. */
export interface BrokenEntry {
  readonly entryId: string;
  readonly envelope: unknown;
  readonly error: string;
}

export interface Batch {
  readonly events: readonly EventEntry[];
  readonly broken: readonly BrokenEntry[];
}

const checkEnvelope = checker(Envelope);

/** Reads Dapr's bulk delivery, `{entries: [{entryId, event}]}`. Throws a Problem 400 where it is none: that was not the sidecar. */
export function readBatch(body: unknown, topic: Topic): Batch {
  const { entries } = (body ?? {}) as { entries?: unknown };
  if (!Array.isArray(entries)) throw badRequest('A bulk delivery has entries');
  const events: EventEntry[] = [];
  const broken: BrokenEntry[] = [];
  for (const entry of entries as { entryId?: unknown; event?: unknown }[]) {
    const { entryId, event } = entry;
    if (typeof entryId !== 'string') throw badRequest('An entry has an entryId');
    const faults = checkEnvelope(event);
    if (faults.length === 0) events.push({ entryId, event: fromEnvelope(event as Envelope, topic) });
    else broken.push({ entryId, envelope: event ?? null, error: faults.map(({ field, message }) => `${field} ${message}`).join('; ') });
  }
  return { events, broken };
}

/** The name of an aggregate across types. */
export function keyOf({ aggregateType, aggregateId }: Pick<ReceivedEvent, 'aggregateType' | 'aggregateId'>): string {
  return `${aggregateType}/${aggregateId}`;
}

/**
 * Entries by aggregate, in the order of their versions; of one version, as they came. A broker that keeps order brings them so; Redis Streams do
 * not, as the sidecar publishes a bulk there side by side, and hands it on likewise.
 */
export function byAggregate(entries: readonly EventEntry[]): Map<string, EventEntry[]> {
  const groups = new Map<string, EventEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry.event);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  for (const group of groups.values()) group.sort((one, other) => one.event.aggregateVersion - other.event.aggregateVersion);
  return groups;
}

/** How far an aggregate was consumed: version 0 is before its first event. */
export interface Cursor {
  readonly version: number;
  readonly eventId: string | undefined;
}

export const startCursor: Cursor = { version: 0, eventId: undefined };

/** What an event is to a consumer that has got as far as the cursor. `conflict`: another event had that version. */
export type Placing = 'next' | 'duplicate' | 'conflict' | 'gap';

export function place(cursor: Cursor, event: Pick<ReceivedEvent, 'id' | 'aggregateVersion'>): Placing {
  if (event.aggregateVersion === cursor.version + 1) return 'next';
  if (event.aggregateVersion > cursor.version) return 'gap';
  return event.aggregateVersion === cursor.version && event.id !== cursor.eventId ? 'conflict' : 'duplicate';
}
