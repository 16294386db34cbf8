import type { Fault } from './fault.ts';

const services = ['auth', 'catalog', 'orders', 'payments', 'inventory', 'notifications', 'storefront'] as const;
const sidecars = services.map((name) => `${name}-sidecar`);
const controlPlane = ['placement', 'scheduler'] as const;
const stores = ['kafka', 'postgres', 'redis', 'mongodb', 'elasticsearch'] as const;

const stoppedMs = 20_000;
/** Without anybody's help. */
const recoveryMs = 15_000;

/** Whose death may come between a message and the note that it went out: the mailbox is a table. */
const senders: readonly string[] = ['notifications', 'postgres'];
const senderDied = (name: string): Pick<Fault, 'mayTellTwice'> => (senders.includes(name) ? { mayTellTwice: true } : {});

function kill(name: string, bar: Pick<Fault, 'recoversWithinMs'> = {}): Fault {
  return {
    ...bar,
    ...senderDied(name),
    name: `kill-${name}`,
    what: `${name} is killed outright (SIGKILL)`,
    lastsMs: 0,
    async inject({ processes }) {
      await processes.untilRunning(name);
      processes.signal(name, 'SIGKILL');
    },
  };
}

/** Worse than a death: whoever waits for it is not told. */
function stop(name: string): Fault {
  return {
    ...senderDied(name),
    name: `stop-${name}`,
    what: `${name} stands still for ${String(stoppedMs / 1000)} s (SIGSTOP)`,
    lastsMs: stoppedMs,
    async inject({ processes }, undo) {
      await processes.untilRunning(name);
      for (const pid of processes.family(name)) {
        undo.defer(() => {
          goOn(pid);
        });
        process.kill(pid, 'SIGSTOP');
      }
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

const bar = { recoversWithinMs: recoveryMs } as const;

export const processFaults: readonly Fault[] = [
  ...[...services, ...sidecars].map((name) => kill(name, bar)),
  ...[...controlPlane, ...stores].map((name) => kill(name)),
  ...[...services, ...sidecars, ...controlPlane, ...stores].map(stop),
];
