import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processTable, processesOf } from '@cartwright/local/process/table';

/** Linux counts CPU time in hundredths of a second. */
const millisecondsATick = 10;

/** A clock of the CPU time that all processes of an instance have used, in milliseconds. Those that are of no instance are given by pid. */
export function cpuClock(instance: string, others: readonly number[] = []): () => number {
  const folder = join(import.meta.dirname, '../../.cartwright', instance);
  // Asked anew each time: Postgres starts a process for every connection.
  return () => [...new Set([...processesOf(folder).map(({ pid }) => pid), ...others])].reduce((sum, pid) => sum + usedBy(pid), 0);
}

/** A clock of the CPU time that the processes which this one has started have used, in milliseconds. */
export function childrenClock(): () => number {
  return () => processTable().reduce((sum, { pid, parent }) => sum + (parent === process.pid ? usedBy(pid) : 0), 0);
}

function usedBy(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * millisecondsATick;
  } catch {
    return 0; // it has ended
  }
}
