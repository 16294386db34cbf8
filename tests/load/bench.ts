// npm run bench -- cart checkout [--seconds 20] [--products 100000] [--json]: measures workloads beside their floors and bars, and writes
// docs/PERFORMANCE.md. Exit code 1 where a figure does not hold its bar.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runningStack } from '../stack.ts';
import { holds, written } from './figures.ts';
import { plotBars } from './plot.ts';
import { performancePage, ratioToFloor } from './report.ts';
import type { WorkloadResult } from './report.ts';
import { workloads } from './workloads.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '20' },
    products: { type: 'string' },
    json: { type: 'boolean', default: false },
    'no-page': { type: 'boolean', default: false },
  },
});
const names = positionals.length === 0 ? Object.keys(workloads) : positionals;
const unknown = names.find((name) => !Object.hasOwn(workloads, name));
if (unknown !== undefined) throw new Error(`There is no workload ${unknown}; there are ${Object.keys(workloads).join(', ')}`);
const seconds = Number(values.seconds);
if (!(seconds >= 1 && seconds <= 3600)) throw new Error(`--seconds is a number from 1 to 3600, not ${values.seconds}`);

const products = values.products === undefined ? undefined : Number(values.products);
if (products !== undefined && !(products >= 1000 && products <= 1_000_000))
  throw new Error(`--products is a number from 1000 to 1000000, not ${String(values.products)}`);

const stack = runningStack();
const lengths = { buyers: 16, warmUpSeconds: Math.min(5, seconds), seconds, ...(products === undefined ? {} : { products }) };
const results: WorkloadResult[] = [];
for (const name of names) {
  if (!values.json) console.log(`… ${name}`);
  const { measurements, figures } = await workloads[name]!(stack, lengths);
  results.push({ name, measurements, figures });
  if (!figures.every(holds)) process.exitCode = 1;
  if (values.json) continue;
  for (const figure of figures) console.log(`  ${written(figure)}`);
  if (measurements.length === 0) continue;
  console.table(
    Object.fromEntries(
      measurements.map(({ name: what, ...figures }) => [
        what,
        Object.fromEntries(Object.entries(figures).map(([figure, value]) => [figure, Math.round(value * 10) / 10])),
      ]),
    ),
  );
}
if (values.json)
  console.log(
    JSON.stringify({
      lengths,
      results: results.map((result) => ({
        ...result,
        ratioToFloor: ratioToFloor(result),
        figures: result.figures.map((figure) => ({ ...figure, holds: holds(figure) })),
      })),
    }),
  );
if (!values['no-page']) writePage();

function writePage(): void {
  const docs = join(import.meta.dirname, '../../docs');
  mkdirSync(join(docs, 'performance'), { recursive: true });
  for (const { name, measurements } of results) {
    if (measurements.length === 0) continue;
    const bars = measurements.map(({ name: label, perSecond }) => ({ label, value: perSecond }));
    writeFileSync(join(docs, 'performance', `${name}.svg`), plotBars(`${name}: operations a second`, '/s', bars));
  }
  const machine = `${String(availableParallelism())} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${String(Math.round(totalmem() / 2 ** 30))} GiB`;
  writeFileSync(join(docs, 'PERFORMANCE.md'), performancePage({ date: new Date().toISOString().slice(0, 10), machine, lengths, results }));
}
