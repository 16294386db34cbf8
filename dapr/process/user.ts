import { chownSync, existsSync } from 'node:fs';
import { run } from './command.ts';

/** `nobody` of every Linux. Postgres and Elasticsearch refuse to run as root, so root runs them as this user. */
const nobody = 65534;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Puts a command under `nobody` when this is root; otherwise leaves it as it is.
 *
 * A clone or a home folder that only root may enter (mode 0700) is made reachable by the one capability to pass file permissions,
 * instead of by a copy of the server and its data elsewhere.
 */
export async function unprivileged(command: readonly string[], reached: readonly string[]): Promise<string[]> {
  if (!isRoot()) return [...command];
  const as = ['setpriv', `--reuid=${String(nobody)}`, `--regid=${String(nobody)}`, '--clear-groups'];
  const [, ...drop] = as;
  const reachable = await Promise.all(
    reached.map((path) =>
      run('setpriv', [...drop, 'test', '-r', path]).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (reachable.every(Boolean)) return [...as, ...command];
  // Without this bit access(2), which Java asks, would leave capabilities aside.
  const asked = '--securebits=+no_setuid_fixup';
  return [...as, '--inh-caps=+dac_override', '--ambient-caps=+dac_override', asked, ...command];
}

/** Gives a folder to the user that `unprivileged` runs commands as. */
export function giveToUnprivileged(...folders: string[]): void {
  if (isRoot()) for (const folder of folders) if (existsSync(folder)) chownSync(folder, nobody, nobody);
}
