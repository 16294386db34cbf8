import { readFileSync, writeFileSync } from 'node:fs';
import { portOwner } from '@cartwright/local/process/table';

/** Sets a process's highest resident set to what it is now (proc(5)). */
const forgetPeak = '5';

/**
 * Begins to look at the memory of whoever listens at the port of `url`. What it answers tells the most that was resident since, in MiB, as Linux
 * itself keeps it: no peak is missed between two looks. Throws where there is no /proc, or the process has ended.
 */
export function watchPeakMemory(url: string): () => number {
  const owner = portOwner(Number(new URL(url).port));
  if (owner === undefined) throw new Error(`Nobody listens at ${url}, or the system does not tell who`);
  const folder = `/proc/${String(owner.pid)}`;
  writeFileSync(`${folder}/clear_refs`, forgetPeak);
  return () => {
    const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1];
    if (kibibytes === undefined) throw new Error(`${folder} tells no peak`);
    return Number(kibibytes) / 1024;
  };
}
