import { readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { run } from '../process/command.ts';

/** Lines that tests have run, among those that can be run. */
export interface LineCoverage {
  readonly covered: number;
  readonly total: number;
}

export interface Bar {
  readonly name: string;
  readonly leastPercent: number;
  readonly includes: (file: string) => boolean;
}

/** What must hold; `npm test` fails below it. */
export const bars: readonly Bar[] = [
  { name: 'all code', leastPercent: 80, includes: () => true },
  { name: 'domain/ and actors/', leastPercent: 95, includes: (file) => file.startsWith('actors/') || file.includes('/domain/') },
];

/** Everything that runs in a Node process of ours; the web page runs in a browser. */
const include = ['services/*/**/*.ts', 'actors/**/*.ts', 'dapr/**/*.ts'];
const exclude = [
  '**/*.test.ts',
  '**/test/**',
  'services/storefront/web/**',
  '**/migrations/**',
  '**/node_modules/**',
  '**/*.d.ts',
  '**/*.d.mts',
];

interface Summary {
  lines: { covered: number; total: number };
}

/** Puts together what all processes wrote into `folder`, the services among them, reports beside it, and answers the lines of each file. */
export async function reportCoverage(root: string, folder: string): Promise<Map<string, LineCoverage>> {
  const reports = dirname(folder);
  const patterns = [...include.flatMap((pattern) => ['--include', pattern]), ...exclude.flatMap((pattern) => ['--exclude', pattern])];
  const formats = ['lcovonly', 'html', 'json-summary'].flatMap((format) => ['--reporter', format]);
  await run(
    process.execPath,
    ['node_modules/c8/bin/c8.js', 'report', '--all', '--temp-directory', folder, '--reports-dir', reports, ...formats, ...patterns],
    {
      cwd: root,
    },
  );
  rmSync(folder, { recursive: true, force: true });
  const summary = JSON.parse(readFileSync(join(reports, 'coverage-summary.json'), 'utf8')) as Record<string, Summary>;
  return new Map(
    Object.entries(summary)
      .filter(([file]) => file !== 'total')
      .map(([file, { lines }]) => [relative(root, file), { covered: lines.covered, total: lines.total }]),
  );
}

export interface BarResult {
  readonly name: string;
  readonly percent: number;
  readonly leastPercent: number;
  readonly holds: boolean;
}

/** Measures the bars. Where there is nothing to cover, a bar holds. */
export function measure(coverage: ReadonlyMap<string, LineCoverage>): BarResult[] {
  return bars.map(({ name, leastPercent, includes }) => {
    const files = [...coverage].filter(([file]) => includes(file)).map(([, lines]) => lines);
    const total = files.reduce((sum, lines) => sum + lines.total, 0);
    const covered = files.reduce((sum, lines) => sum + lines.covered, 0);
    const percent = total === 0 ? 100 : (100 * covered) / total;
    return { name, percent, leastPercent, holds: percent >= leastPercent };
  });
}
