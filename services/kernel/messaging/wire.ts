import type { Envelope } from '../events/envelope.ts';
import type { ReceivedEvent } from '../events/event.ts';
import type { AggregateType, Topic } from '../events/topics.ts';

/** A row of `outbox` or `event_log`. */
export interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly aggregate_version: number;
  readonly data: unknown;
  readonly traceparent: string | null;
  /** RFC 3339. */
  readonly time: string;
}

/** Columns of OutboxRow, with the time as RFC 3339 text in UTC. */
export const outboxColumns = `id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, traceparent,
  to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time`;

/** The CloudEvent of a stored event. `service` is the producer's app id. */
export function toEnvelope(row: OutboxRow, service: string): Envelope {
  return {
    specversion: '1.0',
    id: row.id,
    source: `cartwright/${service}`,
    type: row.type,
    subject: row.aggregate_id,
    time: row.time,
    datacontenttype: 'application/json',
    ...(row.traceparent === null ? {} : { cause: row.traceparent }),
    aggregatetype: row.aggregate_type,
    aggregateversion: row.aggregate_version,
    data: row.data,
  };
}

/** The event of a checked envelope. Its data is not checked yet. */
export function fromEnvelope(envelope: Envelope, topic: Topic): ReceivedEvent {
  return {
    id: envelope.id,
    type: envelope.type,
    topic,
    aggregateType: envelope.aggregatetype as AggregateType,
    aggregateId: envelope.subject,
    aggregateVersion: envelope.aggregateversion,
    data: envelope.data,
    time: envelope.time,
    traceparent: envelope.cause,
  };
}
