import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../instance/arguments.ts';
import type { Arguments } from '../instance/arguments.ts';
import { openInstance } from '../instance/instance.ts';
import { logFile } from '../process/supervised.ts';

/** Shows the log of a service, a sidecar (`orders-sidecar`) or a store, and follows it. */
export function logs({ instance: choice, rest: [name], follow }: Arguments): Promise<number> {
  const instance = openInstance(choice);
  const folder = join(instance.folder, 'logs');
  const known = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.log'))
        .map((file) => file.slice(0, -'.log'.length))
    : [];
  if (name === undefined || !known.includes(name)) {
    throw new UsageError(
      `${name === undefined ? 'Which log?' : `There is no log ${name}.`} There are: ${known.join(', ') || 'none yet, run npm start'}`,
    );
  }
  const options = follow ? ['-n', '100', '-F'] : ['-n', '+1'];
  return new Promise((done) => {
    const child = spawn('tail', [...options, logFile(instance, name)], { stdio: 'inherit' });
    process.on('SIGINT', () => undefined); // the terminal ends tail
    child.once('close', () => {
      done(0);
    });
  });
}
