import { expect } from 'chai';

interface Refusal {
  readonly reason: string;
  readonly minimumItems?: { amount: number; currency: string };
}
interface Words {
  readonly couponRefusalWords: (code: string, refusal: Refusal) => string;
  readonly couponRefusalAt: (cart: { coupon?: string; couponRefusal?: Refusal }, price: object) => Refusal | undefined;
}

// Pages are plain JavaScript, which browsers load as it is written.
const { couponRefusalWords, couponRefusalAt } = (await import(new URL('../../web/coupon-words.js', import.meta.url).href)) as Words;

const minimum: Refusal = { reason: 'minimum', minimumItems: { amount: 2000, currency: 'USD' } };
const refused = { is: 'failed', error: { problem: { code: 'coupon_not_valid', reason: 'minimum' } } };

describe('A code that takes nothing off', () => {
  it('is told why in plain words', () => {
    expect(couponRefusalWords('SAVE5', minimum)).to.equal('SAVE5 is for goods of $20.00 or more.');
    expect(couponRefusalWords('SAVE5', { reason: 'minimum' })).to.equal('SAVE5 is for a larger order.');
    expect(couponRefusalWords('SAVE5', { reason: 'currency' })).to.equal('SAVE5 is for prices in another currency.');
    expect(couponRefusalWords('SAVE5', { reason: 'gone' })).to.equal('SAVE5 cannot be used any more.');
  });

  it('stands against the check-out as the cart says, until the price says better', () => {
    const cart = { coupon: 'SAVE5', couponRefusal: minimum };
    expect(couponRefusalAt(cart, { is: 'unknown' })).to.equal(minimum);
    expect(couponRefusalAt(cart, refused)).to.equal(minimum);
    expect(couponRefusalAt(cart, { is: 'known', quote: { coupon: 'SAVE5' } })).to.equal(undefined);
  });

  it('is noticed where it ended, or the cart came to less, after the cart was read', () => {
    const cart = { coupon: 'SAVE5' };
    expect(couponRefusalAt(cart, { is: 'known', quote: {} })).to.deep.equal({ reason: 'gone' });
    expect(couponRefusalAt(cart, refused)).to.deep.equal({ reason: 'minimum' });
    expect(couponRefusalAt(cart, { is: 'failed', error: new Error('The shop cannot be reached') })).to.equal(undefined);
  });

  it('is none where there is no code', () => {
    expect(couponRefusalAt({}, { is: 'known', quote: {} })).to.equal(undefined);
  });
});
