import type { ReceivedEvent } from '../events/event.ts';
import type { Topic } from '../events/topics.ts';
import type { Database, DatabaseHost } from '../postgres/database.ts';
import { inContext } from '../telemetry/context.ts';
import { unrecordedSpans } from '../telemetry/spans.ts';
import type { Status } from './batch.ts';
import type { ConsumptionMetrics } from './consumption-metrics.ts';
import type { Handler } from './handler.ts';
import { advance, keepDeadLetter } from './inbox.ts';
import type { DeadLetterReason } from './inbox.ts';
import { isTransient } from './transient.ts';

/** Applies single events. */
export interface Consumer {
  handles(event: ReceivedEvent): boolean;
  /** Applies an event whose aggregate was consumed up to `from`, or keeps it as a dead letter. RETRY: nothing has happened. */
  consume(event: ReceivedEvent, from: number): Promise<Status>;
  /** Keeps an event whose version another event had. */
  keepConflict(event: ReceivedEvent): Promise<Status>;
  /** Applies the event of a dead letter, whatever its version; `also` commits with the effect. Throws what the handler throws. */
  replay(event: ReceivedEvent, also: Parameters<Database['transaction']>[0]): Promise<void>;
}

export interface ConsumerOptions {
  readonly topic: Topic;
  readonly database: Database;
  readonly handlers: readonly Handler[];
  readonly host: DatabaseHost | undefined;
  readonly metrics: ConsumptionMetrics;
}

/** Unexpected failures until an event is a dead letter. */
const mostAttempts = 3;

/** Another delivery moved the aggregate on meanwhile. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

export function consumer({ topic, database, handlers, host, metrics }: ConsumerOptions): Consumer {
  const byType = new Map(handlers.map((handler) => [handler.definition.type, handler]));
  const attempts = new Map<string, number>();

  async function apply(handler: Handler, event: ReceivedEvent, from: number): Promise<void> {
    const prepared = await handler.prepare(event);
    await database.transaction(async (unit) => {
      if (!(await advance(unit.em, event, from))) throw new Overtaken();
      await handler.apply(event, unit, prepared);
    });
  }

  async function bury(event: ReceivedEvent, reason: DeadLetterReason, error: unknown, from: number | undefined): Promise<Status> {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    try {
      await database.transaction(async ({ em }) => {
        if (from !== undefined && !(await advance(em, event, from))) throw new Overtaken();
        await keepDeadLetter(em, event, reason, text);
      });
    } catch (failure) {
      host?.log.warn({ error: failure, topic, type: event.type, event: event.id }, 'dead letter could not be kept');
      return 'RETRY';
    }
    attempts.delete(event.id);
    metrics.count(topic, event.type, 'dead');
    host?.log.error(
      { error, topic, type: event.type, event: event.id, aggregate: event.aggregateId, reason },
      'event went to dead letters',
    );
    return 'SUCCESS';
  }

  async function fail(event: ReceivedEvent, error: unknown, from: number): Promise<Status> {
    if (error instanceof Overtaken || isTransient(error)) {
      host?.log.warn({ error, topic, type: event.type, event: event.id }, 'event will be tried again');
      return 'RETRY';
    }
    const attempt = (attempts.get(event.id) ?? 0) + 1;
    if (attempt >= mostAttempts) return bury(event, 'error', error, from);
    if (attempts.size >= 10_000) attempts.clear();
    attempts.set(event.id, attempt);
    host?.log.error({ error, topic, type: event.type, event: event.id, attempt }, 'event failed');
    return 'RETRY';
  }

  async function consume(event: ReceivedEvent, from: number): Promise<Status> {
    const handler = byType.get(event.type);
    if (handler === undefined) throw new Error(`${event.type} has no handler`);
    const faults = handler.definition.check(event.data);
    if (faults.length > 0) {
      const text = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
      return bury(event, 'schema', new TypeError(text), from);
    }
    try {
      await apply(handler, event, from);
    } catch (error) {
      return fail(event, error, from);
    }
    attempts.delete(event.id);
    metrics.count(topic, event.type, 'applied');
    metrics.age(topic, Math.max(0, (Date.now() - Date.parse(event.time)) / 1000));
    return 'SUCCESS';
  }

  const spans = host?.spans ?? unrecordedSpans();

  /** Runs `work` as a part of the trace in which the event was published. */
  async function traced<T>(event: ReceivedEvent, work: () => Promise<T>): Promise<T> {
    const span = spans.open(event.type, event.traceparent);
    let status = 500;
    try {
      const result = await inContext({ requestId: event.id, trace: span.trace }, work);
      status = 200;
      return result;
    } finally {
      span.end(`event ${event.type}`, status);
    }
  }

  return {
    handles: (event) => byType.has(event.type),
    consume: (event, from) => traced(event, () => consume(event, from)),
    keepConflict: (event) => bury(event, 'conflict', new Error(`Another event had version ${String(event.aggregateVersion)}`), undefined),
    replay: (event, also) =>
      traced(event, async () => {
        const handler = byType.get(event.type);
        if (handler === undefined) throw new Error(`${event.type} has no handler`);
        const faults = handler.definition.check(event.data);
        if (faults.length > 0) throw new TypeError(faults.map(({ field, message }) => `${field} ${message}`).join('; '));
        const prepared = await handler.prepare(event);
        await database.transaction(async (unit) => {
          await also(unit);
          await handler.apply(event, unit, prepared);
        });
      }),
  };
}
