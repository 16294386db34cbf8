import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { toxiproxy } from '../deploy/go-tools.ts';
import type { Fault, Surroundings } from './fault.ts';
import { restart } from './restart.ts';

const lastsMs = 15_000;

interface Toxic {
  readonly type: 'latency' | 'reset_peer';
  readonly attributes: Readonly<Record<string, number>>;
  /** Share of connections that it meets. */
  readonly toxicity: number;
}

/** The network between a service and its database is bad: a proxy stands between them while it lasts. */
function badNetwork(service: string, how: string, toxic: Toxic): Fault {
  return {
    name: `network-${how}-${service}`,
    what: `the network between ${service} and its database ${how === 'slow' ? 'is slow' : 'resets connections'} for ${String(lastsMs / 1000)} s`,
    lastsMs,
    async inject(surroundings, undo) {
      const file = join(surroundings.processes.folder, 'secrets', `${service}.json`);
      const straight = readFileSync(file, 'utf8');
      const url = new URL((JSON.parse(straight) as Record<string, string>)[`${service}-postgres-url`] ?? '');
      const [api, listen] = [await freePort(), await freePort()];
      const server = spawn(await toxiproxy(), ['-port', String(api)], { stdio: 'ignore' });
      undo.defer(() => {
        server.kill();
      });
      await post(api, '/proxies', { name: 'database', listen: `127.0.0.1:${String(listen)}`, upstream: url.host });
      undo.defer(() => through(surroundings, service, file, straight));
      await through(surroundings, service, file, straight.replaceAll(url.host, `127.0.0.1:${String(listen)}`));
      await post(api, '/proxies/database/toxics', toxic);
    },
  };
}

/** Secrets are read at the start: sidecar and service begin anew with others. */
async function through(surroundings: Surroundings, service: string, file: string, secrets: string): Promise<void> {
  writeFileSync(file, secrets, { mode: 0o600 });
  await restart(surroundings, service, [`${service}-sidecar`, service]);
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

const slow: Toxic = { type: 'latency', attributes: { latency: 60, jitter: 60 }, toxicity: 1 };
const resets: Toxic = { type: 'reset_peer', attributes: { timeout: 300 }, toxicity: 0.5 };

export const networkFaults: readonly Fault[] = ['orders', 'payments', 'inventory'].flatMap((service) => [
  badNetwork(service, 'slow', slow),
  badNetwork(service, 'resets', resets),
]);
