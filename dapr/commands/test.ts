import { globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { takeCoverage } from 'node:v8';
import { checkPorts, freeOffset } from '../instance/check-ports.ts';
import { openInstance } from '../instance/instance.ts';
import type { Instance } from '../instance/instance.ts';
import { halt } from '../process/command.ts';
import { Progress } from '../progress.ts';
import { measure, reportCoverage } from '../testing/coverage.ts';
import { parseTestArguments } from '../testing/arguments.ts';
import { runTests, sum } from '../testing/run-tests.ts';
import { scanLogs } from '../testing/scan-logs.ts';
import { collectSpans } from '../testing/span-collector.ts';
import type { TestArguments } from '../testing/arguments.ts';
import type { Totals } from '../testing/reporter.ts';
import { alsoSwapped, kindOf, kinds, selectTests } from '../testing/select.ts';
import { runNode } from './run.ts';
import { bringUp, probe } from './start.ts';
import { stopInstance } from './stop.ts';

const testOffset = 10_000;
const startOptions = { watch: false, seed: true, only: undefined, onlyStores: false } as const;

/**
 * `npm test`: an instance of its own at ports of its own, all tests, the coverage of tests and services together, and the line with
 * the totals last. Answers the exit code.
 */
export async function test(words: readonly string[]): Promise<number> {
  const given = parseTestArguments(words);
  const instance = given.on === undefined ? await testInstance() : openInstance({ name: given.on });
  const files = selectTests(globSync('{services,actors,dapr,tests}/**/*.test.ts', { cwd: instance.root, exclude: isSkipped }), given);
  const usual = files.filter((file) => kindOf(file) !== 'swap');
  const other: Instance = { ...instance, components: 'swap' };
  // An instance that runs already is tested with what it runs with.
  const swapped = given.on === undefined || instance.components === 'swap' ? files.filter((file) => !usual.includes(file)) : [];
  if (usual.length + swapped.length === 0) {
    console.error('✘ No test file is selected\n0 passed, 0 failed');
    return 1;
  }
  if (process.env['CI'] !== undefined && isWhole(given)) {
    for (const step of ['lint', 'type-check']) {
      const code = await runNpm(step, instance.root);
      if (code === 0) continue;
      console.log(`✘ npm run ${step} ended with ${String(code)}\n0 passed, 1 failed`);
      return 1;
    }
  }
  const needsStack = given.on === undefined && files.some((file) => !isUnit(file));
  // Set by bootstrap.mjs for this process and all that it starts.
  const coverage = process.env['NODE_V8_COVERAGE'] ?? join(instance.root, 'coverage/v8');
  const folder = dirname(coverage);
  rmSync(coverage, { recursive: true, force: true });
  mkdirSync(coverage, { recursive: true });
  const spans = needsStack ? await collectSpans(join(instance.folder, 'logs/spans.log')) : undefined;
  // All that is started from here on has it. A run hashes some twelve hundred passwords: with the fewest passes that are safe it is a minute shorter.
  Object.assign(process.env, { ARGON2_PASSES: '2', ...spans?.environment });
  let totals: Totals;
  try {
    if (needsStack) await startForTests(usual.length === 0 ? other : instance);
    totals = await runTests(usual, { instance, grep: given.grep, folder });
    if (swapped.length > 0) {
      // The same instance goes on with other components: this costs one more start of the services, and shows that data outlives the change.
      if (needsStack) await bringUp(other, startOptions, new Progress());
      totals = sum(totals, await runTests([...swapped, ...alsoSwapped], { instance: other, grep: given.grep, folder }));
    }
  } finally {
    if (needsStack) await stopInstance(instance); // services write their coverage and send their last spans as they end
    await spans?.close();
  }
  const covered = given.on === undefined ? await tellCoverage(instance, coverage, isWhole(given)) : true;
  const clean = spans === undefined || (await tellLeaks(instance, { exports: spans.exports(), asked: isWhole(given) }));
  const { passed, skipped } = totals;
  const failed = totals.failed + (clean ? 0 : 1);
  console.log(`${String(passed)} passed, ${String(failed)} failed${skipped === 0 ? '' : `, ${String(skipped)} skipped`}`);
  return failed === 0 && passed > 0 && covered ? 0 : 1;
}

function isSkipped(path: string): boolean {
  return path.includes('node_modules') || path.startsWith('.');
}

function isUnit(file: string): boolean {
  return selectTests([file], { kinds: ['unit'], paths: [] }).length > 0;
}

function isWhole({ kinds: wanted, paths, grep }: TestArguments): boolean {
  return wanted.length === kinds.length && paths.length === 0 && grep === undefined;
}

/** The instance `test`, ten thousand ports above the usual ones, so that a stack that runs is left alone. */
async function testInstance(): Promise<Instance> {
  const usual = openInstance({ name: 'test', portOffset: testOffset, components: 'none' });
  return checkPorts(usual).then(
    () => usual,
    async () => openInstance({ name: 'test', portOffset: await freeOffset(), components: 'none' }),
  );
}

async function startForTests(instance: Instance): Promise<void> {
  await stopInstance(instance); // what an interrupted run left
  rmSync(instance.folder, { recursive: true, force: true });
  const interrupted = (): void => {
    halt();
    void stopInstance(instance).then(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupted);
  const progress = new Progress();
  await bringUp(instance, startOptions, progress);
  await progress.step('A purchase', (step) => probe(instance, step));
}

/** Prints the coverage; answers whether the bars hold, which is asked only of a run of all tests. */
async function tellCoverage(instance: Instance, folder: string, asked: boolean): Promise<boolean> {
  takeCoverage();
  const results = measure(await reportCoverage(instance.root, folder));
  for (const { name, percent, leastPercent, holds } of results) {
    const bar = asked ? ` (at least ${String(leastPercent)} %${holds ? '' : ': MISSED'})` : '';
    console.log(`Lines covered, ${name}: ${percent.toFixed(1)} %${bar}`);
  }
  return !asked || results.every(({ holds }) => holds);
}

/** Names the lines of logs and spans that hold what tests have planted; answers whether there are none, of a run of all tests also whether it had spans. */
async function tellLeaks({ folder }: Instance, spans: { readonly exports: number; readonly asked: boolean }): Promise<boolean> {
  const leaks = await scanLogs(folder);
  for (const { file, line, what, text } of leaks) console.log(`✘ ${file}:${String(line)} holds ${what}: ${text}`);
  if (leaks.length === 0)
    console.log('✔ No log or span holds a password, token, card, name or address of the tests, or a secret of the instance');
  if (!spans.asked || spans.exports > 0) return leaks.length === 0;
  console.log('✘ Nobody has sent a span: they were not looked at');
  return false;
}

function runNpm(script: string, root: string): Promise<number> {
  return runNode(
    [
      '-e',
      `process.exitCode = require('node:child_process').spawnSync('npm', ['run', '--silent', ${JSON.stringify(script)}], { stdio: 'inherit' }).status ?? 1`,
    ],
    {},
    root,
  );
}
