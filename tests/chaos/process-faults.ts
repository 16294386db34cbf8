import { nothingToUndo } from './fault.ts';
import type { Fault } from './fault.ts';

const services = ['auth', 'catalog', 'orders', 'payments', 'inventory', 'notifications', 'storefront'] as const;
const sidecars = services.map((name) => `${name}-sidecar`);
const controlPlane = ['placement', 'scheduler'] as const;
const stores = ['kafka', 'postgres', 'redis', 'mongodb', 'elasticsearch'] as const;

const stoppedMs = 20_000;
/** Without anybody's help. */
const recoveryMs = 15_000;

function kill(name: string, bar: Pick<Fault, 'recoversWithinMs'> = {}): Fault {
  return {
    ...bar,
    name: `kill-${name}`,
    what: `${name} is killed outright (SIGKILL)`,
    lastsMs: 0,
    inject({ processes }) {
      processes.signal(name, 'SIGKILL');
      return Promise.resolve(nothingToUndo);
    },
  };
}

/** Worse than a death: whoever waits for it is not told. */
function stop(name: string): Fault {
  return {
    name: `stop-${name}`,
    what: `${name} stands still for ${String(stoppedMs / 1000)} s (SIGSTOP)`,
    lastsMs: stoppedMs,
    inject({ processes }) {
      const pids = processes.family(name);
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      return Promise.resolve(() => {
        for (const pid of pids) goOn(pid);
        return Promise.resolve();
      });
    },
  };
}

function goOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // Its supervisor, or the kernel, has ended it meanwhile: it was taken for dead.
  }
}

const bar = { recoversWithinMs: recoveryMs };

export const processFaults: readonly Fault[] = [
  ...[...services, ...sidecars].map((name) => kill(name, bar)),
  ...[...controlPlane, ...stores].map((name) => kill(name)),
  ...[...services, ...sidecars, ...controlPlane, ...stores].map(stop),
];
