import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheFolder, openInstance, repositoryRoot } from '@cartwright/local/instance/instance';
import Koa from 'koa';
import { ServiceClient } from './service-client.ts';

const ports = { app: 3950, http: 3951, grpc: 3952, internal: 3953, metrics: 3954 };

export interface FloorActor {
  /** One call of an actor that writes one key and answers. */
  readonly call: (id: string) => Promise<void>;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/**
 * The least that Dapr allows: an app that answers an actor's call at once, having written one key, with a sidecar of its own beside the
 * running stack. What our carts cost above this is ours.
 */
export async function startFloorActor(redisUrl: string): Promise<FloorActor> {
  const instance = openInstance();
  const folder = mkdtempSync(join(tmpdir(), 'cartwright-floor-'));
  writeFileSync(join(folder, 'state.yaml'), component(new URL(redisUrl)), { mode: 0o600 });
  const sidecar = new ServiceClient(`http://127.0.0.1:${String(ports.http)}`);

  const app = new Koa();
  app.use(async (ctx) => {
    if (ctx.path === '/dapr/config') ctx.body = { entities: ['Floor'] };
    else if (ctx.method === 'PUT') {
      const [, , type = '', id = ''] = ctx.path.split('/');
      ctx.req.resume(); // the body is not looked at
      await sidecar.ask('POST', `/v1.0/actors/${type}/${id}/state`, [
        { operation: 'upsert', request: { key: 'cart', value: { lines: [{ sku: 'A', quantity: 1 }] } } },
      ]);
      ctx.body = { ok: true };
    } else ctx.body = '';
    ctx.status = 200;
  });
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((done) => server.listen(ports.app, '127.0.0.1', done));

  const daprd = spawn(findDaprd(), sidecarArguments(instance.portOffset, folder), {
    stdio: 'ignore',
    env: { ...process.env, DAPR_HOST_IP: '127.0.0.1', CARTWRIGHT_RUN: instance.folder },
  });
  const stop = async (): Promise<void> => {
    daprd.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
    await sidecar.close();
    rmSync(folder, { recursive: true });
  };
  const call = (id: string): Promise<void> => sidecar.ask('PUT', `/v1.0/actors/Floor/${id}/method/add`, { sku: 'A' });
  try {
    await untilItAnswers(() => call('first'));
  } catch (error) {
    await stop();
    throw error;
  }
  return { call, pids: daprd.pid === undefined ? [] : [daprd.pid], stop };
}

function sidecarArguments(offset: number, folder: string): string[] {
  return Object.entries({
    'app-id': 'floor',
    'app-port': ports.app,
    'dapr-http-port': ports.http,
    'dapr-grpc-port': ports.grpc,
    'dapr-internal-grpc-port': ports.internal,
    'metrics-port': ports.metrics,
    'dapr-listen-addresses': '127.0.0.1',
    'placement-host-address': `127.0.0.1:${String(3801 + offset)}`,
    'scheduler-host-address': `127.0.0.1:${String(3811 + offset)}`,
    'resources-path': folder,
    config: join(repositoryRoot, 'dapr/config.yaml'),
    'log-level': 'error',
  }).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

function findDaprd(): string {
  const cache = cacheFolder();
  const found = readdirSync(cache)
    .filter((name) => name.startsWith('dapr-'))
    .map((name) => join(cache, name, 'bin/daprd'))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`There is no daprd in ${cache}: npm start builds it`);
  return found;
}

function component({ host, password }: URL): string {
  return `apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: floor
spec:
  type: state.redis
  version: v1
  metadata:
    - { name: redisHost, value: "${host}" }
    - { name: redisPassword, value: "${decodeURIComponent(password)}" }
    - { name: actorStateStore, value: "true" }
`;
}

async function untilItAnswers(work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(200);
    }
  }
}
