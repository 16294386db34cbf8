import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endingSignals, runNode } from '../commands/run.ts';
import type { Instance } from '../instance/instance.ts';
import { stackEnvironment } from '../instance/stack-file.ts';
import { roundsOf } from './lanes.ts';
import type { Lane, Round } from './lanes.ts';
import type { Totals } from './reporter.ts';
import { wholeParts } from './whole-parts.ts';

export interface TestRun {
  readonly instance: Instance;
  /** Only tests whose title matches. */
  readonly grep: string | undefined;
  /** Where processes leave their totals. */
  readonly folder: string;
}

const titles: Readonly<Record<Lane, string>> = {
  apart: 'tests of units and single services',
  shared: 'tests of the running stack',
  alone: 'tests that want it for themselves',
};

/** Runs test files, those of a round at the same time. After Ctrl-C, which the processes get too, no further round begins. */
export async function runTests(files: readonly string[], run: TestRun): Promise<Totals> {
  let totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
  };
  for (const signal of endingSignals) process.on(signal, interrupt);
  for (const round of roundsOf(files)) if (!interruption.signal.aborted) totals = sum(totals, await runRound(round, run));
  for (const signal of endingSignals) process.off(signal, interrupt);
  return totals;
}

async function runRound(round: Round, run: TestRun): Promise<Totals> {
  // One alone has the terminal.
  if (round.length > 1)
    console.log(`\nAt the same time: ${round.map(({ lane, files }) => `${titles[lane]} (${String(files.length)} files)`).join(', ')}`);
  const print = round.length > 1 ? (part: string) => process.stdout.write(part) : undefined;
  const all = await Promise.all(round.map(({ lane, files }) => runMocha(files, lane, run, print)));
  return all.reduce(sum);
}

async function runMocha(files: readonly string[], lane: Lane, run: TestRun, print: ((part: string) => void) | undefined): Promise<Totals> {
  const { instance, grep, folder } = run;
  const totalsFile = join(folder, `totals-${lane}.json`);
  rmSync(totalsFile, { force: true });
  const parts = wholeParts((part) => print?.(part));
  const options = [
    ...['--no-config', '--exit', '--timeout', '30000', '--reporter', join(instance.root, 'dapr/testing/reporter.ts')],
    ...(print === undefined ? [] : ['--reporter-option', 'parts=yes', ...(process.stdout.isTTY ? ['--color'] : [])]),
    ...(grep === undefined ? [] : ['--grep', grep]),
  ];
  const environment = {
    ...(existsSync(join(instance.folder, 'stack.json')) ? stackEnvironment(instance) : {}),
    CARTWRIGHT_TEST_TOTALS: totalsFile,
  };
  const code = await runNode(
    ['node_modules/mocha/bin/mocha.js', ...options, ...files],
    environment,
    instance.root,
    print === undefined ? undefined : parts.hear,
  );
  parts.end();
  const counted = existsSync(totalsFile) ? (JSON.parse(readFileSync(totalsFile, 'utf8')) as Totals) : undefined;
  const totals = outcome(code, counted);
  if (totals.failed !== counted?.failed)
    console.error(`✘ mocha ended with ${String(code)} ${counted === undefined ? 'before' : 'after'} the ${titles[lane]} were counted`);
  return totals;
}

/** What a process of mocha counts for. One that ended otherwise than by its tests has failed, whatever it counted. */
export function outcome(code: number, counted: Totals | undefined): Totals {
  if (counted === undefined) return { passed: 0, failed: 1, skipped: 0 };
  return code === 0 || counted.failed > 0 ? counted : { ...counted, failed: 1 };
}

export function sum(one: Totals, other: Totals): Totals {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed, skipped: one.skipped + other.skipped };
}
