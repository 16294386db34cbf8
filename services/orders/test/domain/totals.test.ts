import { regions } from '@cartwright/kernel/places';
import { expect } from 'chai';
import fc from 'fast-check';
import { applyCoupon, normalizeCode } from '../../domain/coupon.ts';
import type { Coupon } from '../../domain/coupon.ts';
import { fromHundredths, minorDigits, share } from '../../domain/currency.ts';
import { flatShipping, shippingMethods } from '../../domain/shipping.ts';
import { rateFor, regionalTax, taxRates } from '../../domain/tax.ts';
import { itemsOf, totalsOf } from '../../domain/totals.ts';

const policies = { shipping: flatShipping, tax: regionalTax };
const illinois = { country: 'US', region: 'IL' };

describe('What an order costs', () => {
  it('adds up to the unit, whatever is bought, with whatever coupon and wherever it goes', () => {
    const line = fc
      .record({ unitPrice: fc.integer({ min: 0, max: 10_000_000 }), quantity: fc.integer({ min: 1, max: 999 }) })
      .map(({ unitPrice, quantity }) => ({ total: unitPrice * quantity }));
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 100 }),
        fc.integer({ min: 0, max: 1_000_000_000 }),
        fc.constantFrom(...shippingMethods),
        fc.constantFrom('US', 'DE', 'JP', 'XX'),
        fc.constantFrom('USD', 'JPY', 'KWD'),
        (lines, discount, shippingMethod, country, currency) => {
          const destination = { country, region: 'IL' };
          const totals = totalsOf({ lines, currency, discount, shippingMethod, destination }, policies);
          expect(totals.total).to.equal(totals.items - totals.discount + totals.shipping + totals.tax);
          expect(totals.items).to.equal(itemsOf(lines));
          expect(Object.values(totals).every((amount) => Number.isSafeInteger(amount) && amount >= 0)).to.equal(true);
          expect(totals.discount).to.be.at.most(totals.items);
        },
      ),
    );
  });

  it('takes a discount off the goods, and taxes goods and shipping after it, rounded half up', () => {
    const basket = { lines: [{ total: 3000 }], currency: 'USD', discount: 500, shippingMethod: 'standard', destination: illinois } as const;
    expect(totalsOf(basket, policies)).to.deep.equal({ items: 3000, discount: 500, shipping: 499, tax: 187, total: 3186 });
    expect(share(2999, 625)).to.equal(187); // 187.4375
    expect(share(8, 625)).to.equal(1); // 0.5
  });

  it('sends standard orders free above the threshold, counted after the discount, and never express ones', () => {
    expect(flatShipping.cost('standard', 4999, 'USD')).to.equal(499);
    expect(flatShipping.cost('standard', 5000, 'USD')).to.equal(0);
    expect(flatShipping.cost('express', 1_000_000, 'USD')).to.equal(1499);
  });

  it('knows currencies without and with three decimal places', () => {
    expect(minorDigits('JPY')).to.equal(0);
    expect(fromHundredths(499, 'JPY')).to.equal(5);
    expect(fromHundredths(499, 'KWD')).to.equal(4990);
    expect(flatShipping.cost('standard', 50, 'JPY')).to.equal(0);
  });

  it('taxes by country, by region where a country has regions, and not at all where no rate is known', () => {
    expect(rateFor({ country: 'DE', region: 'BY' })).to.equal(1900);
    for (const region of ['CA', ' ca ', 'California', 'CALIFORNIA']) expect(rateFor({ country: 'US', region }), region).to.equal(725);
    expect(rateFor({ country: 'US', region: 'constructor' })).to.equal(0);
    expect(rateFor({ country: 'toString', region: '' })).to.equal(0);
    expect(Object.keys(taxRates)).to.include('US');
  });

  it('has a region to be named wherever a rate depends on it, so that leaving it out saves nothing', () => {
    for (const [country, rates] of Object.entries(taxRates)) {
      if (typeof rates !== 'number') expect(Object.keys(regions[country] ?? {}), country).to.include.members(Object.keys(rates));
    }
  });

  it('is exact where a double would not be', () => {
    expect(share(999_999_999_999, 9999)).to.equal(999_899_999_999);
  });
});

describe('A coupon', () => {
  const percent: Coupon = { code: 'TEN', kind: 'percent', value: 1000, currency: null, minimumItems: 0 };
  const amount: Coupon = { code: 'FIVE', kind: 'amount', value: 500, currency: 'USD', minimumItems: 2000 };

  it('takes its percentage off, rounded half up', () => {
    expect(applyCoupon(percent, 9805, 'EUR')).to.deep.equal({ discount: 981 });
  });

  it('takes its amount off, but never more than the items cost', () => {
    expect(applyCoupon(amount, 2000, 'USD')).to.deep.equal({ discount: 500 });
    expect(applyCoupon({ ...amount, minimumItems: 0 }, 300, 'USD')).to.deep.equal({ discount: 300 });
  });

  it('does not count in another currency, or below its minimum', () => {
    expect(applyCoupon(amount, 2000, 'EUR')).to.deep.equal({ refusal: 'currency' });
    expect(applyCoupon(amount, 1999, 'USD')).to.deep.equal({ refusal: 'minimum' });
  });

  it('is found however its code is typed', () => {
    expect(normalizeCode(' welcome10 ')).to.equal('WELCOME10');
  });
});
