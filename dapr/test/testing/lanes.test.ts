import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { laneOf, roundsOf } from '../../testing/lanes.ts';

const root = resolve(import.meta.dirname, '../../..');
const [unit, service, stack, page, kill] = [
  'services/orders/test/domain/order.test.ts',
  'services/orders/test/routes/orders.integration.test.ts',
  'tests/contract/bad-input.integration.test.ts',
  'tests/e2e/shop.e2e.test.ts',
  'tests/chaos/short.chaos.test.ts',
] as const;

describe('The lanes of a test run', () => {
  it('are units and single services beside the stack’s, in their order, then whoever must be alone', () => {
    expect(roundsOf([unit, service, stack, page, kill])).to.deep.equal([
      [
        { lane: 'apart', files: [unit, service] },
        { lane: 'shared', files: [stack, page] },
      ],
      [{ lane: 'alone', files: [kill] }],
    ]);
  });

  it('are as many as there are tests for', () => {
    expect(roundsOf([kill])).to.deep.equal([[{ lane: 'alone', files: [kill] }]]);
    expect(roundsOf([stack])).to.deep.equal([[{ lane: 'shared', files: [stack] }]]);
    expect(roundsOf([])).to.deep.equal([]);
  });

  it('leave a unit test where units are, wherever it stands', () => {
    expect(laneOf('tests/chaos/judge.test.ts')).to.equal('apart');
  });

  it('are told of every test that can ask the stack’s services', () => {
    const files = globSync('{services,actors,dapr}/**/*.integration.test.ts', { cwd: root, exclude: ['**/node_modules/**'] });
    const able = files.filter((file) => /stackService\(|stackFile\(|CARTWRIGHT_STACK/.test(readFileSync(resolve(root, file), 'utf8')));
    // This takes from the stack's file a store's address.
    expect(able.filter((file) => laneOf(file) === 'apart')).to.deep.equal([
      'services/catalog/test/adapters/reviews-in-mongodb.integration.test.ts',
    ]);
  });
});
