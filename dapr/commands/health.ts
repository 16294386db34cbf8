import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Arguments } from '../instance/arguments.ts';
import { appNames } from '../instance/apps.ts';
import { openInstance } from '../instance/instance.ts';
import type { Instance } from '../instance/instance.ts';
import { openCredentials } from '../instance/secrets.ts';
import { memoryOf } from '../process/memory.ts';
import { childOf, pidOf } from '../process/supervised.ts';
import { whyServiceNotReady, whySidecarNotReady } from '../runtime/apps.ts';
import { controlPlane, isHealthy } from '../runtime/control-plane.ts';
import { isStoreRunning, storesOf } from '../stores/stores.ts';

export interface PartHealth {
  readonly kind: 'service' | 'sidecar' | 'control plane' | 'store';
  readonly name: string;
  readonly ok: boolean;
  /** Why it is not well; empty when it is. */
  readonly reason: string;
  readonly pid?: number;
  readonly memoryMegabytes?: number;
}

/** Asks every part of an instance itself, all at once; none is believed to be well because its process is there. */
export async function healthOf(instance: Instance): Promise<PartHealth[]> {
  const credentials = openCredentials(instance);
  const probes: { kind: PartHealth['kind']; name: string; label?: string; why: () => Promise<string | undefined> }[] = [
    ...appNames.map((name) => ({ kind: 'service' as const, name, why: () => whyServiceNotReady(instance, name) })),
    ...appNames.map((name) => ({ kind: 'sidecar' as const, name: `${name}-sidecar`, why: () => whySidecarNotReady(instance, name) })),
    ...controlPlane.map((name) => ({
      kind: 'control plane' as const,
      name,
      why: async () => ((await isHealthy(instance, name)) ? undefined : 'is not healthy'),
    })),
    ...storesOf(instance).map((store) => ({
      kind: 'store' as const,
      name: store.name,
      why: async () => {
        if (!(await isStoreRunning(instance, store))) return 'is not running';
        return store.check({ instance, credentials }).then(
          () => undefined,
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        );
      },
    })),
  ];
  const memory = memoryOf(
    instance,
    probes.map(({ name }) => name),
  );
  return Promise.all(
    probes.map(async ({ kind, name, why }) => {
      const supervisor = pidOf(instance, name);
      const pid = supervisor === undefined ? undefined : childOf(supervisor);
      const reason = await why();
      const bytes = memory.bytesByName[name];
      return {
        kind,
        name,
        ok: reason === undefined,
        reason: reason ?? '',
        ...(pid === undefined ? {} : { pid }),
        ...(bytes === undefined ? {} : { memoryMegabytes: Math.round(bytes / 1024 / 1024) }),
      };
    }),
  );
}

/** `npm run health:check`: exit code 1 when anything is down. */
export async function health({ instance: choice, json }: Arguments): Promise<number> {
  const instance = openInstance(choice);
  if (!existsSync(join(instance.folder, 'instance.json'))) {
    console.error(
      json ? JSON.stringify({ instance: instance.name, ok: false, parts: [] }) : `✘ Instance ${instance.name} was never started: npm start`,
    );
    return 1;
  }
  const parts = await healthOf(instance);
  const ok = parts.every((part) => part.ok);
  const totalMegabytes = Math.round(memoryOf(instance, []).totalBytes / 1024 / 1024);
  if (json) console.log(JSON.stringify({ instance: instance.name, ok, totalMegabytes, parts }, null, 2));
  else {
    for (const { kind, name, ok: well, reason, pid, memoryMegabytes } of parts) {
      const columns = [
        well ? '✔' : '✘',
        kind.padEnd(13),
        name.padEnd(22),
        (pid?.toString() ?? '').padStart(8),
        memoryMegabytes === undefined ? '' : `${String(memoryMegabytes)} MB`.padStart(8),
      ];
      console.log(`${columns.join(' ')}${reason === '' ? '' : `  ${reason}`}`);
    }
    const down = parts.filter((part) => !part.ok).length;
    console.log(
      `${ok ? '✔ All is well' : `✘ ${String(down)} of ${String(parts.length)} are down`}; memory (PSS) ${String(totalMegabytes)} MB`,
    );
  }
  return ok ? 0 : 1;
}
