import { expect } from 'chai';
import { firstLanguage } from '../../http/language.ts';

describe('The first language of Accept-Language', () => {
  for (const [header, expected] of [
    ['de-AT,de;q=0.9,en;q=0.8', 'de-AT'],
    [' fr ; q=0.5', 'fr'],
    ['*', null],
    ['', null],
    [undefined, null],
    ['de_AT', null],
    [`en-${'abcdefgh-'.repeat(4)}`, null],
    ['en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd', null],
  ] as const) {
    it(`of ${header ?? 'nothing'} is ${expected ?? 'none'}`, () => {
      expect(firstLanguage(header)).to.equal(expected);
    });
  }
});
