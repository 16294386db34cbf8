import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import type { Fault, Surroundings } from './fault.ts';
import { restart } from './restart.ts';
import { proxyTo } from './toxiproxy.ts';
import type { Toxic } from './toxiproxy.ts';

const lastsMs = 15_000;

const toxics = {
  slow: { type: 'latency', attributes: { latency: 60, jitter: 60 }, toxicity: 1 },
  resets: { type: 'reset_peer', attributes: { timeout: 300 }, toxicity: 0.5 },
} as const satisfies Record<string, Toxic>;
type How = keyof typeof toxics;

/** Between which service and store the network is bad, and which secret of the service says where the store is. */
interface Link {
  readonly service: string;
  readonly store: string;
  readonly secret: string;
}

function told(how: How, between: string): string {
  return `the network between ${between} ${how === 'slow' ? 'is slow' : 'resets connections'} for ${String(lastsMs / 1000)} s`;
}

/** A proxy stands between a service (and its sidecar) and a store while it lasts. */
function badLink(how: How, name: string, { service, store, secret }: Link): Fault {
  return {
    name: `network-${how}-${name}`,
    what: told(how, `${service} and ${store}`),
    lastsMs,
    async inject(surroundings, undo) {
      const file = join(surroundings.processes.folder, 'secrets', `${service}.json`);
      const straight = readFileSync(file, 'utf8');
      const [address] = /(?<=^|\/|@)[\w.-]+:\d+(?=\/|$)/.exec((JSON.parse(straight) as Record<string, string>)[secret] ?? '') ?? [];
      if (address === undefined) throw new Error(`${service} has no address of ${store}`);
      const proxy = await proxyTo(address, undo);
      undo.defer(() => through(surroundings, service, file, straight));
      // A driver that asks MongoDB for its replica set would be told the straight way.
      const bent = straight.replaceAll(address, proxy.address).replaceAll('replicaSet=rs0', 'directConnection=true');
      await through(surroundings, service, file, bent);
      await proxy.add(toxics[how]);
    },
  };
}

/** Secrets are read at the start: sidecar and service begin anew with others. */
async function through(surroundings: Surroundings, service: string, file: string, secrets: string): Promise<void> {
  writeFileSync(file, secrets, { mode: 0o600 });
  await restart(surroundings, service, [`${service}-sidecar`, service]);
}

/** Kafka itself tells its clients where it is, so it is Kafka that names the proxy: all sidecars go through it while it lasts. */
function badKafka(how: How): Fault {
  return {
    name: `network-${how}-kafka`,
    what: told(how, 'all sidecars and Kafka'),
    lastsMs,
    async inject(surroundings, undo) {
      const file = join(surroundings.processes.folder, 'data/kafka.properties');
      const straight = readFileSync(file, 'utf8');
      const [address = ''] = surroundings.stack.stores.kafkaBrokers;
      const proxy = await proxyTo(address, undo);
      undo.defer(() => advertise(surroundings, file, straight, address));
      const bent = straight.replace(/^advertised\.listeners=.*$/m, `advertised.listeners=PLAINTEXT://${proxy.address}`);
      await advertise(surroundings, file, bent, proxy.address);
      await proxy.add(toxics[how]);
    },
  };
}

const kafkaReadyMs = 60_000;

/** Starts Kafka anew with other properties, and waits until it tells the address. */
async function advertise({ stack, processes }: Surroundings, file: string, properties: string, address: string): Promise<void> {
  await processes.untilRunning('kafka');
  const before = processes.pid('kafka');
  writeFileSync(file, properties);
  processes.signal('kafka', 'SIGTERM');
  const until = Date.now() + kafkaReadyMs;
  while (processes.isRunning('kafka', before) || (await advertised(stack.stores.kafkaBrokers)) !== address) {
    if (Date.now() > until) throw new Error(`Kafka does not say that it is at ${address}`);
    await delay(200);
  }
}

async function advertised(brokers: readonly string[]): Promise<string | undefined> {
  const admin = new Kafka({ clientId: 'chaos', brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    const [broker] = (await admin.describeCluster()).brokers;
    return broker === undefined ? undefined : `${broker.host}:${String(broker.port)}`;
  } catch {
    return undefined; // not up yet
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

const database = (service: string): Link => ({ service, store: 'its database', secret: `${service}-postgres-url` });
const redis: Link = { service: 'orders', store: 'Redis', secret: 'redis-host' };

export const networkFaults: readonly Fault[] = [
  ...['orders', 'payments', 'inventory'].flatMap((service) => [
    badLink('slow', service, database(service)),
    badLink('resets', service, database(service)),
  ]),
  badLink('slow', 'redis', redis),
  badLink('resets', 'redis', redis),
  badKafka('slow'),
  badKafka('resets'),
  badLink('resets', 'mongodb', { service: 'catalog', store: 'MongoDB', secret: 'catalog-mongodb-url' }),
  badLink('resets', 'elasticsearch', { service: 'catalog', store: 'Elasticsearch', secret: 'catalog-elasticsearch-url' }),
];
