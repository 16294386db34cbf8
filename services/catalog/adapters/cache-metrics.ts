import { counter, gauge } from '@cartwright/kernel/telemetry/metrics';
import type { Registry } from '@cartwright/kernel/telemetry/metrics';

const answers = ['memory', 'unchanged', 'redis', 'database'] as const;

/** What answered a question: this process, this process after asking for the state's stamp, Redis, or the databases. */
export type CacheAnswer = (typeof answers)[number];

export interface CacheMetrics {
  count(answer: CacheAnswer): void;
}

/** `catalog_cache_answers_total{answer}`, and `catalog_cache_hit_ratio`: the share of questions since the start that the databases did not have to answer. */
export function cacheMetrics(registry: Registry): CacheMetrics {
  const counted = counter(registry, 'catalog_cache_answers_total', 'Questions for a product by what answered them', ['answer']);
  const series = Object.fromEntries(answers.map((answer) => [answer, counted.labels(answer)]));
  const asked = { hits: 0, all: 0 };
  gauge(registry, 'catalog_cache_hit_ratio', 'Share of questions for a product that caches answered', () =>
    asked.all === 0 ? 0 : asked.hits / asked.all,
  );
  return {
    count(answer) {
      series[answer]?.inc();
      asked.all++;
      if (answer !== 'database') asked.hits++;
    },
  };
}
