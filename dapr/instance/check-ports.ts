import { portOwner, processesOf } from '../process/table.ts';
import type { Instance } from './instance.ts';
import { isFree, namedPorts, portPlan, refusedByFetch } from './ports.ts';

/** Fails when another program listens where this instance wants to; says who it is, and how to move out of its way. */
export async function checkPorts(instance: Instance): Promise<void> {
  const [refused] = refusedByFetch(instance.ports);
  if (refused !== undefined) {
    throw new Error(
      `With this offset ${refused.name} would be at port ${String(refused.port)}, which browsers refuse to call: take --port-offset ${String(await freeOffset())}`,
    );
  }
  const own = new Set(processesOf(instance.folder).map(({ pid }) => pid));
  const taken: string[] = [];
  for (const { name, port } of namedPorts(instance.ports)) {
    if (await isFree(port)) continue;
    const owner = portOwner(port);
    if (owner !== undefined && own.has(owner.pid)) continue;
    const who = owner === undefined ? 'a process of another user' : `process ${String(owner.pid)} (${owner.command.slice(0, 80)})`;
    taken.push(`  • ${String(port)}, wanted for ${name}, is held by ${who}`);
  }
  if (taken.length === 0) return;
  throw new Error(
    ['Ports are in use:', ...taken, `End those, or move all ports: npm start -- --port-offset ${String(await freeOffset())}`].join('\n'),
  );
}

/** The first offset, in thousands, at which every port is free. */
export async function freeOffset(): Promise<number> {
  for (let offset = 1_000; offset < 40_000; offset += 1_000) {
    const plan = portPlan(offset);
    if (refusedByFetch(plan).length > 0) continue;
    const free = await Promise.all(namedPorts(plan).map(({ port }) => isFree(port)));
    if (free.every(Boolean)) return offset;
  }
  return 1_000;
}
