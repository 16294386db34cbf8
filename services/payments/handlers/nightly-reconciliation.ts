import type { ScheduledJob } from '@cartwright/kernel/kernel';
import type { Reconciliations } from '../ports.ts';

/** Compares payments with the providers' records each night, at a quiet hour. The scheduler calls one copy of the service. */
export function nightlyReconciliation(reconciliations: Pick<Reconciliations, 'begin'>): ScheduledJob {
  return {
    name: 'reconcile-payments',
    schedule: '0 17 3 * * *',
    run: async (log) => {
      const news = await reconciliations.begin({ askedBy: 'schedule', hours: 72, waitingSeconds: 120 });
      if (news === undefined) {
        log.info('payments are being reconciled already');
        return;
      }
      for await (const one of news)
        if (one.type === 'result') log.info({ ...one, differences: one.differences.length }, 'payments reconciled');
    },
  };
}
