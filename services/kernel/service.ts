import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { JSONWebKeySet } from 'jose';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { connectSidecar } from './dapr/sidecar.ts';
import { apiKeyChecker } from './http/api-keys.ts';
import type { KnownApiKey } from './http/api-keys.ts';
import { createApp } from './http/app.ts';
import { scheduleJobs } from './http/jobs.ts';
import type { ReadinessCheck } from './http/health.ts';
import { tokenChecker } from './http/tokens.ts';
import type { Kernel, ServiceApp } from './kernel.ts';
import { createLogger } from './telemetry/logger.ts';
import { createRegistry } from './telemetry/metrics.ts';
import { recordedSpans, unrecordedSpans } from './telemetry/spans.ts';

// The composition root of a service finds all it needs here.
export { createApp } from './http/app.ts';
export type { Kernel, ServiceApp } from './kernel.ts';

interface Closing {
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** A kernel whose end can be begun and finished. */
interface OwnedKernel extends Kernel {
  /** Begins the end: not ready any more. */
  drain(): void;
  close(): Promise<void>;
}

const owned = new WeakMap<Kernel, OwnedKernel>();

/** Reads the environment, connects the sidecar, and waits until it is there: secrets come from it. */
export async function startKernel(name: string, config: Config = readConfig(name)): Promise<Kernel> {
  const log = createLogger(name, config.logLevel);
  const dapr = connectSidecar(config);
  const checks: ReadinessCheck[] = [];
  const closings: Closing[] = [];
  const draining = new AbortController();
  const spans = config.otlpEndpoint === undefined ? unrecordedSpans() : await recordedSpans(name, config.otlpEndpoint, config.traceShare);
  const sessions = dapr.state('sessions');
  // Who ends sessions hears of it at once.
  const believed = name === 'auth' ? { believeRevocationsMs: 0 } : {};
  const kernel: OwnedKernel = {
    name,
    config,
    log,
    dapr,
    metrics: createRegistry(name),
    spans,
    checks,
    checkToken: tokenChecker({
      ...believed,
      fetchKeys: () => dapr.invoke<JSONWebKeySet>('auth', { method: 'GET', path: '/api/auth/.well-known/jwks.json', timeoutMs: 2000 }),
      isRevoked: async (sessionId) => (await sessions.get(`revoked:${sessionId}`)) !== undefined,
    }),
    checkKey: apiKeyChecker({
      ask: async (proof) => {
        const invocation = { method: 'POST', path: '/internal/api-keys/check', body: proof, timeoutMs: 2000 } as const;
        const { key } = await dapr.invoke<{ key: KnownApiKey | null }>('auth', invocation);
        return key ?? undefined;
      },
    }),
    draining: draining.signal,
    onReady: (dependency, check) => {
      checks.push({ name: dependency, check });
    },
    onClose: (part, close) => {
      closings.push({ name: part, close });
    },
    drain: () => {
      draining.abort();
    },
    close: async () => {
      for (const { name: part, close } of closings.toReversed()) {
        await close().catch((error: unknown) => {
          log.error({ error, part }, 'could not be closed');
        });
      }
      await spans.close().catch(() => undefined);
      await dapr.close();
    },
  };
  owned.set(kernel, kernel);
  kernel.onReady('sidecar', () => dapr.ping());
  // `dapr run` and Kubernetes start both at once. That it answers is enough: it asks the service for its health later.
  await dapr.waitUntilReady(60_000);
  return kernel;
}

/** Listens, and ends on SIGTERM or SIGINT: finishes what it has begun, closes what was opened, and exits. */
export async function serve(kernel: Kernel, service: ServiceApp): Promise<Server> {
  const handle = createApp(kernel, service).callback();
  const server = createServer((request, response) => void handle(request, response));
  server.keepAliveTimeout = 65_000; // longer than those who keep connections to us, so that it is not we who close under a request
  server.requestTimeout = 900_000; // an import takes as long as its file; headers have Node's minute
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(kernel.config.port, listenAddress(kernel), done);
  });
  const { port } = server.address() as AddressInfo;
  kernel.log.info({ port }, 'listening');
  void scheduleJobs(kernel, service.jobs ?? []);
  let ending: Promise<void> | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      kernel.log.info({ signal }, 'draining');
      ending ??= drain(kernel, server).then(() => {
        kernel.log.info('ended');
        process.exit(0);
      });
    });
  }
  // Whatever state such an error leaves behind is not one to go on with; who keeps the service alive starts it again.
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      kernel.log.fatal({ error }, event);
      process.exit(1);
    });
  }
  return server;
}

/** On one machine nobody from outside shall reach a service past the gateway; in a container the network policy says who may. */
function listenAddress({ config }: Kernel): string {
  return config.environment === 'local' ? '127.0.0.1' : '0.0.0.0';
}

/** Together with the delay in production these stay below twenty seconds, after which Kubernetes and the supervisor kill. */
const inFlightMs = 12_000;
const closeMs = 4000;

/**
 * Ends a service in order: readiness says no; no new connections; requests that are under way finish, events among them; then what was
 * opened is closed, the last first.
 */
export async function drain(kernel: Kernel, server: Server): Promise<void> {
  owned.get(kernel)?.drain();
  if (kernel.config.drainDelayMs > 0) await delay(kernel.config.drainDelayMs);
  const closed = new Promise<void>((done) => {
    server.close(() => {
      done();
    });
  });
  // Connections that are kept alive are closed when their request is done.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  if ((await within(inFlightMs, closed)) === 'late') kernel.log.warn('requests were cut off');
  clearInterval(sweep);
  server.closeAllConnections();
  if ((await within(closeMs, owned.get(kernel)?.close())) === 'late') kernel.log.warn('not everything could be closed in time');
}

async function within(ms: number, work: Promise<void> | undefined): Promise<'done' | 'late'> {
  return Promise.race([(work ?? Promise.resolve()).then(() => 'done' as const), delay(ms, 'late' as const, { ref: false })]);
}
