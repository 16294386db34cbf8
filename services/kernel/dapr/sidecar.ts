import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CommunicationProtocolEnum, DaprClient } from '@dapr/dapr';
import type { Config } from '../config.ts';
import { actorsApi } from './actors.ts';
import type { ActorsApi } from './actors.ts';
import { fileBinding } from './bindings.ts';
import type { FileBinding } from './bindings.ts';
import { RemoteProblem, SidecarUnavailable } from './errors.ts';
import { lockStore, secretStore } from './sdk.ts';
import type { LockStore, SecretStore } from './sdk.ts';
import { stateStore } from './state.ts';
import type { StateStore } from './state.ts';
import { Transport, sidecarError } from './transport.ts';
import type { TransportRequest } from './transport.ts';

export interface Invocation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly timeoutMs?: number;
}

export interface BulkEntry {
  /** Events with the same key keep their order. */
  readonly key: string;
  /** A CloudEvents envelope; its `id` names the entry. */
  readonly event: { readonly id: string };
}

/** What a service may ask of its sidecar. Components are named, products behind them are not known. */
export interface Sidecar {
  /** Invokes another service; answers its JSON. Throws RemoteProblem for a problem, SidecarUnavailable when no answer came. */
  invoke<T>(app: string, invocation: Invocation): Promise<T>;
  /** Invokes and hands the answer through as it comes, whatever its status; for the gateway. */
  forward(app: string, request: TransportRequest): Promise<{ status: number; headers: IncomingHttpHeaders; body: Readable }>;
  /** Publishes in the order given; answers the ids of events that were not accepted. */
  publishBulk(topic: string, entries: readonly BulkEntry[]): Promise<{ failed: Set<string> }>;
  readonly secrets: SecretStore;
  /** `T` is what the service keeps there; what comes back is not checked. */
  state<T = unknown>(store: string): StateStore<T>;
  lock(store: string): LockStore;
  /** Files behind an output binding. */
  files(component: string): FileBinding;
  /** Has the scheduler call `/job/<name>` by a clock of six fields, seconds first; replaces what was scheduled by that name. */
  schedule(name: string, schedule: string): Promise<void>;
  readonly actors: ActorsApi;
  /** Whether the sidecar is there. */
  ping(): Promise<void>;
  waitUntilReady(withinMs: number): Promise<void>;
  close(): Promise<void>;
}

const invokeTimeoutMs = 5000;
const pubsub = 'pubsub';

/**
 * The sidecar's client. @dapr/dapr asks for secrets and locks; what is hot, or needs what it lacks (time-outs, ETags, bulk with a key an
 * entry), goes over keep-alive connections of our own to the same HTTP API.
 */
export function connectSidecar({
  daprHttpPort,
  daprToken,
  appToken,
}: Pick<Config, 'daprHttpPort' | 'daprToken'> & Partial<Pick<Config, 'appToken'>>): Sidecar {
  const transport = new Transport(daprHttpPort, daprToken);
  const sdk = new DaprClient({
    daprHost: '127.0.0.1',
    daprPort: String(daprHttpPort),
    communicationProtocol: CommunicationProtocolEnum.HTTP,
    daprApiToken: daprToken,
    logger: { level: 'error' as never, service: silent },
  });

  async function ping(): Promise<void> {
    const answer = await transport.send({ method: 'GET', path: '/v1.0/healthz/outbound', timeoutMs: 1000 });
    if (answer.status >= 300) throw sidecarError('Health', answer);
  }

  return {
    async invoke<T>(app: string, { method, path, body, headers, timeoutMs = invokeTimeoutMs }: Invocation): Promise<T> {
      const answer = await transport.send({
        method,
        path: `/v1.0/invoke/${app}/method${path}`,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        body: body === undefined ? null : JSON.stringify(body),
        timeoutMs,
      });
      if (answer.status >= 300) throw remoteProblem(app, answer.status, answer.text);
      if (!isFromService(answer.headers)) throw new SidecarUnavailable(`${app} did not answer ${method}: its sidecar did, with nothing`);
      if (answer.text === '') return undefined as T;
      try {
        return JSON.parse(answer.text) as T;
      } catch (error) {
        throw new RemoteProblem(app, 502, 'bad_answer', 'The answer is no JSON', { cause: error });
      }
    },
    forward: (app, request) => transport.stream({ ...request, path: `/v1.0/invoke/${app}/method${request.path}` }),
    async publishBulk(topic, entries) {
      const body = entries.map(({ key, event }) => ({
        entryId: event.id,
        event,
        contentType: 'application/cloudevents+json',
        metadata: { partitionKey: key },
      }));
      const answer = await transport.send({
        method: 'POST',
        path: `/v1.0-alpha1/publish/bulk/${pubsub}/${encodeURIComponent(topic)}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        timeoutMs: 15_000,
      });
      if (answer.status < 300) return { failed: new Set() };
      const { failedEntries } = parseFailures(answer.text);
      if (failedEntries === undefined) throw sidecarError(`Publishing to ${topic}`, answer);
      return { failed: new Set(failedEntries.map(({ entryId }) => entryId)) };
    },
    secrets: secretStore(sdk),
    state: <T>(store: string) => stateStore<T>(transport, store),
    lock: (store) => lockStore(sdk, store),
    files: (component) => fileBinding(transport, component),
    async schedule(name, schedule) {
      const answer = await transport.send({
        method: 'POST',
        path: `/v1.0-alpha1/jobs/${encodeURIComponent(name)}`,
        headers: { 'content-type': 'application/json' },
        // Dapr 1.18.2 cannot call over HTTP for a job without data.
        body: JSON.stringify({ schedule, data: {}, overwrite: true }),
        timeoutMs: 5000,
      });
      if (answer.status >= 300) throw sidecarError(`Scheduling ${name}`, answer);
    },
    actors: actorsApi(transport, appToken),
    ping,
    async waitUntilReady(withinMs) {
      const deadline = Date.now() + withinMs;
      for (;;) {
        try {
          await ping();
          return;
        } catch (error) {
          if (Date.now() > deadline)
            throw new SidecarUnavailable(`The sidecar is not ready after ${String(withinMs)} ms`, { cause: error });
          await delay(100);
        }
      }
    },
    async close() {
      await transport.close();
      await sdk.stop();
    },
  };
}

/** The SDK would log bodies of failed calls to the console; its errors reach our own log through what is thrown. */
const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, verbose: () => undefined, debug: () => undefined };

function parseFailures(text: string): { failedEntries?: { entryId: string }[] } {
  try {
    return JSON.parse(text) as { failedEntries?: { entryId: string }[] };
  } catch {
    return {};
  }
}

/**
 * Whether a service answered, and not a sidecar in its place. A service that is killed while it works makes Dapr 1.18.2 answer 200 with nothing now
 * and then: taken for the service's word, an order would seem to be placed, and a customer's contact to be erased. All of ours name the request.
 */
export function isFromService(headers: IncomingHttpHeaders): boolean {
  return headers['x-request-id'] !== undefined;
}

function remoteProblem(app: string, status: number, text: string): RemoteProblem {
  try {
    const { code, errorCode, detail, title, message } = JSON.parse(text) as Record<string, string | undefined>;
    return new RemoteProblem(app, status, code ?? errorCode ?? 'unknown', detail ?? message ?? title ?? '');
  } catch {
    return new RemoteProblem(app, status, 'unknown', '');
  }
}
