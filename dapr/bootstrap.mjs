// The one file that runs before anything is installed: plain JavaScript for Node 20. It checks what the machine has, installs
// the packages, and hands over to dapr/cli.ts under the Node 24 that npm brought.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { daprCanBeHad } from './bootstrap/dapr-release.mjs';
import { install, isInstalled } from './bootstrap/install.mjs';
import { findNode24 } from './bootstrap/node24.mjs';
import { missingRequirements, describeMissing } from './bootstrap/requirements.mjs';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const [command = 'help', ...rest] = process.argv.slice(2);

/** Commands that start servers, and so need the tools which bring or build them. */
const starts = new Set(['start', 'test']);

async function main() {
  const wanted = missingRequirements(rest, starts.has(command) ? { needsGo: !(await daprCanBeHad()) } : { onlyNode: true });
  if (wanted.length > 0) {
    console.error(describeMissing(wanted));
    return 1;
  }
  if (!isInstalled(root)) await install(root);
  const node = findNode24(root);
  if (!existsSync(join(root, 'dapr/cli.ts'))) throw new Error('dapr/cli.ts is missing: this is not a whole clone');
  return handOver(node);
}

/** Runs the command under Node 24 and ends as it ends. Ctrl-C reaches the child itself, which stops what it started. */
function handOver(node) {
  // Tests count what this program does, too; what it starts inherits the folder. A run inside a run counts elsewhere.
  const coverage = resolve(process.env.CARTWRIGHT_COVERAGE ?? join(root, 'coverage'));
  const environment = command === 'test' ? { ...process.env, NODE_V8_COVERAGE: join(coverage, 'v8') } : process.env;
  const child = spawn(node, ['--disable-warning=TimeoutNegativeWarning', join(root, 'dapr/cli.ts'), command, ...rest], {
    stdio: 'inherit',
    env: environment,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends SIGINT to the whole group; other signals come to this process alone.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`\n✘ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
