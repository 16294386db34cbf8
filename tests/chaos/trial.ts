import { setTimeout as delay } from 'node:timers/promises';
import { readBooks } from '../checker/books.ts';
import { findAnomalies } from '../checker/find-anomalies.ts';
import type { Anomaly } from '../checker/find-anomalies.ts';
import type { Fault, Surroundings } from './fault.ts';
import { judgeTrial, longestRecoveryMs } from './judge.ts';
import type { TrialProblem } from './judge.ts';
import { startLoad } from './load.ts';
import type { Lived, Load } from './load.ts';
import type { Run } from './run.ts';

export interface TrialOptions {
  readonly fault: Fault;
  readonly run: Run;
  readonly seed: number;
  readonly customers: number;
  /** Of load in all; at least as long as the fault lasts, and some seconds before and after. */
  readonly seconds: number;
  /** Of load at least, once the fault is over; 12 unless told. */
  readonly secondsAfter?: number;
  readonly tell: (text: string) => void;
  /** Ends the trial early; what it broke is mended all the same, and then this rejects. */
  readonly interrupted?: AbortSignal;
}

/** What one fault did. */
export interface Trial {
  readonly fault: string;
  readonly orders: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** From the fault, or, where it lasted, from its end, until an order placed after it was confirmed. Null: none was. */
  readonly recoveredMs: number | null;
  /** Until nothing was under way any more, after the load. */
  readonly drainedMs: number;
  /** Answers other than success. */
  readonly answers: Readonly<Record<string, number>>;
  /** Messages of which it is not known whether they went out before a kill, and that were sent again. */
  readonly resent: number;
  readonly anomalies: readonly (Anomaly | TrialProblem)[];
}

const beforeMs = 4000;
const drainMs = 120_000;

/** Lets people shop, makes the fault happen, undoes it, waits until people can buy again and all is quiet, and reads the books. */
export async function tryFault(surroundings: Surroundings, options: TrialOptions): Promise<Trial> {
  const { fault, run, seed, customers, seconds, secondsAfter = 12, tell, interrupted } = options;
  const pause = (ms: number): Promise<void> => delay(ms, undefined, interrupted === undefined ? {} : { signal: interrupted });
  const began = performance.now();
  tell('people shop');
  const load = startLoad(surroundings.stack, run.goods, { seed, name: fault.name, customers, habits: fault.habits });
  const failures: TrialProblem[] = [];
  let undone: number;
  try {
    await pause(beforeMs);
    tell(fault.what);
    try {
      await happens(fault, surroundings, pause);
    } catch (error) {
      interrupted?.throwIfAborted();
      failures.push({ name: 'fault failed', what: `${fault.name}: ${textOf(error)}` });
    }
    undone = performance.now();
    tell('people go on shopping');
    await pause(Math.max(secondsAfter * 1000, seconds * 1000 - (performance.now() - began)));
    while (recovery(load.lived, undone) === null && performance.now() - undone < longestRecoveryMs) await pause(100);
  } finally {
    tell('people finish');
    await load.stop();
  }
  tell('waiting until all is quiet');
  const stopped = performance.now();
  const recoveredMs = recovery(load.lived, undone);
  const { anomalies, byStatus, resent } = await whenQuiet(surroundings, options, load);
  const orders = load.lived.length;
  return {
    fault: fault.name,
    orders,
    byStatus,
    recoveredMs,
    drainedMs: Math.round(performance.now() - stopped),
    answers: Object.fromEntries([...load.answers].sort()),
    resent,
    anomalies: [...failures, ...judgeTrial(fault, orders, recoveredMs), ...anomalies],
  };
}

/** Makes the fault happen and undoes it, whatever goes wrong in between. */
async function happens(fault: Fault, surroundings: Surroundings, pause: (ms: number) => Promise<void>): Promise<void> {
  await using undo = new AsyncDisposableStack();
  await fault.inject(surroundings, undo);
  await pause(fault.lastsMs);
}

/** Also of errors while undoing, each of which hides the one before. */
function textOf(error: unknown): string {
  if (error instanceof SuppressedError) return `${textOf(error.suppressed)}; then ${textOf(error.error)}`;
  return error instanceof Error ? error.message : String(error);
}

function recovery(lived: readonly Lived[], undone: number): number | null {
  const confirmed = lived.filter(
    ({ placedAt, status, settledAt }) => placedAt >= undone && status === 'confirmed' && settledAt !== undefined,
  );
  const first = Math.min(...confirmed.map(({ settledAt }) => settledAt ?? Infinity));
  return Number.isFinite(first) ? Math.round(first - undone) : null;
}

/** What is still wrong two minutes after the load is wrong. */
async function whenQuiet({ stack }: Surroundings, { run, fault, interrupted }: TrialOptions, load: Load) {
  const deadline = Date.now() + drainMs;
  run.acknowledged.push(...load.lived.map(({ order }) => order.id));
  run.adjustments.push(...load.seller.adjustments);
  run.deletions.push(...load.seller.deletions);
  const { goods, since, acknowledged, adjustments, deletions, rivals, seen, told, excused } = run;
  for (;;) {
    // All orders since the run began: also those whose customer never got an answer.
    const books = await readBooks(stack, { since, rivals: [...rivals] }, goods.skus);
    const before = new Map(books.stock.map(({ sku, counted }) => [sku, counted]));
    if (fault.mayTellTwice === true) for (const { id, resends } of books.messages) if (resends > 0) excused.add(id);
    const anomalies = findAnomalies({ books, acknowledged, before, adjustments, deletions, skus: goods.skus, excused }).filter(
      ({ name, what }) => !told.has(`${name} ${what}`),
    );
    if (anomalies.length === 0 || Date.now() > deadline) {
      for (const { name, what } of anomalies) told.add(`${name} ${what}`);
      const byStatus: Record<string, number> = {};
      for (const { id, status } of books.orders) {
        if (!seen.has(id)) byStatus[status] = (byStatus[status] ?? 0) + 1;
        seen.add(id);
      }
      return { anomalies, byStatus, resent: books.messages.reduce((sum, { resends }) => sum + resends, 0) };
    }
    await delay(1000, undefined, interrupted === undefined ? {} : { signal: interrupted });
  }
}
