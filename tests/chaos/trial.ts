import { setTimeout as delay } from 'node:timers/promises';
import { readBooks } from '../checker/books.ts';
import { findAnomalies } from '../checker/find-anomalies.ts';
import type { Anomaly } from '../checker/find-anomalies.ts';
import type { Adjustment } from '../checker/goods.ts';
import type { Fault, Surroundings } from './fault.ts';
import type { Goods } from './goods.ts';
import { startLoad } from './load.ts';
import type { Lived, Load } from './load.ts';

/** What a run knows of all its trials: the books are checked over all of them, so that a late fault cannot spoil an early order unseen. */
export interface Run {
  readonly goods: Goods;
  /** When it began; RFC 3339. */
  readonly since: string;
  readonly acknowledged: string[];
  /** All adjustments of stock that were asked for. */
  readonly adjustments: Adjustment[];
  /** Orders of earlier trials. */
  readonly seen: Set<string>;
  /** Anomalies that were told before. */
  readonly told: Set<string>;
}

export interface TrialOptions {
  readonly fault: Fault;
  readonly run: Run;
  readonly seed: number;
  readonly customers: number;
  /** Of load in all; at least as long as the fault lasts, and some seconds before and after. */
  readonly seconds: number;
  readonly tell: (text: string) => void;
}

/** Nobody could buy for too long. */
export interface SlowRecovery {
  readonly name: 'slow recovery';
  readonly what: string;
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
  readonly anomalies: readonly (Anomaly | SlowRecovery)[];
}

const beforeMs = 4000;
const afterMs = 12_000;
const drainMs = 120_000;

/** Lets people shop, makes the fault happen, undoes it, waits until all is quiet, and reads the books. */
export async function tryFault(surroundings: Surroundings, options: TrialOptions): Promise<Trial> {
  const { fault, run, seed, customers, seconds, tell } = options;
  const { stack } = surroundings;
  const began = performance.now();
  tell('people shop');
  const load = startLoad(stack, run.goods, { seed, customers });
  await delay(beforeMs);
  tell(fault.what);
  const undo = await fault.inject(surroundings);
  await delay(fault.lastsMs);
  await undo();
  const undone = performance.now();
  tell('people go on shopping');
  await delay(Math.max(afterMs, seconds * 1000 - (performance.now() - began)));
  await load.stop();
  tell('waiting until all is quiet');
  const stopped = performance.now();
  const { anomalies, byStatus, resent } = await whenQuiet(surroundings, run, load);
  const recoveredMs = recovery(load.lived, undone);
  return {
    fault: fault.name,
    orders: load.lived.length,
    byStatus,
    recoveredMs,
    drainedMs: Math.round(performance.now() - stopped),
    answers: Object.fromEntries([...load.answers].sort()),
    resent,
    anomalies: [...anomalies, ...tooSlow(fault, recoveredMs)],
  };
}

function recovery(lived: readonly Lived[], undone: number): number | null {
  const confirmed = lived.filter(
    ({ placedAt, status, settledAt }) => placedAt >= undone && status === 'confirmed' && settledAt !== undefined,
  );
  const first = Math.min(...confirmed.map(({ settledAt }) => settledAt ?? Infinity));
  return Number.isFinite(first) ? Math.round(first - undone) : null;
}

function tooSlow({ name, recoversWithinMs = Infinity }: Fault, recoveredMs: number | null): SlowRecovery[] {
  if ((recoveredMs ?? Infinity) <= recoversWithinMs) return [];
  const what = recoveredMs === null ? 'nobody could buy any more' : `nobody could buy for ${String(recoveredMs)} ms`;
  return [{ name: 'slow recovery', what: `${name}: ${what}` }];
}

/** What is still wrong two minutes after the load is wrong. */
async function whenQuiet({ stack }: Surroundings, { goods, since, acknowledged, adjustments, seen, told }: Run, load: Load) {
  const deadline = Date.now() + drainMs;
  acknowledged.push(...load.lived.map(({ order }) => order.id));
  adjustments.push(...load.adjustments);
  for (;;) {
    // All orders since the run began: also those whose customer never got an answer.
    const books = await readBooks(stack, { since }, goods.skus);
    const before = new Map(books.stock.map(({ sku, counted }) => [sku, counted]));
    const anomalies = findAnomalies({ books, acknowledged, before, adjustments }).filter(({ name, what }) => !told.has(`${name} ${what}`));
    if (anomalies.length === 0 || Date.now() > deadline) {
      for (const { name, what } of anomalies) told.add(`${name} ${what}`);
      const byStatus: Record<string, number> = {};
      for (const { id, status } of books.orders) {
        if (!seen.has(id)) byStatus[status] = (byStatus[status] ?? 0) + 1;
        seen.add(id);
      }
      return { anomalies, byStatus, resent: books.resent };
    }
    await delay(1000);
  }
}
