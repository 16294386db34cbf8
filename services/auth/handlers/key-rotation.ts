import type { ScheduledJob } from '@cartwright/kernel/kernel';
import type { SigningKeys } from '../ports.ts';

/** Looks each night whether the key that signs access tokens has had its time. The scheduler calls one copy of the service. */
export function keyRotation(keys: Pick<SigningKeys, 'rotateIfDue'>): ScheduledJob {
  return {
    name: 'rotate-signing-keys',
    schedule: '0 40 3 * * *',
    run: async (log) => {
      if (await keys.rotateIfDue()) log.info('a new signing key was made');
    },
  };
}
