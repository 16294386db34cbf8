import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance } from '../instance/instance.ts';
import { stackEnvironment } from '../instance/stack-file.ts';
import { run } from '../process/command.ts';
import type { Step } from '../progress.ts';

/** Brings every database to the newest version of its tables. The stores must run. `words` may be `--reset orders`: that one is emptied first. */
export async function migrate(instance: Instance, step: Step, words: readonly string[] = []): Promise<void> {
  const file = join(instance.root, 'services/kernel/postgres/migrate.ts');
  if (!existsSync(file)) return;
  await run(process.execPath, [file, ...words], { cwd: instance.root, environment: stackEnvironment(instance), step });
}
