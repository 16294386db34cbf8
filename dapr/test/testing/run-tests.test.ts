import { expect } from 'chai';
import { outcome } from '../../testing/run-tests.ts';

describe('What a process of mocha counts for', () => {
  it('is what it counted', () => {
    expect(outcome(0, { passed: 3, failed: 0, skipped: 1 })).to.deep.equal({ passed: 3, failed: 0, skipped: 1 });
    expect(outcome(2, { passed: 3, failed: 2, skipped: 0 })).to.deep.equal({ passed: 3, failed: 2, skipped: 0 });
  });

  it('is a failure where it crashed, before its tests were counted or after', () => {
    expect(outcome(0, undefined)).to.include({ passed: 0, failed: 1 });
    expect(outcome(139, undefined)).to.include({ passed: 0, failed: 1 });
    expect(outcome(7, { passed: 3, failed: 0, skipped: 0 })).to.include({ passed: 3, failed: 1 });
  });
});
