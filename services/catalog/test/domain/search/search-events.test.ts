import { expect } from 'chai';
import { publicWords, searchEvent } from '../../../domain/search/search-events.ts';

const searchId = '0193a6f0-0000-7000-8000-00000000000b';

describe('What is written down of a search', () => {
  for (const [typed, kept] of [
    ['  Walnut  LAMP ', 'walnut lamp'],
    ['iphone 13 pro 128 gb', 'iphone 13 pro 128 gb'],
    ['lamp grace@example.test', 'lamp'],
    ['call 0171-2345678 lamp', 'call lamp'],
    ['4242 4242 4242 4242', ''],
    ['4242424242424242', ''],
    ['half \ud800', 'half \ufffd'],
    ['x'.repeat(300), 'x'.repeat(200)],
  ] as const) {
    it(`of “${typed.slice(0, 30)}” is “${kept.slice(0, 30)}”`, () => {
      expect(publicWords(typed)).to.equal(kept);
    });
  }

  it('names the filters, not what they were set to', () => {
    const request = { q: 'lamp', category: 'lighting', maxPrice: 500, sort: 'price', limit: 20 } as const;
    expect(searchEvent(searchId, request, { total: 3, degraded: false })).to.deep.include({
      type: 'SearchPerformed',
      data: { searchId, words: 'lamp', filters: ['category', 'maxPrice'], found: 3, degraded: false },
    });
  });

  it('is an event of its own where nothing was found', () => {
    expect(searchEvent(searchId, { q: 'unicycle', limit: 20 }, { total: 0, degraded: true })).to.deep.include({
      type: 'SearchFoundNothing',
      data: { searchId, words: 'unicycle', filters: [], degraded: true },
    });
  });
});
