import type { ReceivedEvent } from '../events/event.ts';
import type { AggregateType, Topic } from '../events/topics.ts';
import { topics } from '../events/topics.ts';
import type { Subscription } from '../kernel.ts';
import type { Database, DatabaseHost } from '../postgres/database.ts';
import { byAggregate, place, readBatch, startCursor } from './batch.ts';
import type { BulkAnswer, Cursor, EventEntry, Status } from './batch.ts';
import { consumer } from './consumer.ts';
import type { Consumer } from './consumer.ts';
import { consumptionMetrics, watchDeadLetters, watchGaps } from './consumption-metrics.ts';
import { gapFiller } from './gaps.ts';
import type { GapFiller } from './gaps.ts';
import type { Handler } from './handler.ts';
import { advanceAll, keepBroken, readCursors } from './inbox.ts';

export { on } from './handler.ts';
export { TransientError } from './transient.ts';

export interface SubscriptionOptions {
  readonly topic: Topic;
  readonly database: Database;
  readonly handlers: readonly Handler[];
  /** How long a gap is given to close by itself, before the producer is asked; 250 ms unless told. */
  readonly gapPatienceMs?: number;
  /** Aggregates of a delivery that are worked on at the same time, each in a transaction of its own; eight unless told. */
  readonly concurrency?: number;
  /** The kernel; the database's unless told. */
  readonly host?: DatabaseHost;
  readonly now?: () => number;
}

/** A topic's events in, and what replays one of them. */
export interface EventSubscription extends Subscription {
  readonly topic: Topic;
  readonly consumer: Consumer;
}

/**
 * Events of a topic in. Effect and inbox row commit in one transaction. Per aggregate: older versions are acknowledged; a gap is
 * RETRY, and whatever comes after a RETRY of an aggregate is RETRY too. Transient errors are RETRY without limit; an event that breaks
 * its schema, or fails a third time, goes to `dead_letters` and is acknowledged. Aggregates do not affect each other.
 * Aggregate types without any handler leave no trace; types without a handler, of an aggregate that has some, move the inbox on.
 */
export function subscription(options: SubscriptionOptions): EventSubscription {
  const { topic, database, handlers, gapPatienceMs = 250, concurrency = 8, host = database.host, now = Date.now } = options;
  for (const { definition } of handlers) {
    if (definition.topic !== topic) throw new TypeError(`${definition.type} is not on ${topic} but on ${definition.topic}`);
  }
  const metrics = consumptionMetrics(host?.metrics);
  if (host !== undefined) watchDeadLetters(host.metrics, database);
  const gaps = gapFiller({ topic, host, patienceMs: gapPatienceMs, now });
  if (host !== undefined) watchGaps(host.metrics, topic, gaps);
  const work: Work = {
    topic,
    database,
    host,
    followed: new Set(handlers.map(({ definition }) => definition.aggregate)),
    consumer: consumer({ topic, database, handlers, host, metrics }),
    gaps,
    metrics,
    concurrency,
  };
  return { topic, consumer: work.consumer, receive: (body) => receive(work, body) };
}

interface Work {
  readonly topic: Topic;
  readonly database: Database;
  readonly host: DatabaseHost | undefined;
  readonly followed: ReadonlySet<AggregateType>;
  readonly consumer: Consumer;
  readonly gaps: GapFiller;
  readonly metrics: ReturnType<typeof consumptionMetrics>;
  readonly concurrency: number;
}

async function receive(work: Work, body: unknown): Promise<BulkAnswer> {
  const { events, broken } = readBatch(body, work.topic);
  const statuses = new Map<string, Status>();
  for (const { entryId, envelope, error } of broken) statuses.set(entryId, await keep(work, envelope, error));
  const followed: EventEntry[] = [];
  for (const entry of events) {
    if (isFollowed(work, entry.event)) followed.push(entry);
    else statuses.set(entry.entryId, 'SUCCESS');
  }
  await receiveFollowed(work, followed, statuses);
  for (const [entryId, status] of statuses) {
    if (status === 'RETRY')
      work.metrics.count(work.topic, events.find((entry) => entry.entryId === entryId)?.event.type ?? 'unknown', 'retried');
  }
  return { statuses: [...statuses].map(([entryId, status]) => ({ entryId, status })) };
}

/** Aggregates of another topic are none of ours, whoever published them here. */
function isFollowed({ topic, followed }: Work, { aggregateType }: ReceivedEvent): boolean {
  return followed.has(aggregateType) && (topics[topic].aggregates as readonly string[]).includes(aggregateType);
}

