import { expect } from 'chai';
import fc from 'fast-check';
import { joined, singular, termsOf, wordsOf } from '../../../domain/search/terms.ts';

describe('Terms of a text', () => {
  for (const [text, terms] of [
    ['Women’s Watches', ['woman', 'watch']],
    ["womens' watch", ['woman', 'watch']],
    ["Chef's Knives", ['chef', 'knife']],
    ['Café-Crème, 1.5 l', ['cafe', 'creme', '1.5', 'l']],
    ['a bag for the beach', ['bag', 'beach']],
    ['Dresses, boxes, brushes, berries and tomatoes', ['dress', 'box', 'brush', 'berry', 'tomato']],
    ["J'adore by Dior", ['jadore', 'dior']],
    ['shoes, ties, scarves, glass', ['shoe', 'tie', 'scarf', 'glass']],
    ['the', []],
    ['椅子 стул', ['椅子', 'стул']],
  ] as const)
    it(`are those that matter, in the singular: ${text}`, () => {
      expect(termsOf(text)).to.deep.equal(terms);
    });

  it('are the same for one and for many', () => {
    for (const [one, many] of [
      ['lamp', 'lamps'],
      ['shelf', 'shelves'],
      ['child', 'children'],
      ['potato', 'potatoes'],
      ['pastry', 'pastries'],
      ['glass', 'glasses'],
      ['watch', 'watches'],
      ['bus', 'bus'],
    ] as const)
      expect(singular(many), many).to.equal(singular(one));
  });

  it('stay what they are when they are made again, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const words = wordsOf(text);
        expect(wordsOf(words.join(' '))).to.deep.equal(words);
        for (const term of termsOf(text)) expect(term).not.to.match(/\s/);
      }),
    );
  });

  it('can be written as one with their neighbours', () => {
    expect(joined(['head', 'torch', 'ember'])).to.deep.equal(['headtorch', 'torchember']);
    expect(joined(['lamp'])).to.deep.equal([]);
  });
});
