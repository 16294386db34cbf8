import { Counter, Gauge, Histogram } from 'prom-client';
import type { Metric } from 'prom-client';
import type { Database } from '../postgres/database.ts';
import type { Registry } from '../telemetry/metrics.ts';
import type { GapFiller } from './gaps.ts';

export type Outcome = 'applied' | 'passed' | 'duplicate' | 'dead' | 'retried' | 'filled';

export interface ConsumptionMetrics {
  count(topic: string, type: string, outcome: Outcome): void;
  /** Seconds from the producer's commit until the effect's. */
  age(topic: string, seconds: number): void;
}

/** Metrics of events in, made once a registry. */
export function consumptionMetrics(registry: Registry | undefined): ConsumptionMetrics {
  if (registry === undefined) return { count: () => undefined, age: () => undefined };
  const counter = once(
    registry,
    'events_consumed_total',
    (name) => new Counter({ name, help: 'Events by what became of them', labelNames: ['topic', 'type', 'outcome'], registers: [registry] }),
  );
  const age = once(
    registry,
    'event_age_seconds',
    (name) =>
      new Histogram({
        name,
        help: "From the producer's commit until the effect's",
        labelNames: ['topic'],
        buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
        registers: [registry],
      }),
  );
  return {
    count: (topic, type, outcome) => {
      counter.inc({ topic, type, outcome });
    },
    age: (topic, seconds) => {
      age.observe({ topic }, seconds);
    },
  };
}

/** Gauge of the dead letters that nobody has resolved, read when it is scraped. */
export function watchDeadLetters(registry: Registry, database: Database): void {
  once(
    registry,
    'dead_letters_open',
    (name) =>
      new Gauge({
        name,
        help: 'Events that could not be applied and wait for someone',
        registers: [registry],
        async collect() {
          const rows = await database.sql<{ n: number }>('select count(*)::int as n from dead_letters where resolved_at is null');
          this.set(rows[0]?.n ?? 0);
        },
      }),
  );
}

/** Gauges of the aggregates whose events wait for a missing one, by topic, read when they are scraped. */
export function watchGaps(registry: Registry, topic: string, gaps: Pick<GapFiller, 'waiting'>): void {
  const watched = watchedGaps.get(registry) ?? new Map<string, Pick<GapFiller, 'waiting'>>();
  watchedGaps.set(registry, watched.set(topic, gaps));
  const gaugeOf = (name: string, help: string, read: (waiting: ReturnType<GapFiller['waiting']>) => number): void => {
    once(
      registry,
      name,
      () =>
        new Gauge({
          name,
          help,
          labelNames: ['topic'],
          registers: [registry],
          collect() {
            for (const [label, { waiting }] of watched) this.set({ topic: label }, read(waiting()));
          },
        }),
    );
  };
  gaugeOf('event_gaps_waiting', 'Aggregates whose events wait for a missing one', ({ count }) => count);
  gaugeOf('event_gap_oldest_seconds', 'For how long the first of them has waited', ({ oldestMs }) => oldestMs / 1000);
}

/** What the gauges of a registry read; each topic's subscription adds its own. */
const watchedGaps = new WeakMap<Registry, Map<string, Pick<GapFiller, 'waiting'>>>();

/** The registry's metric of that name, made when it is not there. */
export function once<M extends Metric>(registry: Registry, name: string, make: (name: string) => M): M {
  return (registry.getSingleMetric(name) as M | undefined) ?? make(name);
}
