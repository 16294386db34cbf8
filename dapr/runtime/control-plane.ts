import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../instance/instance.ts';
import { isRunning, launch, logTail, stopNamed } from '../process/supervised.ts';
import type { Step } from '../progress.ts';
import type { Dapr } from './dapr.ts';

export const controlPlane = ['placement', 'scheduler'] as const;
type ControlPlane = (typeof controlPlane)[number];

/** Placement says which sidecar hosts an actor; the scheduler keeps reminders. Both are needed before the first sidecar. */
export async function startControlPlane(instance: Instance, dapr: Dapr, step: Step): Promise<void> {
  for (const name of controlPlane) {
    if (!isRunning(instance, name)) launch(instance, { name, command: [dapr[name], ...options(instance)[name]] });
  }
  step.say('waiting until both are healthy');
  const deadline = Date.now() + 30_000;
  for (const name of controlPlane) {
    while (!(await isHealthy(instance, name))) {
      if (Date.now() > deadline) throw new Error(`Dapr's ${name} is not healthy:\n${logTail(instance, name)}`);
      await delay(100);
    }
  }
}

export function stopControlPlane(instance: Instance): Promise<string[]> {
  return stopNamed(instance, controlPlane, 15_000);
}

export async function isHealthy({ ports }: Instance, name: ControlPlane): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${String(ports[name].health)}/healthz`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

/** Health and metrics of both would take the ports 8080 and 9090, and every address of the machine. */
function options({ folder, ports }: Instance): Record<ControlPlane, string[]> {
  const local = ['--listen-address', '127.0.0.1', '--healthz-listen-address', '127.0.0.1', '--metrics-listen-address', '127.0.0.1'];
  const common = (name: ControlPlane): string[] => {
    const { port, health, metrics } = ports[name];
    return [...local, '--port', String(port), '--healthz-port', String(health), '--metrics-port', String(metrics), '--log-level', 'warn'];
  };
  const data = join(folder, 'data/scheduler');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const { port, etcdClient, etcdPeer } = ports.scheduler;
  return {
    placement: [...common('placement'), '--initial-cluster', `dapr-placement-0=127.0.0.1:${String(ports.placement.raft)}`],
    scheduler: [
      ...common('scheduler'),
      ...['--override-broadcast-host-port', `127.0.0.1:${String(port)}`],
      ...['--etcd-data-dir', data, '--etcd-client-port', String(etcdClient), '--etcd-client-listen-address', '127.0.0.1'],
      ...['--etcd-initial-cluster', `dapr-scheduler-server-0=http://127.0.0.1:${String(etcdPeer)}`],
      ...['--identity-directory-write', join(folder, 'data/scheduler-identity'), '--workers', '64'],
    ],
  };
}
