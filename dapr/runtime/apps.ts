import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appNames } from '../instance/apps.ts';
import type { AppName } from '../instance/apps.ts';
import type { Instance } from '../instance/instance.ts';
import { isRunning, launch, logTail, stopNamed } from '../process/supervised.ts';
import type { Step } from '../progress.ts';
import { componentFiles } from './components.ts';
import type { Dapr } from './dapr.ts';
import { runFileFor, writeRuntimeFolder } from './render.ts';

export interface AppsToRun {
  readonly only?: readonly AppName[] | undefined;
  readonly watch: boolean;
}

const readyWithinMs = 90_000;

/** `dapr run -f`: every service with its sidecar. Resolves when all of them are ready. */
export async function startApps(instance: Instance, dapr: Dapr, { only, watch }: AppsToRun, step: Step): Promise<void> {
  const names = only ?? appNames;
  const run = runKey(instance, names, watch);
  const runKeyFile = join(instance.folder, 'data/run-key');
  const isSame = existsSync(runKeyFile) && readFileSync(runKeyFile, 'utf8') === run;
  if (!isSame || names.some((name) => !isRunning(instance, name) || !isRunning(instance, `${name}-sidecar`))) {
    step.say('ending what is left of an earlier run');
    await stopApps(instance);
    writeFileSync(runKeyFile, run);
    writeRuntimeFolder(instance, dapr);
    const runFile = runFileFor(instance, only);
    launch(instance, {
      name: 'dapr-run',
      keepAlive: false, // it restarts nothing, and what it starts looks after itself
      command: ['sh', '-c', 'echo $$ >"$CARTWRIGHT_RUN/pids/dapr-run"; exec "$0" run -f "$1"', dapr.dapr, runFile],
      cwd: join(instance.root),
      environment: { DAPR_RUNTIME_PATH: instance.folder, CARTWRIGHT_LOGS: '1', ...(watch ? { CARTWRIGHT_WATCH: '1' } : {}) },
    });
  }
  const deadline = Date.now() + readyWithinMs;
  const waiting = new Map(names.map((name) => [name, 'is not started yet']));
  while (waiting.size > 0) {
    await Promise.all(
      [...waiting.keys()].map(async (name) => {
        const reason = await whyNotReady(instance, name);
        if (reason === undefined) waiting.delete(name);
        else waiting.set(name, reason);
      }),
    );
    const [first] = waiting;
    if (first === undefined) break;
    const [name, reason] = first;
    step.say(`${String(names.length - waiting.size)} of ${String(names.length)} ready; ${name} ${reason}`);
    if (Date.now() > deadline) throw new Error(`${name} ${reason}\n${endOfLogs(instance, name)}`);
    await delay(200);
  }
}

/** Changes with anything that running services and sidecars have read only once: they are started anew then. */
function runKey(instance: Instance, names: readonly AppName[], watch: boolean): string {
  const { root, folder, portOffset } = instance;
  const digest = createHash('sha256').update(JSON.stringify({ names, watch, portOffset }));
  for (const name of names) digest.update(readFileSync(join(folder, 'secrets', `${name}.json`)));
  for (const file of componentFiles(instance).values()) digest.update(readFileSync(file));
  for (const file of globSync(['components/{subscriptions,local}/*.yaml', 'dapr/*.yaml'], { cwd: root }).sort())
    digest.update(readFileSync(join(root, file)));
  return digest.digest('hex');
}

/** Undefined when the service says that it is ready. */
export function whyServiceNotReady({ ports }: Instance, name: AppName): Promise<string | undefined> {
  return whyNotOk(ports.apps[name].app, '/health/ready', 'the service');
}

/** Undefined when the sidecar says that it and its components are well. */
export function whySidecarNotReady({ ports }: Instance, name: AppName): Promise<string | undefined> {
  return whyNotOk(ports.apps[name].http, '/v1.0/healthz', 'its sidecar');
}

async function whyNotReady(instance: Instance, name: AppName): Promise<string | undefined> {
  return (await whyServiceNotReady(instance, name)) ?? (await whySidecarNotReady(instance, name));
}

async function whyNotOk(port: number, path: string, who: string): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, { signal: AbortSignal.timeout(8_000) });
    if (response.ok) return undefined;
    const text = (await response.text()).slice(0, 300);
    return `${who} answers ${String(response.status)} at ${path}${text === '' ? '' : `: ${text}`}`;
  } catch {
    return `${who} does not answer at port ${String(port)}`;
  }
}

function endOfLogs(instance: Instance, name: AppName): string {
  const logs = [name, `${name}-sidecar`].map(
    (log) => `The end of .cartwright/${instance.name}/logs/${log}.log:\n${logTail(instance, log)}`,
  );
  return [...logs, 'After a correction run the same command again: what is done is skipped.'].join('\n');
}

/** Services first, so that they finish what they do while their sidecars still serve them. */
export async function stopApps(instance: Instance): Promise<string[]> {
  const stuck = await stopNamed(instance, appNames, 20_000);
  stuck.push(
    ...(await stopNamed(
      instance,
      appNames.map((name) => `${name}-sidecar`),
      15_000,
    )),
  );
  stuck.push(...(await stopNamed(instance, ['dapr-run'], 10_000)));
  return stuck;
}
