import type Router from '@koa/router';
import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel, ScheduledJob } from '../kernel.ts';

/** Takes the scheduler's calls. It is answered at once: a job may take longer than a call may. One that is still running is not begun again. */
export function mountJobs(router: Router, kernel: Pick<Kernel, 'log'>, jobs: readonly ScheduledJob[]): void {
  const running = new Set<string>();
  for (const { name, run } of jobs) {
    router.post(`/job/${name}`, (ctx) => {
      ctx.status = 200;
      ctx.body = {};
      if (running.has(name)) return;
      running.add(name);
      run(kernel.log)
        .catch((error: unknown) => {
          kernel.log.error({ error, job: name }, 'a scheduled job failed');
        })
        .finally(() => {
          running.delete(name);
        });
    });
  }
}

/** Tells the scheduler of the jobs; again and again while it is away, until the service ends. */
export async function scheduleJobs({ dapr, log, draining }: Kernel, jobs: readonly ScheduledJob[], retryMs = 30_000): Promise<void> {
  for (const { name, schedule } of jobs) {
    while (!draining.aborted) {
      try {
        await dapr.schedule(name, schedule);
        break;
      } catch (error) {
        log.warn({ error, job: name }, 'the scheduler does not take a job');
        await delay(retryMs, undefined, { ref: false, signal: draining }).catch(() => undefined);
      }
    }
  }
}
