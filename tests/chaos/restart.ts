import { setTimeout as delay } from 'node:timers/promises';
import type { Surroundings } from './fault.ts';

const readyMs = 60_000;

/** Ends processes so that their supervisors start them anew, and waits until the service answers that it is ready. */
export async function restart({ stack, processes }: Surroundings, service: string, names: readonly string[]): Promise<void> {
  for (const name of names) await processes.untilRunning(name);
  const before = new Map(names.map((name) => [name, processes.pid(name)]));
  for (const name of names) processes.signal(name, 'SIGKILL');
  const until = Date.now() + readyMs;
  for (;;) {
    const anew = names.every((name) => isAnother(() => processes.pid(name), before.get(name)));
    if (anew && (await isReady(stack.services[service]?.url))) return;
    if (Date.now() > until) throw new Error(`${service} is not ready ${String(readyMs / 1000)} s after it was started anew`);
    await delay(200);
  }
}

function isAnother(pid: () => number, before: number | undefined): boolean {
  try {
    return pid() !== before;
  } catch {
    return false; // not started yet
  }
}

async function isReady(url: string | undefined): Promise<boolean> {
  try {
    return (await fetch(`${url ?? ''}/health/ready`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
