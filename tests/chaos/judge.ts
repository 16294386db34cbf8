import type { Fault } from './fault.ts';

/** What went wrong with a trial itself, whatever the books say: they are in order also where nobody could buy. */
export interface TrialProblem {
  readonly name: 'slow recovery' | 'no recovery' | 'no orders' | 'too few orders' | 'fault failed';
  readonly what: string;
}

/** How soon purchases must succeed again after anything at all. */
export const longestRecoveryMs = 60_000;
/** A run of all faults that sold less shows too little. */
export const leastOrders = 5000;

/** Whether people bought anything, and soon enough after the fault. Pure. */
export function judgeTrial(
  { name, recoversWithinMs = longestRecoveryMs }: Fault,
  orders: number,
  recoveredMs: number | null,
): TrialProblem[] {
  if (orders === 0) return [{ name: 'no orders', what: `${name}: nobody could buy anything` }];
  if (recoveredMs === null) return [{ name: 'no recovery', what: `${name}: nobody could buy any more` }];
  if (recoveredMs <= recoversWithinMs) return [];
  return [{ name: 'slow recovery', what: `${name}: nobody could buy for ${String(recoveredMs)} ms` }];
}

/** Whether a run of all faults was one. Pure. */
export function judgeRun(orders: number): TrialProblem[] {
  return orders >= leastOrders ? [] : [{ name: 'too few orders', what: `${String(orders)} in all, of at least ${String(leastOrders)}` }];
}
