import { expect } from 'chai';
import { listQuery } from '../../../domain/search/list-words.ts';

describe('The query for a list of Postgres', () => {
  for (const [text, query] of [
    ['walnut', "('walnut':*AB)"],
    ['Désk Lamps', "('desk':*AB) & ('lamps':*AB | 'lamp':*AB)"],
    ['a bag for the beach', "('bag':*AB) & ('beach':*AB)"],
    ['the', "('the':*AB)"],
    ["it's '1.5' | !l:*D \\ & (", "('1.5':*AB) & ('l':*AB) & ('d':*AB)"],
    ['?!', undefined],
  ] as const)
    it(`asks for every word that tells something, and cannot be broken out of: ${text}`, () => {
      expect(listQuery(text, 'AB')).to.equal(query);
    });
});
