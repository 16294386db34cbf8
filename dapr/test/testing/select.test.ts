import { expect } from 'chai';
import { UsageError } from '../../instance/arguments.ts';
import { parseTestArguments } from '../../testing/arguments.ts';
import { measure } from '../../testing/coverage.ts';
import { kinds, selectTests } from '../../testing/select.ts';

const files = [
  'tests/e2e/buy.e2e.test.ts',
  'services/auth/test/login.integration.test.ts',
  'services/auth/test/rules.test.ts',
  'actors/cart/test/cart.test.ts',
];

describe('selectTests', () => {
  it('puts unit tests before those that need a stack or a browser', () => {
    expect(selectTests(files, { kinds: ['unit', 'integration', 'e2e'], paths: [] })).to.deep.equal([
      files[3],
      files[2],
      files[1],
      files[0],
    ]);
  });

  it('puts tests on other infrastructure last', () => {
    const swap = 'tests/swap/products.swap.test.ts';
    expect(selectTests([swap, ...files], { kinds, paths: [] }).at(-1)).to.equal(swap);
  });

  it('takes one kind, or the files that are named', () => {
    expect(selectTests(files, { kinds: ['integration'], paths: [] })).to.deep.equal([files[1]]);
    expect(selectTests(files, { kinds: ['unit', 'integration'], paths: ['./services/auth'] })).to.deep.equal([files[2], files[1]]);
  });
});

describe('parseTestArguments', () => {
  it('runs everything when nothing is said', () => {
    expect(parseTestArguments([])).to.deep.equal({ kinds: ['unit', 'integration', 'e2e', 'chaos', 'swap'], paths: [] });
  });

  it('reads kinds, titles, an instance and paths', () => {
    expect(parseTestArguments(['--only=unit,e2e', '--grep', 'pays', '--on', 'dev', 'services/auth'])).to.deep.equal({
      kinds: ['unit', 'e2e'],
      grep: 'pays',
      on: 'dev',
      paths: ['services/auth'],
    });
  });

  it('refuses what it does not know', () => {
    expect(() => parseTestArguments(['--only', 'slow'])).to.throw(UsageError);
    expect(() => parseTestArguments(['--fast'])).to.throw(UsageError, /--fast/);
  });
});

describe('measure', () => {
  it('holds domain and actors to a higher bar than the rest', () => {
    const coverage = new Map([
      ['services/orders/domain/order.ts', { covered: 90, total: 100 }],
      ['services/orders/app.ts', { covered: 90, total: 100 }],
    ]);
    expect(measure(coverage)).to.deep.equal([
      { name: 'all code', percent: 90, leastPercent: 80, holds: true },
      { name: 'domain/ and actors/', percent: 90, leastPercent: 95, holds: false },
    ]);
  });
});
