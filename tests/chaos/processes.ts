import { realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openInstance } from '@cartwright/local/instance/instance';
import { childOf, pidOf } from '@cartwright/local/process/supervised';
import { processTable } from '@cartwright/local/process/table';

/** The processes of the stack, by the names of their logs: orders, orders-sidecar, placement, kafka … */
export interface Processes {
  /** The process itself, not its supervisor. Throws where it is not running. */
  pid(name: string): number;
  /** Waits until it runs: an earlier fault may have ended it, and its supervisor pauses before it starts it again. */
  untilRunning(name: string): Promise<void>;
  /** Whether it is still that process. */
  isRunning(name: string, pid: number): boolean;
  signal(name: string, signal: NodeJS.Signals): void;
  /** The process and all that it has started, such as Postgres' backends. */
  family(name: string): readonly number[];
  /** The folder of the instance. */
  readonly folder: string;
}

const startMs = 60_000;

export function processesOf(instanceName: string): Processes {
  const opened = openInstance({ name: instanceName });
  // What runs knows its folder by the real name, also where ours is a link to it.
  const instance = { ...opened, folder: realpathSync(opened.folder) };
  function find(name: string): number | undefined {
    const supervisor = pidOf(instance, name);
    return supervisor === undefined ? undefined : childOf(supervisor);
  }
  function pid(name: string): number {
    const child = find(name);
    if (child === undefined) throw new Error(`${name} is not running`);
    return child;
  }
  return {
    folder: instance.folder,
    pid,
    isRunning: (name, one) => find(name) === one,
    async untilRunning(name) {
      const until = Date.now() + startMs;
      while (find(name) === undefined) {
        if (Date.now() > until) throw new Error(`${name} is not running`);
        await delay(100);
      }
    },
    family(name) {
      const table = processTable();
      const found = new Set([pid(name)]);
      for (const member of found) for (const { pid: child, parent } of table) if (parent === member) found.add(child);
      return [...found];
    },
    signal: (name, signal) => {
      process.kill(pid(name), signal);
    },
  };
}
