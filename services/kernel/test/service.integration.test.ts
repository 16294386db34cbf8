import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { startKernel } from '../service.ts';
import { daprPortOf, stackService } from './dapr/stack.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** All that it has said. */
  readonly said: string[];
  /** Waits until it says a line that holds the text. */
  readonly says: (text: string) => Promise<void>;
}

const running: ChildProcess[] = [];

async function start(): Promise<Started> {
  const { appToken, daprToken, daprHttpUrl } = stackService('orders');
  const port = await freePort();
  const child = spawn(process.execPath, [`${import.meta.dirname}/service-for-tests.ts`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      APP_PORT: String(port),
      DAPR_HTTP_PORT: new URL(daprHttpUrl).port,
      APP_API_TOKEN: appToken,
      DAPR_API_TOKEN: daprToken,
      CARTWRIGHT_ENV: 'local',
    },
  });
  running.push(child);
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const said: string[] = [];
  const listeners = new Set<() => void>();
  createInterface(child.stdout).on('line', (line) => {
    said.push(line);
    for (const listener of listeners) listener();
  });
  const says = (text: string): Promise<void> =>
    new Promise((done) => {
      const look = (): void => {
        if (!said.some((line) => line.includes(text))) return;
        listeners.delete(look);
        done();
      };
      listeners.add(look);
      look();
    });
  await says('listening');
  return { url: `http://127.0.0.1:${String(port)}`, child, ended, said, says };
}

describe('A service process', () => {
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  it('finishes what is under way, ends streams, closes what it opened, the last first, and exits with 0', async () => {
    const { url, child, ended, said, says } = await start();
    const slow = fetch(`${url}/api/slow`);
    const stream = await fetch(`${url}/api/stream`);
    await says('slow began');
    child.kill('SIGTERM');
    expect(await (await slow).json()).to.deep.equal({ done: true });
    expect(await stream.text()).to.equal('retry: 2000\n\n');
    expect(await ended).to.equal(0);
    expect(said.filter((line) => line.startsWith('closed'))).to.deep.equal(['closed second', 'closed first']);
    expect(said.some((line) => line.includes('cannot be closed'))).to.equal(true);
    expect(await fetch(`${url}/healthz`).catch(() => 'nobody')).to.equal('nobody');
  });

  it('ends with the reason in its log when an error was forgotten, so that it is started anew', async () => {
    const { url, ended, said } = await start();
    await fetch(`${url}/api/forget`, { method: 'POST' }).catch(() => undefined);
    expect(await ended).to.equal(1);
    expect(said.some((line) => line.includes('"fatal"') && line.includes('nobody looked'))).to.equal(true);
  });
});

describe('The kernel', () => {
  it('starts when the sidecar is there, and checks tokens by the keys of auth', async () => {
    const { appToken, daprToken } = stackService('orders');
    const kernel = await startKernel('orders', {
      appId: 'orders',
      port: 0,
      daprHttpPort: daprPortOf(stackService('orders')),
      appToken,
      daprToken,
      environment: 'local',
      gatewayUrl: '',
      otlpEndpoint: undefined,
      traceShare: 0,
      logLevel: 'silent',
      drainDelayMs: 0,
    });
    expect(kernel.checks.map(({ name }) => name)).to.deep.equal(['sidecar']);
    const response = await fetch(`${stackService('auth').url}/api/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        email: `kernel-${String(process.hrtime.bigint())}@example.test`,
        password: 'kernel-Passw0rd!',
        name: 'Kernel',
      }),
    });
    expect(response.status).to.equal(201);
    const { accessToken, user } = (await response.json()) as { accessToken: string; user: { id: string } };
    expect(await kernel.checkToken(accessToken)).to.deep.include({ userId: user.id, roles: ['customer'] });
    const [head = '', body = ''] = accessToken.split('.');
    const forged = await kernel.checkToken(`${head}.${body}.${'A'.repeat(86)}`).catch((error: unknown) => error);
    expect(forged).to.have.property('status', 401);
    await kernel.dapr.close();
  });
});
