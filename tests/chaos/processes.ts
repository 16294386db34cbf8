import { openInstance } from '@cartwright/local/instance/instance';
import { childOf, pidOf } from '@cartwright/local/process/supervised';
import { processTable } from '@cartwright/local/process/table';

/** The processes of the stack, by the names of their logs: orders, orders-sidecar, placement, kafka … */
export interface Processes {
  /** The process itself, not its supervisor. Throws where it is not running. */
  pid(name: string): number;
  signal(name: string, signal: NodeJS.Signals): void;
  /** The process and all that it has started, such as Postgres' backends. */
  family(name: string): readonly number[];
  /** The folder of the instance. */
  readonly folder: string;
}

export function processesOf(instanceName: string): Processes {
  const instance = openInstance({ name: instanceName });
  function pid(name: string): number {
    const supervisor = pidOf(instance, name);
    const child = supervisor === undefined ? undefined : childOf(supervisor);
    if (child === undefined) throw new Error(`${name} is not running`);
    return child;
  }
  return {
    folder: instance.folder,
    pid,
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
