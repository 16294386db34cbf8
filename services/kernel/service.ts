import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { JSONWebKeySet } from 'jose';
import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { connectSidecar } from './dapr/sidecar.ts';
import { createApp } from './http/app.ts';
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
  const kernel: OwnedKernel = {
    name,
    config,
    log,
    dapr,
    metrics: createRegistry(name),
    spans,
    checks,
    checkToken: tokenChecker({
      fetchKeys: () => dapr.invoke<JSONWebKeySet>('auth', { method: 'GET', path: '/api/auth/.well-known/jwks.json' }),
      isRevoked: async (sessionId) => (await sessions.get(`revoked:${sessionId}`)) !== undefined,
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
  await waitForSidecar(kernel);
  return kernel;
}

/**
 * The sidecar asks the app for its health before its own API can be used for everything, so it is enough that it answers at all; `dapr
 * run` starts both at once.
 */
async function waitForSidecar({ dapr, log }: Kernel): Promise<void> {
  const began = Date.now();
  await dapr.waitUntilReady(60_000);
  log.debug({ ms: Date.now() - began }, 'sidecar is there');
}

/** Listens, and ends on SIGTERM or SIGINT: finishes what it has begun, closes what was opened, and exits. */
export async function serve(kernel: Kernel, service: ServiceApp): Promise<Server> {
  const app = createApp(kernel, service);
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  server.keepAliveTimeout = 65_000;
  server.requestTimeout = 120_000;
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(kernel.config.port, listenAddress(kernel), done);
  });
  const { port } = server.address() as AddressInfo;
  kernel.log.info({ port }, 'listening');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void end(kernel, server, signal);
    });
  }
  process.on('unhandledRejection', (error) => {
    kernel.log.fatal({ error }, 'A promise was rejected and nobody looked');
    process.exit(1);
  });
  return server;
}

/** On one machine nobody from outside shall reach a service past the gateway; in a container the network policy says who may. */
function listenAddress({ config }: Kernel): string {
  return config.environment === 'local' ? '127.0.0.1' : '0.0.0.0';
}

const drainMs = 15_000;

async function end(kernel: Kernel, server: Server, signal: string): Promise<void> {
  kernel.log.info({ signal }, 'draining');
  owned.get(kernel)?.drain();
  const closed = new Promise<void>((done) => {
    server.close(() => {
      done();
    });
  });
  server.closeIdleConnections();
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 100);
  await Promise.race([closed, delay(drainMs, undefined, { ref: false })]);
  clearInterval(sweep);
  server.closeAllConnections();
  await Promise.race([owned.get(kernel)?.close(), delay(4000, undefined, { ref: false })]);
  kernel.log.info('ended');
  process.exit(0);
}
