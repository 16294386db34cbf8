import { join } from 'node:path';
import { health } from './commands/health.ts';
import { logs } from './commands/logs.ts';
import { migrate } from './commands/migrate.ts';
import { runScript } from './commands/run.ts';
import { shell } from './commands/shell.ts';
import { start } from './commands/start.ts';
import { stop } from './commands/stop.ts';
import { test } from './commands/test.ts';
import { UsageError, parseArguments } from './instance/arguments.ts';
import { openInstance } from './instance/instance.ts';
import { Progress } from './progress.ts';

/** Every command answers the exit code. */
const commands: Record<string, (words: string[]) => Promise<number>> = {
  start: (words) => start(parseArguments(words)),
  stop: (words) => stop(parseArguments(words)),
  health: (words) => health(parseArguments(words)),
  logs: (words) => logs(parseArguments(words)),
  run: ([file, ...rest]) => runScript(file, rest),
  shell: (words) => shell(parseArguments(words)),
  test: (words) => test(words),
  migrate: async (words) => {
    await new Progress().step('Migrations', (step) => migrate(openInstance(), step, words));
    return 0;
  },
  seed: (words) => runScript(join('services/catalog/seed/seed.ts'), words),
};

const usage = `Usage: npm start | stop | test, or npm run health:check | logs | dev | db:migrate | db:seed | demo | bench

  npm start [-- --detach] [--watch] [--stores docker] [--components swap] [--port-offset N] [--no-seed] [--only auth,catalog] [--only-stores]
  npm run health:check [-- --json]
  npm run logs -- <service> [--no-follow]
  npm test [-- --only unit|integration|e2e|swap]`;

const [name = '', ...words] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    const code = await command(words);
    if (name === 'start') process.exit(code); // an interrupted start has work left that nobody waits for
    process.exitCode = code;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`\n✘ ${message}`);
    if (error instanceof UsageError) console.error(`\n${usage}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
