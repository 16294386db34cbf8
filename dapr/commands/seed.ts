import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance } from '../instance/instance.ts';
import { stackEnvironment } from '../instance/stack-file.ts';
import { run } from '../process/command.ts';
import type { Step } from '../progress.ts';

/** Loads the project's own catalogue, or what the arguments say, through the gateway. The services must run. */
export async function seed(instance: Instance, seedArguments: readonly string[], step: Step): Promise<void> {
  const file = join(instance.root, 'services/catalog/seed/seed.ts');
  if (!existsSync(file)) return;
  await run(process.execPath, [file, ...seedArguments], { cwd: instance.root, environment: stackEnvironment(instance), step });
}
