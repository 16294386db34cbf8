import { processTable } from '@cartwright/local/process/table';
import { processesOf } from '../chaos/processes.ts';

export interface Hanging {
  /** Stops a process and its children, as a machine does that hangs: connections stay open, and nobody answers. */
  readonly hang: (name: string) => void;
  /** Lets all of them go on. */
  readonly letGo: () => void;
}

export function hangingOf(instance: string): Hanging {
  const processes = processesOf(instance);
  let stopped: number[] = [];
  return {
    hang(name) {
      const pid = processes.pid(name);
      stopped = [pid];
      process.kill(pid, 'SIGSTOP');
      for (const { pid: child } of processTable().filter(({ parent }) => parent === pid)) {
        stopped.push(child);
        process.kill(child, 'SIGSTOP');
      }
    },
    letGo() {
      for (const one of stopped.splice(0)) process.kill(one, 'SIGCONT');
    },
  };
}
