import type { Instance } from '../instance/instance.ts';
import { childOf, pidOf } from './supervised.ts';
import { processTable, processesOf, proportionalSetSize } from './table.ts';

export interface MemoryUse {
  /** Proportional set size of all processes of the instance, in bytes. */
  readonly totalBytes: number;
  readonly bytesByName: Readonly<Record<string, number>>;
}

/** What an instance takes, by the names of its supervisors; each name includes all that descends from it. */
export function memoryOf(instance: Instance, names: readonly string[]): MemoryUse {
  const table = processTable();
  const children = Map.groupBy(table, ({ parent }) => parent);
  const withDescendants = (pid: number): number =>
    proportionalSetSize(pid) + (children.get(pid) ?? []).reduce((sum, child) => sum + withDescendants(child.pid), 0);
  const bytesByName: Record<string, number> = {};
  for (const name of names) {
    const supervisor = pidOf(instance, name);
    if (supervisor !== undefined && childOf(supervisor) !== undefined) bytesByName[name] = withDescendants(supervisor);
  }
  const totalBytes = processesOf(instance.folder).reduce((sum, { pid }) => sum + proportionalSetSize(pid), 0);
  return { totalBytes, bytesByName };
}
