import type { Logger } from './telemetry/logger.ts';

export interface Periodic {
  /** Runs it now, unless it runs already. */
  now(): Promise<void>;
  /** Ends it, after the run that is under way. */
  stop(): Promise<void>;
}

/** Runs `work` every so many milliseconds, never two at a time. A failure is logged and tried again at the next tick. */
export function every(milliseconds: number, name: string, log: Logger, work: () => Promise<unknown>): Periodic {
  let running: Promise<void> | undefined;
  const now = (): Promise<void> => (running ??= run());
  const timer = setInterval(() => void now(), milliseconds);
  timer.unref();

  async function run(): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn({ error, task: name }, 'a periodic task failed');
    } finally {
      running = undefined;
    }
  }

  return {
    now,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
