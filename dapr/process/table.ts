import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A process as /proc tells it. Where there is no /proc (macOS) the lists below are empty and pid files alone are used. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // ended meanwhile, or another user's
  }
}

function pids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function describe(pid: number): ProcessInfo | undefined {
  const stat = read(`/proc/${String(pid)}/stat`);
  if (stat === undefined) return undefined;
  // The name stands in parentheses and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z') return undefined; // ended, only not yet reaped
  const command =
    read(`/proc/${String(pid)}/cmdline`)
      ?.replaceAll('\0', ' ')
      .trim() ?? '';
  return { pid, parent: Number(fields[1]), command };
}

/** Every process that runs now. */
export function processTable(): ProcessInfo[] {
  return pids()
    .map(describe)
    .filter((info) => info !== undefined);
}

export function isAlive(pid: number): boolean {
  if (read(`/proc/${String(pid)}/stat`) !== undefined) return describe(pid) !== undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Processes whose environment names this run folder, and all that descend from them: what an instance started, whoever lost its pid. */
export function processesOf(runFolder: string): ProcessInfo[] {
  const table = processTable();
  const marker = `CARTWRIGHT_RUN=${runFolder}`;
  const own = new Set<number>();
  for (const { pid } of table) {
    if (
      pid !== process.pid &&
      read(`/proc/${String(pid)}/environ`)
        ?.split('\0')
        .includes(marker) === true
    )
      own.add(pid);
  }
  // Postgres overwrites its environment with its title, so that its children are known by descent only.
  for (let grew = true; grew;) {
    grew = false;
    for (const { pid, parent } of table) {
      if (!own.has(pid) && own.has(parent) && pid !== process.pid) {
        own.add(pid);
        grew = true;
      }
    }
  }
  return table.filter(({ pid }) => own.has(pid));
}

/** Proportional set size in bytes: memory that is shared counts once, divided among those who share it. */
export function proportionalSetSize(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${String(pid)}/smaps_rollup`) ?? '')?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** Who listens at a TCP port, as far as this user may know. */
export function portOwner(port: number): ProcessInfo | undefined {
  const inodes = new Set<string>();
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (read(file) ?? '').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const listens = fields[3] === '0A';
      if (listens && fields[1]?.endsWith(`:${hex}`) === true && fields[9] !== undefined) inodes.add(fields[9]);
    }
  }
  if (inodes.size === 0) return undefined;
  const owner = pids().find((pid) => socketsOf(pid).some((inode) => inodes.has(inode)));
  return owner === undefined ? undefined : describe(owner);
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${String(pid)}/fd`;
  try {
    return readdirSync(folder).flatMap((descriptor) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${descriptor}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
