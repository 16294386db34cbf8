import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../instance/instance.ts';
import type { Credentials } from '../instance/secrets.ts';
import { childOf, isRunning, launch, logTail, pidOf, stopNamed } from '../process/supervised.ts';
import type { Progress, Step } from '../progress.ts';
import { hasComponentOn } from '../runtime/components.ts';
import { containerName, isContainerRunning, startContainer, stopContainer } from './docker.ts';
import { elasticsearch } from './elasticsearch.ts';
import { kafka } from './kafka.ts';
import { mongodb } from './mongodb.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import type { Store } from './store.ts';

/** The slowest to start comes first. */
export const stores: readonly Store[] = [elasticsearch, kafka, postgres, mongodb, redis];

/** The stores that an instance needs: Kafka only where a component is on it, all others because services use them themselves. */
export function storesOf(instance: Instance): readonly Store[] {
  return hasComponentOn(instance, 'kafka') ? stores : stores.filter((store) => store !== kafka);
}

const readyWithinMs = 180_000; // beside a compiler that has both cores

/** Brings every store up, side by side; leaves alone what runs already. */
export async function startStores(instance: Instance, credentials: Credentials, progress: Progress): Promise<void> {
  await all(storesOf(instance).map((store) => progress.step(store.title, (step) => startStore(store, instance, credentials, step))));
}

/** Only downloads, so that it can go on beside other long steps. */
export async function fetchStores(instance: Instance, credentials: Credentials, progress: Progress): Promise<void> {
  if (instance.storeMode === 'docker') return;
  await all(stores.map((store) => progress.step(`${store.title}: files`, (step) => store.fetch({ instance, credentials, step }))));
}

export async function isStoreRunning(instance: Instance, store: Store): Promise<boolean> {
  return instance.storeMode === 'docker' ? isContainerRunning(instance, store) : isRunning(instance, store.name);
}

export function stopStores(instance: Instance): Promise<string[]> {
  return stopThese(instance, stores);
}

/** Ends what the instance does not need any more, since its components have changed. */
export async function stopUnusedStores(instance: Instance): Promise<void> {
  const used = storesOf(instance);
  await stopThese(
    instance,
    stores.filter((store) => !used.includes(store)),
  );
}

async function stopThese(instance: Instance, which: readonly Store[]): Promise<string[]> {
  if (instance.storeMode === 'packages')
    return stopNamed(
      instance,
      which.map(({ name }) => name),
      40_000,
    );
  await all(which.map((store) => stopContainer(instance, store)));
  return [];
}

async function startStore(store: Store, instance: Instance, credentials: Credentials, step: Step): Promise<void> {
  const context = { instance, credentials, step };
  if (!(await isStoreRunning(instance, store))) {
    if (instance.storeMode === 'docker') await startContainer(store, context);
    else {
      await store.fetch(context);
      launch(instance, await store.prepare(context));
    }
  }
  step.say('waiting until it answers');
  await untilReady(store, instance, credentials);
  step.say('creating what must be there');
  await store.provision?.(context);
}

async function untilReady(store: Store, instance: Instance, credentials: Credentials): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  let lastAlive = Date.now();
  for (;;) {
    try {
      await store.check({ instance, credentials });
      return;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isProcessAlive(store, instance)) lastAlive = Date.now();
      const keepsDying = Date.now() - lastAlive > 5_000;
      if (keepsDying || Date.now() > deadline)
        throw new Error(`${store.title} is not ready: ${reason}\n${whereToLook(store, instance)}`, { cause: error });
    }
    await delay(150);
  }
}

function isProcessAlive(store: Store, instance: Instance): boolean {
  if (instance.storeMode === 'docker' || process.platform !== 'linux') return true;
  const supervisor = pidOf(instance, store.name);
  return supervisor !== undefined && childOf(supervisor) !== undefined;
}

function whereToLook(store: Store, instance: Instance): string {
  if (instance.storeMode === 'docker') return `See: docker logs ${containerName(instance, store)}`;
  return `The end of .cartwright/${instance.name}/logs/${store.name}.log:\n${logTail(instance, store.name)}`;
}

/** Waits for all, so that nothing goes on behind a failure; then fails with the first. */
async function all(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
