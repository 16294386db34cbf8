import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arguments } from '../instance/arguments.ts';
import { appNames } from '../instance/apps.ts';
import { checkPorts } from '../instance/check-ports.ts';
import { openInstance, rememberInstance } from '../instance/instance.ts';
import type { Instance } from '../instance/instance.ts';
import { openCredentials, writeSecrets } from '../instance/secrets.ts';
import { stackEnvironment, writeStackFile } from '../instance/stack-file.ts';
import { halt, run } from '../process/command.ts';
import { logFile } from '../process/supervised.ts';
import { processesOf } from '../process/table.ts';
import { Progress } from '../progress.ts';
import { startApps } from '../runtime/apps.ts';
import { startControlPlane } from '../runtime/control-plane.ts';
import { obtainDapr } from '../runtime/dapr.ts';
import { writeRuntimeFolder } from '../runtime/render.ts';
import { startStores, stopUnusedStores } from '../stores/stores.ts';
import { migrate } from './migrate.ts';
import { seed } from './seed.ts';
import { stopInstance } from './stop.ts';
import { welcome } from './welcome.ts';

export type StartOptions = Pick<Arguments, 'watch' | 'seed' | 'only' | 'onlyStores'>;

/** Brings an instance up: stores, Dapr, migrations, services, and the catalogue on the first time. What runs already is left alone. */
export async function bringUp(instance: Instance, options: StartOptions, progress: Progress): Promise<void> {
  await checkPorts(instance);
  rememberInstance(instance);
  const credentials = openCredentials(instance);
  writeSecrets(instance, credentials);
  writeStackFile(instance, credentials);

  const side = [
    progress.step('Dapr', (step) => obtainDapr(instance, step)),
    startStores(instance, credentials, progress),
    options.onlyStores ? Promise.resolve() : buildWebPage(instance, progress),
  ] as const;
  await Promise.allSettled(side); // a failure waits for the others, so that nothing goes on behind its message
  const [dapr] = await Promise.all(side);
  writeRuntimeFolder(instance, dapr);
  await progress.step('Control plane', (step) => startControlPlane(instance, dapr, step));
  await progress.step('Migrations', (step) => migrate(instance, step));
  if (options.onlyStores) return;

  const { only, watch } = options;
  await progress.step('Services', (step) => startApps(instance, dapr, { only, watch }, step));
  await stopUnusedStores(instance);
  const seeded = join(instance.folder, 'data/seeded');
  if (options.seed && only === undefined && !existsSync(seeded)) {
    await progress.step('Catalogue', (step) => seed(instance, [], step));
    writeFileSync(seeded, new Date().toISOString());
  }
}

/** The web page is built once; `npm run dev` of the storefront serves it from its sources. */
async function buildWebPage(instance: Instance, progress: Progress): Promise<void> {
  const file = join(instance.root, 'services/storefront/package.json');
  const { scripts = {} } = JSON.parse(readFileSync(file, 'utf8')) as { scripts?: Record<string, string> };
  if (scripts['build'] === undefined) return;
  await progress.step('Web page', (step) => run('npm', ['run', 'build', '-w', '@cartwright/storefront'], { cwd: instance.root, step }));
}

/** `npm start`: up, then the purchase that proves it, then in the foreground until Ctrl-C. Answers the exit code. */
export async function start(given: Arguments): Promise<number> {
  const instance = openInstance(given.instance);
  const progress = new Progress();
  const interrupted = whenInterrupted();
  const up = async (): Promise<void> => {
    await bringUp(instance, given, progress);
    if (given.onlyStores || given.only !== undefined) return;
    await progress.step('A purchase', (step) => probe(instance, step));
  };
  const first = await Promise.race([up(), interrupted]).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    if (processesOf(instance.folder).length === 0) throw error;
    throw new Error(`${message}\nWhat was started still runs: the same command goes on from there, npm stop ends it.`, { cause: error });
  });
  if (first === 'interrupted') return stopAfterInterrupt(instance);
  console.log(welcome(instance, given));
  if (given.detach || given.onlyStores) return 0;
  console.log('Ctrl-C stops all of it.');
  const follower = given.watch ? followServices(instance, given.only ?? appNames) : undefined;
  const keepsRunning = setInterval(() => undefined, 60_000); // a promise alone keeps no process alive
  await interrupted;
  clearInterval(keepsRunning);
  follower?.kill();
  return stopAfterInterrupt(instance);
}

export async function probe(instance: Instance, step: { say: (text: string) => void }): Promise<void> {
  await run(process.execPath, [join(instance.root, 'dapr/probe-purchase.ts')], { environment: stackEnvironment(instance), step });
}

/** Shows what the services say, because whoever changes code wants to see it. */
function followServices(instance: Instance, names: readonly string[]): ChildProcess {
  return spawn('tail', ['-n', '0', '-F', ...names.map((name) => logFile(instance, name))], { stdio: ['ignore', 'inherit', 'ignore'] });
}

function whenInterrupted(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve('interrupted');
      });
    }
  });
}

async function stopAfterInterrupt(instance: Instance): Promise<number> {
  console.log('\nStopping …');
  halt();
  const left = await stopInstance(instance);
  console.log(left.length === 0 ? '✔ All stopped' : `✔ Stopped; had to be killed: ${left.join(', ')}`);
  return 0;
}
