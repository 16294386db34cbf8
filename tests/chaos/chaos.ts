// npm run chaos [-- --fault kill-orders,stop-kafka] [--seconds 20] [--customers 16] [--seed 1] [--short] [--list] [--json]
// People shop while things go wrong; after each fault the databases and the provider's records are checked. Exit code 1 on any anomaly. --json also
// writes what was found to standard output, and everything else to standard error. Ctrl-C mends what is broken, and ends.
import { Console } from 'node:console';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Progress } from '@cartwright/local/progress';
import { runningStack } from '../stack.ts';
import type { Fault } from './fault.ts';
import { faultNamed, faults, shortList } from './faults.ts';
import { stockGoods } from './goods.ts';
import { judgeRun } from './judge.ts';
import type { TrialProblem } from './judge.ts';
import { processesOf } from './processes.ts';
import { newRun } from './run.ts';
import { tryFault } from './trial.ts';
import type { Trial } from './trial.ts';

const { values } = parseArgs({
  options: {
    fault: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    customers: { type: 'string', default: '16' },
    seed: { type: 'string' },
    short: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

function wholeNumber(name: 'seconds' | 'customers' | 'seed', from: number, to: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < from || value > to)
    throw new Error(`--${name} is a whole number from ${String(from)} to ${String(to)}, not ${text}`);
  return value;
}

function chosenFaults(): readonly Fault[] {
  const names = values.fault?.split(',') ?? (values.short ? shortList : faults.map(({ name }) => name));
  return names.map(faultNamed);
}

/** Aborted when somebody wants the run to end; what a fault has broken is mended first. */
function whenInterrupted(tell: (text: string) => void): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!interrupted.signal.aborted) tell(`${signal}: mending what is broken`);
      interrupted.abort(new Error('interrupted'));
    });
  return interrupted.signal;
}

async function main(): Promise<void> {
  if (values.list) {
    for (const { name, what } of faults) console.log(`${name.padEnd(28)} ${what}`);
    return;
  }
  const chosen = chosenFaults();
  const seconds = wholeNumber('seconds', 1, 3600) ?? 20;
  const customers = wholeNumber('customers', 1, 200) ?? 16;
  const seed = wholeNumber('seed', 0, 2 ** 31) ?? randomInt(2 ** 31);
  const stack = runningStack();
  const processes = processesOf(stack.instance);
  const out = values.json ? process.stderr : process.stdout;
  const progress = new Progress(out);
  const interrupted = whenInterrupted((text) => {
    progress.line(text);
  });
  const since = new Date().toISOString();
  const goods = await progress.step('Goods for the run', () =>
    stockGoods(stack, seed.toString(36).toUpperCase() + Date.now().toString(36).toUpperCase()),
  );
  const run = newRun(goods, since);
  const surroundings = { stack, processes, goods, rival: (orderId: string) => void run.rivals.add(orderId) };
  const trials: Trial[] = [];
  try {
    for (const [index, fault] of chosen.entries()) {
      const trial = await progress.step(`${String(index + 1)} of ${String(chosen.length)}: ${fault.name}`, (step) =>
        tryFault(surroundings, { fault, run, seed, customers, seconds, interrupted, tell: (text) => step.say(text) }),
      );
      trials.push(trial);
      for (const { name, what } of trial.anomalies) progress.line(`  ✘ ${name}: ${what}`);
    }
  } catch (error) {
    if (!interrupted.aborted) throw error;
    process.exitCode = 130;
  } finally {
    await goods.remove();
  }
  const isFull = chosen.length === faults.length && !interrupted.aborted;
  report(new Console(out), seed, trials, isFull ? judgeRun(trials.reduce((sum, { orders }) => sum + orders, 0)) : []);
}

function report(out: Console, seed: number, trials: readonly Trial[], problems: readonly TrialProblem[]): void {
  const orders = trials.reduce((sum, trial) => sum + trial.orders, 0);
  const anomalies = trials.reduce((sum, trial) => sum + trial.anomalies.length, problems.length);
  const seconds = (ms: number | null): string => (ms === null ? 'never' : (ms / 1000).toFixed(1));
  out.table(
    Object.fromEntries(
      trials.map(({ fault, orders: count, byStatus, recoveredMs, drainedMs, answers, resent, anomalies: found }) => [
        fault,
        {
          orders: count,
          confirmed: byStatus['confirmed'] ?? 0,
          'no or 5xx answers': Object.entries(answers).reduce((sum, [what, times]) => sum + (/^(5|no answer)/.test(what) ? times : 0), 0),
          'recovered after s': seconds(recoveredMs),
          'drained after s': seconds(drainedMs),
          resent,
          anomalies: found.length,
        },
      ]),
    ),
  );
  for (const { name, what } of problems) out.log(`  ✘ ${name}: ${what}`);
  out.log(
    `${anomalies === 0 ? '✔' : '✘'} ${String(orders)} orders, ${String(anomalies)} anomalies; --seed ${String(seed)} makes the same choices`,
  );
  if (values.json) console.log(JSON.stringify({ seed, orders, anomalies, problems, trials }));
  if (anomalies > 0) process.exitCode = 1;
}

await main();
