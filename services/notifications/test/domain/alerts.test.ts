import { expect } from 'chai';
import { isFresh } from '../../domain/alerts.ts';

describe('Alerts', () => {
  it('are news for a day', () => {
    const now = Date.parse('2026-11-25T12:00:00.000Z');
    expect(isFresh('2026-11-24T12:00:01.000Z', now)).to.equal(true);
    expect(isFresh('2026-11-24T12:00:00.000Z', now)).to.equal(false);
  });
});
