import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export type { Registry } from 'prom-client';

/** Rate, errors, duration: one histogram holds the three. `route` is the template, so that the number of series is bounded. */
export interface HttpMetrics {
  observe(method: string, route: string, status: number, seconds: number): void;
}

/** A registry with what every Node process tells about itself: CPU, memory, event loop, garbage collection. */
export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

export function httpMetrics(registry: Registry): HttpMetrics {
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests by method, route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return {
    observe: (method, route, status, seconds) => {
      histogram.observe({ method, route, status: String(status) }, seconds);
    },
  };
}

export function counter(registry: Registry, name: string, help: string, labelNames: readonly string[] = []): Counter {
  return new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
}

/** A gauge that is read when it is scraped. */
export function gauge(registry: Registry, name: string, help: string, read: () => number | Promise<number>): Gauge {
  return new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}
