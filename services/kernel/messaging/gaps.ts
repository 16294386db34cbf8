import type { Envelope } from '../events/envelope.ts';
import type { ReceivedEvent } from '../events/event.ts';
import { producerOf } from '../events/topics.ts';
import type { Topic } from '../events/topics.ts';
import type { DatabaseHost } from '../postgres/database.ts';
import { keyOf } from './batch.ts';
import type { Cursor } from './batch.ts';
import { fromEnvelope } from './wire.ts';

export interface GapFiller {
  /**
   * The next of the events between the cursor and `event`, in order; none where the producer has none. `wait` where it is not time to ask
   * yet, or the producer does not answer.
   */
  ask(cursor: Cursor, event: ReceivedEvent): Promise<readonly ReceivedEvent[] | 'wait'>;
  /** Notes that nothing is missing before this event any more. */
  close(event: ReceivedEvent): void;
  /** Aggregates that wait for what is missing, and for how many milliseconds the first of them has. */
  waiting(): { readonly count: number; readonly oldestMs: number };
}

export interface GapOptions {
  readonly topic: Topic;
  readonly host: DatabaseHost | undefined;
  readonly patienceMs: number;
  readonly now: () => number;
}

/**
 * Fills gaps from the producer, who keeps what it published. A gap is first given time to close, as what is missing may be on its way: until
 * the sidecar's first or second retry, and no longer, because while it retries all other events of the consumer wait (ten seconds of patience
 * made them wait for fifteen).
 * Only an aggregate of which nothing was ever seen is asked for at once: the consumer begins late, and waiting would not help.
 */
export function gapFiller({ topic, host, patienceMs, now }: GapOptions): GapFiller {
  /** By aggregate: where it stands, since when that is so, and when its gap was first seen. */
  const since = new Map<string, { readonly version: number; readonly at: number; readonly first: number }>();

  /** Whether the gap after the cursor has lasted long enough. */
  function isDue(key: string, cursor: Cursor): boolean {
    const known = since.get(key);
    if (known?.version !== cursor.version) {
      if (since.size >= 10_000) since.clear(); // far more than can wait at a time
      since.set(key, { version: cursor.version, at: now(), first: known?.first ?? now() });
    }
    const at = known?.version === cursor.version ? known.at : now();
    return cursor.version === 0 || now() - at >= patienceMs;
  }

  return {
    async ask(cursor, event) {
      const key = keyOf(event);
      if (host === undefined || !isDue(key, cursor)) return 'wait';
      const producer = producerOf(topic);
      const path = `/internal/events/${event.aggregateType}/${encodeURIComponent(event.aggregateId)}?after=${String(cursor.version)}`;
      try {
        const { events } = await host.dapr.invoke<{ events: Envelope[] }>(producer, { method: 'GET', path, timeoutMs: 3000 });
        const missing = events
          .map((envelope) => fromEnvelope(envelope, topic))
          .filter(({ aggregateVersion }) => aggregateVersion > cursor.version && aggregateVersion < event.aggregateVersion);
        host.log.info(
          { topic, aggregate: key, after: cursor.version, before: event.aggregateVersion, found: missing.length },
          'asked for missing events',
        );
        if (missing.length === 0) {
          // The producer alone knows: what it does not have never happened (a version was skipped, or its past was removed).
          host.log.warn({ topic, aggregate: key, after: cursor.version, before: event.aggregateVersion }, 'events are missing for good');
        }
        since.set(key, { version: missing.at(-1)?.aggregateVersion ?? cursor.version, at: 0, first: since.get(key)?.first ?? now() });
        return missing;
      } catch (error) {
        host.log.warn({ error, topic, producer, aggregate: key }, 'missing events could not be had');
        return 'wait';
      }
    },
    close(event) {
      if (since.size > 0) since.delete(keyOf(event));
    },
    waiting() {
      const first = Math.min(...[...since.values()].map((gap) => gap.first));
      return { count: since.size, oldestMs: since.size === 0 ? 0 : now() - first };
    },
  };
}
