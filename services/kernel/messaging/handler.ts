import type { TSchema } from 'typebox';
import type { EventDefinition, EventOf, ReceivedEvent } from '../events/event.ts';
import type { UnitOfWork } from '../postgres/database.ts';

/** What a service does on an event. */
export interface HandlerParts<Event, Prepared> {
  /** Runs before the transaction; for what takes long, such as asking another service. May run several times for an event. */
  readonly prepare?: (event: Event) => Promise<Prepared>;
  /** The effect. Commits together with the note that the event was consumed: it happens once. */
  readonly apply: (event: Event, unit: UnitOfWork, prepared: Prepared) => Promise<void>;
}

/** A handler whose types are forgotten, as the subscription holds it. */
export interface Handler {
  readonly definition: EventDefinition;
  readonly prepare: (event: ReceivedEvent) => Promise<unknown>;
  readonly apply: (event: ReceivedEvent, unit: UnitOfWork, prepared: unknown) => Promise<void>;
}

/** Names the handler of a kind of event: `on(OrderPlaced, { apply: async (event, unit) => … })`. Its data was checked against the schema. */
export function on<Type extends string, Schema extends TSchema, Prepared = undefined>(
  definition: EventDefinition<Type, Schema>,
  parts: HandlerParts<EventOf<EventDefinition<Type, Schema>>, Prepared>,
): Handler {
  type Event = EventOf<EventDefinition<Type, Schema>>;
  return {
    definition,
    prepare: async (event) => await parts.prepare?.(event as Event),
    apply: (event, unit, prepared) => parts.apply(event as Event, unit, prepared as Prepared),
  };
}
