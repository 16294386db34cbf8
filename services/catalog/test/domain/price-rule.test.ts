import { expect } from 'chai';
import fc from 'fast-check';
import { ruledCompareAt, ruledPrice } from '../../domain/price-rule.ts';
import type { PriceRule } from '../../domain/price-rule.ts';

const ending99 = (direction: 'nearest' | 'up' | 'down') => ({ multiple: 100, minus: 1, direction });

describe('A price rule', () => {
  it('takes a share off to the minor unit, halves upwards, and knows two decimals of a percentage', () => {
    expect(ruledPrice({ change: { percent: -10 } }, 1999)).to.equal(1799);
    expect(ruledPrice({ change: { percent: -10 } }, 1995)).to.equal(1796); // 1795.5
    expect(ruledPrice({ change: { percent: 0.07 } }, 10_000)).to.equal(10_007);
    expect(ruledPrice({ change: { percent: -100 } }, 1999)).to.equal(0);
  });

  it('rounds to prices that end as wanted', () => {
    const of = (direction: 'nearest' | 'up' | 'down', price: number) =>
      ruledPrice({ change: { amount: 0 }, rounding: ending99(direction) }, price);
    expect([1940, 1949, 1950, 1999].map((price) => of('nearest', price))).to.deep.equal([1899, 1999, 1999, 1999]);
    expect([1900, 1999, 2000].map((price) => of('up', price))).to.deep.equal([1999, 1999, 2099]);
    expect([1998, 1999, 2000].map((price) => of('down', price))).to.deep.equal([1899, 1999, 1999]);
  });

  it('makes no price of what would be below zero or beyond all prices', () => {
    expect(ruledPrice({ change: { amount: -500 } }, 499)).to.equal(null);
    expect(ruledPrice({ change: { amount: 0 }, rounding: ending99('down') }, 50)).to.equal(null);
    expect(ruledPrice({ change: { percent: 1000 } }, 1_000_000_000_000)).to.equal(null);
  });

  it('lands on a multiple less what is taken off, nearer than one step, and on the side that was asked for', () => {
    const rules = fc.record({
      price: fc.integer({ min: 0, max: 10_000_000 }),
      multiple: fc.integer({ min: 1, max: 1000 }),
      direction: fc.constantFrom('nearest' as const, 'up' as const, 'down' as const),
    });
    fc.assert(
      fc.property(rules, ({ price, multiple, direction }) => {
        const rule: PriceRule = { change: { amount: 0 }, rounding: { multiple, direction } };
        const found = ruledPrice(rule, price) ?? -1;
        const apart = found - price;
        const within = direction === 'nearest' ? Math.abs(apart) * 2 <= multiple : direction === 'up' ? apart >= 0 : apart <= 0;
        return found % multiple === 0 && within && Math.abs(apart) < multiple;
      }),
    );
  });

  it('leaves beside a lower price what it cost before, where it is told to', () => {
    const rule = (compareAt: 'keep' | 'set' | 'clear'): PriceRule => ({ change: { amount: 0 }, compareAt });
    const before = { price: 1000, compareAt: 1500 };
    expect(ruledCompareAt(rule('set'), before, 900)).to.equal(1000);
    expect(ruledCompareAt(rule('set'), before, 1100)).to.equal(null);
    expect(ruledCompareAt(rule('keep'), before, 900)).to.equal(1500);
    expect(ruledCompareAt(rule('clear'), before, 900)).to.equal(null);
  });
});
