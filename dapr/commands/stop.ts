import { setTimeout as delay } from 'node:timers/promises';
import type { Arguments } from '../instance/arguments.ts';
import { openInstance } from '../instance/instance.ts';
import type { Instance } from '../instance/instance.ts';
import { signal } from '../process/supervised.ts';
import { isAlive, processesOf } from '../process/table.ts';
import { stopApps } from '../runtime/apps.ts';
import { stopControlPlane } from '../runtime/control-plane.ts';
import { stopStores } from '../stores/stores.ts';

/** Ends everything of an instance, services before what they need. Answers what had to be killed. */
export async function stopInstance(instance: Instance): Promise<string[]> {
  const killed = await stopApps(instance);
  killed.push(...(await stopControlPlane(instance)));
  killed.push(...(await stopStores(instance)));
  killed.push(...(await endRemaining(instance)));
  return killed;
}

/** What no pid file knows, for instance after a start that was killed half-way: found by the mark that all our processes carry. */
async function endRemaining(instance: Instance): Promise<string[]> {
  const remaining = processesOf(instance.folder);
  for (const { pid } of remaining) signal(pid, 'SIGTERM');
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline && remaining.some(({ pid }) => isAlive(pid))) await delay(50);
  const stuck = processesOf(instance.folder);
  for (const { pid } of stuck) signal(pid, 'SIGKILL');
  return stuck.map(({ pid, command }) => `${String(pid)} ${command.slice(0, 60)}`);
}

export async function stop({ instance: choice }: Arguments): Promise<number> {
  const instance = openInstance(choice);
  const killed = await stopInstance(instance);
  const left = processesOf(instance.folder);
  if (killed.length > 0) console.log(`Had to be killed: ${killed.join(', ')}`);
  if (left.length > 0) {
    console.error(`✘ Still there: ${left.map(({ pid, command }) => `${String(pid)} ${command}`).join(', ')}`);
    return 1;
  }
  console.log(`✔ Instance ${instance.name} is stopped`);
  return 0;
}
