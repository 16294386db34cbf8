import { summarize } from './statistics.ts';
import type { Summary } from './statistics.ts';

export interface Measurement extends Summary {
  readonly name: string;
  readonly operations: number;
  readonly errors: number;
  readonly perSecond: number;
  /** Of all processes of the stack, in an operation. */
  readonly cpuMilliseconds: number;
}

export interface LoopOptions {
  readonly name: string;
  readonly buyers: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** CPU time used so far by all processes that count, in milliseconds. */
  readonly cpu: () => number;
  /** Makes one buyer; what it answers is one operation. */
  readonly buyer: (number: number) => () => Promise<void>;
}

/** A closed loop: each buyer begins its next operation when the one before is done. What runs during the warm-up is not counted. */
export async function closedLoop({ name, buyers, warmUpSeconds, seconds, cpu, buyer }: LoopOptions): Promise<Measurement> {
  const times: number[] = [];
  let errors = 0;
  let lastError: unknown;
  const begins = performance.now() + warmUpSeconds * 1000;
  const ends = begins + seconds * 1000;
  let cpuBefore: number | undefined;

  const run = async (operate: () => Promise<void>): Promise<void> => {
    while (performance.now() < ends) {
      const began = performance.now();
      if (began >= begins) cpuBefore ??= cpu();
      const failed = await operate().then(
        () => false,
        (error: unknown) => {
          lastError = error;
          return true;
        },
      );
      if (began < begins) continue;
      if (failed) errors++;
      else times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: buyers }, (_, number) => run(buyer(number))));
  const used = cpu() - (cpuBefore ?? 0);
  const elapsed = (performance.now() - begins) / 1000;
  if (times.length === 0) throw new Error(`${name}: no operation succeeded`, { cause: lastError });
  return {
    name,
    operations: times.length,
    errors,
    perSecond: times.length / elapsed,
    cpuMilliseconds: used / times.length,
    ...summarize(times),
  };
}
