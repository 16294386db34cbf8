import type { Static, TSchema } from 'typebox';
import { v7 } from 'uuid';
import { checker } from '../http/validate.ts';
import type { FieldError } from '../http/problem.ts';
import type { AggregateType, Topic } from './topics.ts';
import { tolerant } from './tolerant.ts';

/** An event that was decided and is not published yet. Its time is Postgres' when it is stored, its trace that of the work around it. */
export interface NewEvent<Type extends string = string, Data = unknown> {
  readonly id: string;
  readonly type: Type;
  readonly topic: Topic;
  readonly aggregateType: AggregateType;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly data: Data;
}

/** An event as a consumer gets it: its envelope and data are checked. */
export interface ReceivedEvent<Type extends string = string, Data = unknown> extends NewEvent<Type, Data> {
  /** RFC 3339, when the producer stored it. */
  readonly time: string;
  readonly traceparent: string | undefined;
}

export interface NewEventParts<Data> {
  readonly aggregateId: string;
  /** From 1, without holes per aggregate: a consumer waits for what is missing. */
  readonly aggregateVersion: number;
  readonly data: Data;
  /** For events that must have the same id however often they are decided (`uuid` v5); else a new UUIDv7. */
  readonly id?: string;
}

/** One kind of integration event: its place and its schema, from which type, check and documentation come. */
export interface EventDefinition<Type extends string = string, Schema extends TSchema = TSchema> {
  readonly type: Type;
  readonly topic: Topic;
  readonly aggregate: AggregateType;
  readonly summary: string;
  readonly data: Schema;
  /** A valid one, for the documentation and the contract tests. */
  readonly example: Static<Schema>;
  /** Makes an event for `unit.publish`. Throws where the data breaks the schema: that is a fault of the program. */
  create(parts: NewEventParts<Static<Schema>>): NewEvent<Type, Static<Schema>>;
  /** Why received data breaks the schema; empty when it does not. Fields that are not known are passed over: producers may be newer. */
  check(data: unknown): FieldError[];
}

/** What a handler of the event gets. */
export type EventOf<Definition> =
  Definition extends EventDefinition<infer Type, infer Schema> ? ReceivedEvent<Type, Static<Schema>> : never;

/** Declares an integration event. Its data carries no personal data, and a later version only gains optional fields. */
export function defineEvent<const Type extends string, Schema extends TSchema>(
  definition: Omit<EventDefinition<Type, Schema>, 'create' | 'check'>,
): EventDefinition<Type, Schema> {
  const { type, topic, aggregate: aggregateType, data: schema } = definition;
  // Schemas are compiled when they are first used: a service imports more events than it sees.
  const strict = lazy(() => checker(schema));
  const lenient = lazy(() => checker(tolerant(schema)));
  return {
    ...definition,
    create: ({ aggregateId, aggregateVersion, data, id = v7() }) => {
      const faults = strict()(data);
      if (faults.length > 0) throw new TypeError(`${type}: ${faults.map(({ field, message }) => `${field} ${message}`).join('; ')}`);
      if (!Number.isSafeInteger(aggregateVersion) || aggregateVersion < 1)
        throw new TypeError(`${type}: version ${String(aggregateVersion)}`);
      return { id, type, topic, aggregateType, aggregateId, aggregateVersion, data };
    },
    check: (data) => lenient()(data),
  };
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
