import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sidecar } from '../dapr/sidecar.ts';
import { createApp } from '../http/app.ts';
import type { ApiKeyChecker } from '../http/api-keys.ts';
import type { TokenChecker } from '../http/tokens.ts';
import { unauthorized } from '../http/problem.ts';
import type { Kernel, ServiceApp } from '../kernel.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createRegistry } from '../telemetry/metrics.ts';
import { unrecordedSpans } from '../telemetry/spans.ts';

/** What the app token of a service under test is. */
export const appToken = 'the-app-token';

export interface TestKernelOptions {
  readonly checkToken?: TokenChecker;
  readonly checkKey?: ApiKeyChecker;
  readonly log?: (line: Record<string, unknown>) => void;
  readonly dapr?: Sidecar;
}

/** A kernel without a sidecar, for what happens before one is asked. `drain` begins its end. */
export function kernelForTests({ checkToken, checkKey, log, dapr }: TestKernelOptions = {}): Kernel & { drain(): void } {
  const checks: { name: string; check: () => Promise<void> }[] = [];
  const draining = new AbortController();
  return {
    name: 'test',
    config: {
      appId: 'test',
      port: 0,
      daprHttpPort: 1,
      appToken,
      daprToken: 'the-dapr-token',
      environment: 'local' as const,
      gatewayUrl: '',
      otlpEndpoint: undefined,
      traceShare: 0,
      logLevel: 'debug',
      drainDelayMs: 0,
    },
    log: createLogger('test', 'debug', { write: (line: string) => log?.(JSON.parse(line) as Record<string, unknown>) }),
    metrics: createRegistry('test'),
    spans: unrecordedSpans(),
    dapr: dapr!,
    checkToken: checkToken ?? (() => Promise.reject(unauthorized('The access token is not valid'))),
    checkKey: checkKey ?? (() => Promise.reject(unauthorized('The API key is not valid'))),
    checks,
    draining: draining.signal,
    drain: () => {
      draining.abort();
    },
    onReady: (name: string, check: () => Promise<void>) => {
      checks.push({ name, check });
    },
    onClose: () => undefined,
  };
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Puts an app on a free port. */
export async function listen(kernel: Kernel, service: ServiceApp): Promise<Listening> {
  const handle = createApp(kernel, service).callback();
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
}
