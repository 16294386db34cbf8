import { createServer } from 'node:net';
import { appNames } from './apps.ts';
import type { AppName } from './apps.ts';

export const storeNames = ['postgres', 'redis', 'kafka', 'mongodb', 'elasticsearch'] as const;
export type StoreName = (typeof storeNames)[number];

/** Ports of one service and of its sidecar, as dapr.yaml names them. */
export interface AppPorts {
  readonly app: number;
  readonly http: number;
  readonly grpc: number;
  readonly internal: number;
  readonly metrics: number;
}

export interface PortPlan {
  readonly apps: Readonly<Record<AppName, AppPorts>>;
  readonly stores: Readonly<Record<StoreName, number>>;
  readonly kafkaController: number;
  readonly elasticsearchTransport: number;
  readonly placement: { readonly port: number; readonly health: number; readonly metrics: number; readonly raft: number };
  readonly scheduler: {
    readonly port: number;
    readonly health: number;
    readonly metrics: number;
    readonly etcdClient: number;
    readonly etcdPeer: number;
  };
}

const appPorts: Record<AppName, number> = {
  auth: 3001,
  catalog: 3002,
  orders: 3003,
  payments: 3004,
  inventory: 3005,
  notifications: 3006,
  storefront: 8080,
};

/**
 * Every port of an instance, moved by an offset.
 *
 * All of them lie below 32768: above it Linux takes ports for outgoing connections, and one of those could hold a port that a
 * sidecar wants back after a restart.
 */
export function portPlan(offset = 0): PortPlan {
  const at = (port: number): number => port + offset;
  const apps = Object.fromEntries(
    appNames.map((name, index) => [
      name,
      { app: at(appPorts[name]), http: at(3501 + index), grpc: at(3601 + index), internal: at(3701 + index), metrics: at(9091 + index) },
    ]),
  ) as Record<AppName, AppPorts>;
  return {
    apps,
    stores: { postgres: at(17432), redis: at(17379), kafka: at(17092), mongodb: at(17117), elasticsearch: at(17200) },
    kafkaController: at(17093),
    elasticsearchTransport: at(17300),
    placement: { port: at(3801), health: at(3802), metrics: at(3803), raft: at(3804) },
    scheduler: { port: at(3811), health: at(3812), metrics: at(3813), etcdClient: at(3814), etcdPeer: at(3815) },
  };
}

export interface NamedPort {
  readonly name: string;
  readonly port: number;
}

/** The ports of the plan with the name of who listens there, in the order in which they are taken. */
export function namedPorts(plan: PortPlan): NamedPort[] {
  const named: NamedPort[] = storeNames.map((name) => ({ name, port: plan.stores[name] }));
  named.push(
    { name: 'kafka controller', port: plan.kafkaController },
    { name: 'elasticsearch transport', port: plan.elasticsearchTransport },
  );
  for (const service of ['placement', 'scheduler'] as const) {
    for (const [use, port] of Object.entries(plan[service])) named.push({ name: `${service} ${use}`, port });
  }
  for (const name of appNames) {
    const ports = plan.apps[name];
    named.push(
      { name, port: ports.app },
      { name: `${name} sidecar http`, port: ports.http },
      { name: `${name} sidecar grpc`, port: ports.grpc },
      { name: `${name} sidecar internal grpc`, port: ports.internal },
      { name: `${name} sidecar metrics`, port: ports.metrics },
    );
  }
  return named;
}

/** Above 1023, the ports that browsers and fetch() refuse to call (Fetch standard, "port blocking"). */
const refusedPorts = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** Ports of the plan that could be listened at and not be called. */
export function refusedByFetch(plan: PortPlan): NamedPort[] {
  return namedPorts(plan).filter(({ port }) => refusedPorts.has(port));
}

/** Whether nobody listens at the port, on loopback or on every address. */
export async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '0.0.0.0']) if (!(await canListen(port, host))) return false;
  return true;
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
