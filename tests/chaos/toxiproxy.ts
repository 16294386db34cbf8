import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { toxiproxy } from '../deploy/go-tools.ts';
import { repeatedly } from './fault.ts';

/** What a network does to connections. */
export interface Toxic {
  readonly type: 'latency' | 'reset_peer';
  readonly attributes: Readonly<Record<string, number>>;
  /** Share of connections that it meets. */
  readonly toxicity: number;
}

/** A proxy that stands between two and does nothing yet. */
export interface Proxy {
  /** Where it listens, host and port. */
  readonly address: string;
  add(toxic: Toxic): Promise<void>;
}

/** Starts a proxy in front of an address (host and port); it ends when undone, and says so where nobody ever came through it: nothing was bad then. */
export async function proxyTo(upstream: string, undo: AsyncDisposableStack): Promise<Proxy> {
  const [api, port] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${String(port)}`;
  let used = false;
  undo.defer(() => {
    if (!used) throw new Error(`Nobody came through the proxy in front of ${upstream}`);
  });
  const server = spawn(await toxiproxy(), ['-port', String(api)], { stdio: 'ignore' });
  undo.defer(() => {
    server.kill();
  });
  await post(api, '/proxies', { name: 'store', listen: address, upstream });
  repeatedly(undo, 500, () => {
    used ||= isConnected(port);
    return Promise.resolve();
  });
  return { address, add: (toxic) => post(api, '/proxies/store/toxics', toxic) };
}

/** Whether somebody is connected to a port of this machine, as the kernel tells. */
function isConnected(port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const established = '01';
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([, address, , state]) => address?.endsWith(local) === true && state === established);
}

async function post(port: number, path: string, body: object): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`toxiproxy answers ${String(answer.status)}: ${await answer.text()}`);
      return;
    } catch (error) {
      if (tries >= 50) throw error;
      await delay(100); // not up yet
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        done(port);
      });
    });
  });
}
