import type Router from '@koa/router';
import type { Middleware } from 'koa';
import type { Config } from './config.ts';
import type { Sidecar } from './dapr/sidecar.ts';
import type { ApiKeyChecker } from './http/api-keys.ts';
import type { ReadinessCheck } from './http/health.ts';
import type { Route } from './http/route.ts';
import type { TokenChecker } from './http/tokens.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Registry } from './telemetry/metrics.ts';
import type { Spans } from './telemetry/spans.ts';

/** What every service stands on. */
export interface Kernel {
  readonly name: string;
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly spans: Spans;
  readonly dapr: Sidecar;
  readonly checkToken: TokenChecker;
  readonly checkKey: ApiKeyChecker;
  readonly checks: readonly ReadinessCheck[];
  /** Aborted when the service is ending: it is not ready any more, finishes what it has begun, and ends streams that would never end. */
  readonly draining: AbortSignal;
  /** Adds a dependency that readiness asks. */
  onReady(name: string, check: () => Promise<void>): void;
  /** Adds something to close; run in reverse order after the drain. */
  onClose(name: string, close: () => Promise<void>): void;
}

/** One topic's events in. Every entry of a delivery is answered by itself. */
export interface Subscription {
  readonly topic: string;
  receive(body: unknown): Promise<{ statuses: { entryId: string; status: 'SUCCESS' | 'RETRY' }[] }>;
}

/** Work that Dapr's scheduler starts by the clock, on one copy of the service at a time; at least once, so it has to bear coming twice. */
export interface ScheduledJob {
  /** Also the path that the sidecar calls, `/job/<name>`. */
  readonly name: string;
  /** Six fields, seconds first, in the scheduler's time. Being the same at every start, it is not pushed back by one. */
  readonly schedule: string;
  /** Its failure is logged; the next time comes by the clock. */
  readonly run: (log: Logger) => Promise<void>;
}

/** What a service puts on the kernel. */
export interface ServiceApp {
  readonly routes: readonly Route[];
  readonly subscriptions?: readonly Subscription[];
  readonly jobs?: readonly ScheduledJob[];
  /** How the service that knows API keys checks them: one cannot invoke oneself as a caller by name (Dapr 1.18.2 does not say who calls then). */
  readonly checkKey?: ApiKeyChecker;
  /** Types of actors that the service hosts. */
  readonly actorTypes?: readonly string[];
  /** Runs when a sidecar begins: actors may have lived elsewhere while there was none, so what is remembered of them may be old. */
  readonly onSidecarStart?: () => void;
  /** Mounts what is no route, such as actors. */
  readonly extend?: (router: Router, kernel: Kernel) => void;
  /** Answers what no route matched, such as files of the shop. */
  readonly fallback?: Middleware;
  /** False where the service documents itself otherwise. */
  readonly documentation?: boolean;
}
