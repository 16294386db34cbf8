import { Counter, Gauge, Histogram } from 'prom-client';
import type { Metric } from 'prom-client';
import type { Database } from '../postgres/database.ts';
import type { Registry } from '../telemetry/metrics.ts';

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

/** The registry's metric of that name, made when it is not there. */
export function once<M extends Metric>(registry: Registry, name: string, make: (name: string) => M): M {
  return (registry.getSingleMetric(name) as M | undefined) ?? make(name);
}
