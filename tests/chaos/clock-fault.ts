import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './fault.ts';
import { restart } from './restart.ts';

const service = 'payments';
const lastsMs = 15_000;

/** libfaketime, from the system's packages; installed where it is missing, as root. */
function library(): string {
  const find = (): string | undefined => globSync('/usr/lib/*/faketime/libfaketime.so.1')[0];
  if (find() === undefined) execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'faketime'], { stdio: 'ignore' });
  const found = find();
  if (found === undefined) throw new Error('libfaketime is missing: apt-get install faketime');
  return found;
}

/** One machine's clock is an hour ahead: tokens look expired to it, and nothing else may care. */
export const clockOff: Fault = {
  name: 'clock-off-payments',
  what: `the clock of ${service} is an hour ahead for ${String(lastsMs / 1000)} s`,
  lastsMs,
  async inject(surroundings, undo) {
    const preload = library();
    const folder = join(surroundings.processes.folder, 'overrides');
    const file = join(folder, `${service}.env`);
    mkdirSync(folder, { recursive: true });
    undo.defer(async () => {
      rmSync(file, { force: true });
      await restart(surroundings, service, [service]);
    });
    writeFileSync(file, `LD_PRELOAD=${preload}\nFAKETIME=+1h\nFAKETIME_DONT_FAKE_MONOTONIC=1\nFAKETIME_NO_CACHE=1\n`);
    await restart(surroundings, service, [service]);
  },
};
