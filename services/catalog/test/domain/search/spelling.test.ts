import { expect } from 'chai';
import fc from 'fast-check';
import { alternativesOf } from '../../../domain/search/alternatives.ts';
import { withinEdits } from '../../../domain/search/edits.ts';
import { asWritten, didYouMean, readSpelling, spellingQuery } from '../../../domain/search/spelling.ts';
import { seeded, sample, oneEditMisspellings } from '../../relevance/misspellings.ts';
import { ndcgAt10 } from '../../relevance/ndcg.ts';

const option = (...texts: string[]): { text: string }[] => texts.map((text) => ({ text }));

describe('The distance of two words', () => {
  it('is one for each slip, two neighbours swapped among them', () => {
    for (const other of ['lam', 'lampe', 'lump', 'lmap', 'amp', 'lamp']) expect(withinEdits('lamp', other, 1), other).to.equal(true);
    for (const other of ['la', 'lumps', 'plam', 'palm', 'desk']) expect(withinEdits('lamp', other, 1), other).to.equal(false);
    expect(withinEdits('palm', 'lamp', 2)).to.equal(false);
    expect(withinEdits('walnut', 'wallnutt', 2)).to.equal(true);
  });

  it('is at most one for every misspelling by one edit', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8})?$/), (text) => {
        for (const other of oneEditMisspellings(text)) expect(withinEdits(text, other, 1), other).to.equal(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe('What may stand for a word', () => {
  const termsFor = (...args: Parameters<typeof alternativesOf>): string[][] =>
    alternativesOf(...args).map((all) => all.map(({ terms }) => terms.join(' ')));

  it('is the word itself first, then its synonyms; those of a phrase for each of its words', () => {
    expect(termsFor(['flashlight'], asWritten)).to.deep.equal([['flashlight', 'torch']]);
    const [rain, coat] = termsFor(['rain', 'coat'], asWritten);
    expect(rain?.[0]).to.equal('rain');
    expect(rain).to.include.members(['rain jacket', 'raincoat']);
    expect(coat?.[0]).to.equal('coat');
    expect(coat).to.include('rain jacket');
  });

  it('is what it may have been meant to be where typos are forgiven, and the two words that it may consist of', () => {
    const spelling = readSpelling({ near: [{ text: 'lapm', options: option('lamp', 'camp') }] });
    expect(termsFor(['lapm'], spelling)[0]).to.include.members(['lapm', 'lamp', 'light', 'la pm']);
    expect(termsFor(['rucksakc'], readSpelling({ near: [{ text: 'rucksakc', options: [] }] }))[0]).to.include('backpack');
  });

  it('is not more than a query can hold, however long it is', () => {
    const terms = Array.from({ length: 60 }, (_, index) => `word${String(index)}`);
    expect(alternativesOf(terms, asWritten)).to.have.length(12);
  });
});

describe('Correcting the spelling', () => {
  it('asks for each word as it is, in the singular, and as one with its neighbour', () => {
    expect(spellingQuery('Eye shadows').text).to.equal('eye shadows shadow eyeshadow');
  });

  it('takes two edits in longer words only, and knows plurals that no rule makes', () => {
    const spelling = readSpelling({
      near: [
        { text: 'lapm', options: option('lamp', 'lap', 'pale') },
        { text: 'wlanutt', options: option('walnut') },
        { text: 'kmives', options: [] },
      ],
    });
    expect(spelling.get('lapm')).to.deep.equal([
      { term: 'lamp', edits: 1 },
      { term: 'lap', edits: 1 },
    ]);
    expect(spelling.get('wlanutt')).to.deep.equal([{ term: 'walnut', edits: 2 }]);
    expect(spelling.get('kmive')).to.deep.equal([{ term: 'knife', edits: 1 }]);
  });

  it('proposes other words only for those that no product has, and nothing where all are known', () => {
    const missing = [
      { text: 'wallnut', options: option('walnut') },
      { text: 'lamp', options: [] },
    ];
    expect(didYouMean('Wallnut lamp', { missing })).to.equal('walnut lamp');
    expect(didYouMean('lamp', { missing: [{ text: 'lamp', options: [] }] })).to.equal(undefined);
    expect(didYouMean('rucksack', { missing: [{ text: 'rucksack', options: option('sack') }] })).to.equal(undefined);
  });
});

describe('The measure of relevance', () => {
  const grades = new Map([
    ['a', 3],
    ['b', 1],
  ]);

  it('is 1 for the best order, less for a worse one, 0 for nothing of worth', () => {
    expect(ndcgAt10(['a', 'b', 'x'], grades)).to.equal(1);
    expect(ndcgAt10(['b', 'a'], grades)).to.be.closeTo((1 + 7 / Math.log2(3)) / (7 + 1 / Math.log2(3)), 1e-12);
    expect(ndcgAt10(['x', 'y'], grades)).to.equal(0);
    expect(ndcgAt10([...Array.from({ length: 10 }, (_, index) => String(index)), 'a'], grades)).to.equal(0);
  });

  it('is sampled alike for the same seed', () => {
    const some = (seed: number): string[] => sample(oneEditMisspellings('desk lamp'), 5, seeded(seed));
    expect(some(1)).to.deep.equal(some(1));
    expect(some(1)).not.to.deep.equal(some(2));
    expect(new Set(oneEditMisspellings('desk lamp'))).to.include.members(['desklamp', 'dsek lamp', 'desk lam', 'desk lampp', 'besk lamp']);
  });
});
