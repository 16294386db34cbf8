import { v7 } from 'uuid';
import type { Envelope } from '../../events/envelope.ts';
import type { NewEvent } from '../../events/event.ts';
import { OrderAuthorized } from '../../events/order-authorized.ts';
import { OrderConfirmed } from '../../events/order-confirmed.ts';
import { OrderPlaced } from '../../events/order-placed.ts';
import type { BulkEntry } from '../../dapr/sidecar.ts';
import type { Database, DatabaseHost } from '../../postgres/database.ts';
import { createRegistry } from '../../telemetry/metrics.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { unrecordedSpans } from '../../telemetry/spans.ts';

export interface EnvelopeParts {
  readonly id?: string;
  readonly version?: number;
  readonly type?: string;
  readonly eventId?: string;
  readonly data?: unknown;
  readonly traceparent?: string;
}

/** An order's event on the wire: OrderPlaced as its version 1 unless told. */
export function envelope({ id = v7(), version = 1, type = 'OrderPlaced', eventId = v7(), data, traceparent }: EnvelopeParts): Envelope {
  return {
    specversion: '1.0',
    id: eventId,
    source: 'cartwright/orders',
    type,
    subject: id,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    ...(traceparent === undefined ? {} : { cause: traceparent }),
    aggregatetype: 'order',
    aggregateversion: version,
    data: data ?? { ...OrderPlaced.example },
  };
}

/** A bulk delivery of these envelopes; entry ids are 0, 1, 2 … */
export function bulk(...envelopes: readonly unknown[]): unknown {
  return { entries: envelopes.map((event, index) => ({ entryId: String(index), event })) };
}

/** The first events of an order: placed, authorized, confirmed, then authorized again and again. */
export function orderEvents(orderId: string, count: number, from = 1): NewEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const aggregateVersion = from + index;
    if (aggregateVersion === 1)
      return OrderPlaced.create({ aggregateId: orderId, aggregateVersion, data: { ...OrderPlaced.example, orderId } });
    if (aggregateVersion === 3)
      return OrderConfirmed.create({ aggregateId: orderId, aggregateVersion, data: { ...OrderConfirmed.example, orderId } });
    return OrderAuthorized.create({ aggregateId: orderId, aggregateVersion, data: { orderId } });
  });
}

/** Publishes events in a transaction of their own. */
export async function publishAll(database: Database, events: readonly NewEvent[]): Promise<void> {
  await database.transaction(({ publish }) => {
    publish(...events);
    return Promise.resolve();
  });
}

/** A sidecar that keeps what is published, and can be told to fail: what tests put in place of the one network hop that they break. */
export class RecordingSidecar {
  readonly published: { topic: string; key: string; event: Envelope }[] = [];
  /** Decides about a call: throw, or answer the ids that are refused. */
  refuse: (entries: readonly BulkEntry[]) => Iterable<string> = () => [];
  /** Answers invocations. */
  answer: (app: string, path: string) => unknown = () => {
    throw new Error('nobody is there');
  };
  readonly invoked: string[] = [];
  readonly #waiting: { count: number; done: () => void }[] = [];

  publishBulk = (topic: string, entries: readonly BulkEntry[]): Promise<{ failed: Set<string> }> => {
    return Promise.resolve().then(() => {
      const failed = new Set(this.refuse(entries));
      for (const { key, event } of entries) if (!failed.has(event.id)) this.published.push({ topic, key, event: event as Envelope });
      for (const { count, done } of this.#waiting) if (this.published.length >= count) done();
      return { failed };
    });
  };

  invoke = <T>(app: string, { path }: { path: string }): Promise<T> => {
    this.invoked.push(`${app} ${path}`);
    return Promise.resolve().then(() => this.answer(app, path) as T);
  };

  /** Resolves when at least so many events were published. */
  async whenPublished(count: number): Promise<void> {
    if (this.published.length >= count) return;
    await new Promise<void>((done) => this.#waiting.push({ count, done }));
  }

  versionsOf(orderId: string): number[] {
    return this.published.filter(({ event }) => event.subject === orderId).map(({ event }) => event.aggregateversion);
  }
}

export interface TestHost extends DatabaseHost {
  readonly sidecar: RecordingSidecar;
  readonly lines: Record<string, unknown>[];
}

/** What messaging needs of a kernel, with a sidecar that records. */
export function testHost(name = 'orders'): TestHost {
  const sidecar = new RecordingSidecar();
  const lines: Record<string, unknown>[] = [];
  return {
    name,
    sidecar,
    lines,
    log: createLogger(name, 'debug', { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) }),
    metrics: createRegistry(name),
    spans: unrecordedSpans(),
    dapr: { publishBulk: sidecar.publishBulk, invoke: sidecar.invoke, secrets: { get: () => Promise.reject(new Error('no secrets')) } },
    onReady: () => undefined,
    onClose: () => undefined,
  };
}
