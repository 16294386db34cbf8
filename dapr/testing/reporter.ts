// A mocha reporter: prints as `spec` does, and leaves the totals in the file that CARTWRIGHT_TEST_TOTALS names, because the line
// with them has to stand last, after the coverage. With the option `parts` it marks where a suite is over, for whoever prints suites whole.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { partMark } from './whole-parts.ts';

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

export default class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { parts } = (options.reporterOptions ?? {}) as { parts?: string };
    if (parts !== undefined)
      runner.on('suite end', ({ parent }) => {
        if (parent?.root === true) process.stdout.write(partMark);
      });
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const totals: Totals = { passed: passes, failed: failures, skipped: pending };
      const file = process.env['CARTWRIGHT_TEST_TOTALS'];
      if (file !== undefined) writeFileSync(file, JSON.stringify(totals));
    });
  }
}