async function keep({ database, topic, host }: Work, envelope: unknown, error: string): Promise<Status> {
  try {
    await keepBroken(database, topic, envelope, error);
    host?.log.error({ topic, fault: error }, 'an envelope that is none of ours went to dead letters');
    return 'SUCCESS';
  } catch (failure) {
    host?.log.warn({ topic, error: failure }, 'dead letter could not be kept');
    return 'RETRY';
  }
}

async function receiveFollowed(work: Work, entries: readonly EventEntry[], statuses: Map<string, Status>): Promise<void> {
  if (entries.length === 0) return;
  let cursors: Map<string, Cursor>;
  try {
    cursors = await readCursors(work.database, entries);
  } catch (error) {
    work.host?.log.warn({ error, topic: work.topic }, 'the inbox cannot be read');
    for (const { entryId } of entries) statuses.set(entryId, 'RETRY');
    return;
  }
  // Where events without effect end an aggregate's part of the delivery, all aggregates move on in one statement.
  const passed: Passed[] = [];
  const groups = [...byAggregate(entries)];
  const worker = async (): Promise<void> => {
    for (let next = groups.shift(); next !== undefined; next = groups.shift()) {
      const [key, group] = next;
      const end = await receiveAggregate(work, cursors.get(key) ?? startCursor, group, statuses);
      if (end !== undefined) passed.push(end);
    }
  };
  await Promise.all(Array.from({ length: Math.min(work.concurrency, groups.length) }, worker));
  try {
    await advanceAll(
      work.database,
      passed.map(({ event }) => event),
    );
  } catch (error) {
    work.host?.log.warn({ error, topic: work.topic }, 'the inbox cannot be moved on');
    for (const entryId of passed.flatMap(({ entryIds }) => entryIds)) statuses.set(entryId, 'RETRY');
  }
}

/** The last of an aggregate's events that had no effect; their note is not written yet. */
interface Passed {
  readonly event: ReceivedEvent;
  readonly entryIds: readonly string[];
}

async function receiveAggregate(
  work: Work,
  start: Cursor,
  entries: readonly EventEntry[],
  statuses: Map<string, Status>,
): Promise<Passed | undefined> {
  const progress: Progress = { stored: start.version, cursor: start, passed: undefined, passedIds: [] };
  let blocked = false;
  for (const { entryId, event } of entries) {
    const status: Status = blocked ? 'RETRY' : await deliver(work, progress, event, entryId);
    blocked = status === 'RETRY';
    statuses.set(entryId, status);
  }
  return progress.passed === undefined ? undefined : { event: progress.passed, entryIds: progress.passedIds };
}

/** Where an aggregate stands within a delivery. `cursor` runs ahead of `stored` by events that had no effect. */
interface Progress {
  stored: number;
  cursor: Cursor;
  passed: ReceivedEvent | undefined;
  passedIds: string[];
}

/** `filling`: the event came from the producer itself, so what is missing before it does not exist. */
async function deliver(work: Work, progress: Progress, event: ReceivedEvent, entryId?: string, filling = false): Promise<Status> {
  const placing = place(progress.cursor, event);
  if (placing === 'duplicate') {
    work.metrics.count(work.topic, event.type, 'duplicate');
    return 'SUCCESS';
  }
  if (placing === 'conflict') return work.consumer.keepConflict(event);
  if (placing === 'gap' && !filling && !(await fillGap(work, progress, event))) return 'RETRY';
  if (!filling) work.gaps.close(event);
  if (!work.consumer.handles(event)) {
    progress.passed = event;
    if (entryId !== undefined) progress.passedIds.push(entryId);
    progress.cursor = { version: event.aggregateVersion, eventId: event.id };
    work.metrics.count(work.topic, event.type, 'passed');
    return 'SUCCESS';
  }
  const status: Status = await work.consumer.consume(event, progress.stored);
  if (status === 'SUCCESS') {
    progress.stored = event.aggregateVersion;
    progress.cursor = { version: event.aggregateVersion, eventId: event.id };
    progress.passed = undefined;
    progress.passedIds = [];
  }
  return status;
}

/** Answers of the producer that are worked on in one delivery: others wait behind it. */
const mostPages = 10;

/** Whether the events before this one are done now, or are known not to exist. Those that the producer gives are applied on the way. */
async function fillGap(work: Work, progress: Progress, event: ReceivedEvent): Promise<boolean> {
  for (let page = 0; page < mostPages; page += 1) {
    const missing = await work.gaps.ask(progress.cursor, event);
    if (missing === 'wait') return false;
    if (missing.length === 0) return true;
    for (const found of missing) {
      if ((await deliver(work, progress, found, undefined, true)) === 'RETRY') return false;
      work.metrics.count(work.topic, found.type, 'filled');
    }
    if (progress.cursor.version >= event.aggregateVersion - 1) return true;
  }
  return false; // the next delivery goes on from here
}
