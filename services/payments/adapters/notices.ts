import type { Kernel } from '@cartwright/kernel/kernel';
import type { Job, Notice, Payments } from '../ports.ts';

/** Takes the webhooks of the sandbox, which come from this process itself; they may begin before there is a worker. */
export function noticesFor({ log }: Pick<Kernel, 'log'>, payments: Pick<Payments, 'notice'>) {
  // What is not started is found by the worker's sweep once its lease has run out.
  let start: (...jobs: readonly Job[]) => void = () => undefined;
  return {
    startBy(by: (...jobs: readonly Job[]) => void): void {
      start = by;
    },
    deliver: (notice: Notice): void => {
      payments.notice(notice).then(
        (jobs) => {
          start(...jobs);
        },
        (error: unknown) => {
          // As on a network: it is lost, and what it told is looked up later.
          log.warn({ error, ...notice.about }, 'a webhook of the sandbox was lost');
        },
      );
    },
  };
}
