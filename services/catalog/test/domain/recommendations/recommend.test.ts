import { expect } from 'chai';
import { explain, rank } from '../../../domain/recommendations/recommend.ts';
import type { Pair } from '../../../domain/recommendations/recommend.ts';

const bought = (productId: string, otherId: string, customers: number, demand = customers): Pair => ({
  kind: 'bought',
  productId,
  otherId,
  customers,
  demand,
});
const viewed = (productId: string, otherId: string, customers: number): Pair => ({
  ...bought(productId, otherId, customers),
  kind: 'viewed',
});
const idsOf = (pairs: readonly Pair[], ...given: string[]): string[] => rank(pairs, new Set(given)).map(({ productId }) => productId);

describe('What goes with a product', () => {
  it('is what more customers bought with it, before what was only looked at', () => {
    expect(idsOf([bought('lamp', 'bulb', 5), bought('lamp', 'desk', 2), viewed('lamp', 'chair', 6)], 'lamp')).to.deep.equal([
      'bulb',
      'desk',
      'chair',
    ]);
  });

  it('is not what everybody buys anyway', () => {
    expect(idsOf([bought('lamp', 'bag', 6, 600), bought('lamp', 'bulb', 4, 5)], 'lamp')).to.deep.equal(['bulb', 'bag']);
  });

  it('is none of what is given, and goes before others where it goes with several of them', () => {
    const pairs = [bought('lamp', 'desk', 9), bought('lamp', 'rug', 4), bought('lamp', 'bulb', 3), bought('desk', 'bulb', 3)];
    expect(idsOf(pairs, 'lamp', 'desk')).to.deep.equal(['bulb', 'rug']);
  });

  it('needs two visitors, for one may be chance', () => {
    expect(idsOf([viewed('lamp', 'bulb', 1), viewed('lamp', 'desk', 2)], 'lamp')).to.deep.equal(['desk']);
  });

  it('is explained by its strongest pair', () => {
    const [first] = rank([viewed('lamp', 'bulb', 2), bought('desk', 'bulb', 12, 13)], new Set(['lamp', 'desk']));
    expect(first?.reason).to.deep.equal({ kind: 'bought_together', withId: 'desk', customers: 12 });
    expect(explain(first!.reason, 'Walnut Desk')).to.equal('Bought together with Walnut Desk by 12 customers');
    expect(explain({ kind: 'viewed_together', withId: 'x', customers: 1 }, 'Rug')).to.equal('Looked at together with Rug by 1 visitor');
  });
});
