import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { PersonData, ReadPersonData } from '@cartwright/kernel/http/person-data';
import type { Kernel } from '@cartwright/kernel/kernel';
import { startLeasedJobs } from '@cartwright/kernel/leased-jobs';
import type { LeasedJobs } from '@cartwright/kernel/leased-jobs';
import { isTransient } from '@cartwright/kernel/messaging/transient';
import type { ExportJob, Exports } from '../export-ports.ts';

/** Services that hold something about people. Inventory holds nothing. */
export const holders = ['orders', 'payments', 'notifications', 'catalog'] as const;

/** Until those who did not answer are asked again. */
const againSeconds = 10;

/** Reads what another service holds, through the sidecar. */
export function personDataOf(dapr: Pick<Sidecar, 'invoke'>, app: string): ReadPersonData {
  return (userId, after) => {
    const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
    return dapr.invoke<PersonData>(app, { method: 'GET', path: `/internal/people/${userId}/data${query}` });
  };
}

export interface CollectorParts {
  readonly exports: Exports;
  /** By the name under which the document shows it. */
  readonly sources: Readonly<Record<string, ReadPersonData>>;
  readonly now: () => Date;
  readonly sweepMs?: number;
}

/** Gathers exports: all of it, or none; while a service is away the export waits for it. */
export function startCollecting(
  { log }: Pick<Kernel, 'log'>,
  { exports, sources, now, sweepMs = 1000 }: CollectorParts,
): LeasedJobs<ExportJob> {
  async function work(job: ExportJob): Promise<void> {
    try {
      const parts = await Promise.all(Object.entries(sources).map(async ([name, read]) => [name, await all(read, job.userId)] as const));
      await exports.finish(job, { madeAt: now().toISOString(), userId: job.userId, ...Object.fromEntries(parts) });
    } catch (error) {
      if (!isTransient(error)) throw error;
      log.warn({ error }, 'an export waits for a service that does not answer');
      await exports.later(job, againSeconds);
    }
  }

  return startLeasedJobs({ name: 'exports', log, lease: (limit) => exports.lease(limit), work, concurrency: 4, sweepMs });
}

/** All pages as one. */
async function all(read: ReadPersonData, userId: string): Promise<Record<string, unknown[]>> {
  const whole: Record<string, unknown[]> = {};
  let after: string | undefined;
  do {
    const { data, next } = await read(userId, after);
    for (const [name, items] of Object.entries(data)) whole[name] = [...(whole[name] ?? []), ...items];
    after = next ?? undefined;
  } while (after !== undefined);
  return whole;
}
