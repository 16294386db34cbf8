import { run } from '../process/command.ts';
import type { Instance } from '../instance/instance.ts';
import type { Store, StoreContext } from './store.ts';

export function containerName(instance: Instance, store: Store): string {
  return `cartwright-${instance.name}-${store.name}`;
}

/** Runs a store as a container of its official image; its data lies in a volume of the same name. */
export async function startContainer(store: Store, context: StoreContext): Promise<void> {
  const { instance, step } = context;
  const name = containerName(instance, store);
  const { image, environment = {}, port, dataPath, command = [] } = store.docker(context);
  step.say(`docker pull ${image}`);
  await run('docker', ['pull', '--quiet', image], { step });
  await removeContainer(instance, store);
  const variables = Object.entries(environment).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  const published = `127.0.0.1:${String(instance.ports.stores[store.name])}:${String(port)}`;
  await run('docker', [
    'run',
    '-d',
    '--name',
    name,
    '--restart',
    'unless-stopped',
    '-p',
    published,
    '-v',
    `${name}:${dataPath}`,
    ...variables,
    image,
    ...command,
  ]);
}

export async function isContainerRunning(instance: Instance, store: Store): Promise<boolean> {
  const answer = await run('docker', ['inspect', '-f', '{{.State.Running}}', containerName(instance, store)]).catch(() => 'false');
  return answer.trim() === 'true';
}

export async function stopContainer(instance: Instance, store: Store): Promise<void> {
  await run('docker', ['stop', '--time', '30', containerName(instance, store)], { evenIfHalted: true }).catch(() => undefined);
  await removeContainer(instance, store);
}

async function removeContainer(instance: Instance, store: Store): Promise<void> {
  await run('docker', ['rm', '-f', containerName(instance, store)], { evenIfHalted: true }).catch(() => undefined);
}
