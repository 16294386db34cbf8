import { expect } from 'chai';
import { checkOut } from '../../domain/checkout.ts';
import type { Checkout } from '../../domain/checkout.ts';
import { flatShipping } from '../../domain/shipping.ts';
import { regionalTax } from '../../domain/tax.ts';

const policies = { shipping: flatShipping, tax: regionalTax };
const lamp = { title: 'Lamp, new title', price: 4900, currency: 'USD' };
const checkout: Checkout = {
  lines: [{ sku: 'LAMP', quantity: 2, unitPrice: 4900 }],
  currency: 'USD',
  prices: new Map([['LAMP', lamp]]),
  stock: [],
  coupon: undefined,
  shippingMethod: 'standard',
  destination: { country: 'US', region: 'IL' },
};

describe('Checking a cart out', () => {
  it("takes today's titles, and adds up", () => {
    expect(checkOut(checkout, policies)).to.deep.equal({
      ok: true,
      lines: [{ sku: 'LAMP', title: 'Lamp, new title', quantity: 2, unitPrice: 4900, total: 9800 }],
      totals: { items: 9800, discount: 0, shipping: 0, tax: 613, total: 10_413 },
    });
  });

  it('names each line whose price is not what the customer saw, with the new one', () => {
    const prices = new Map([['LAMP', { ...lamp, price: 5100 }]]);
    const lines = [{ sku: 'GONE', quantity: 1, unitPrice: 100 }, ...checkout.lines];
    expect(checkOut({ ...checkout, lines, prices }, policies)).to.deep.equal({
      ok: false,
      reason: 'price_changed',
      changes: [
        { index: 0, sku: 'GONE', was: 100, now: null },
        { index: 1, sku: 'LAMP', was: 4900, now: 5100 },
      ],
    });
  });

  it('counts a price in another currency as none', () => {
    const prices = new Map([['LAMP', { ...lamp, currency: 'EUR' }]]);
    expect(checkOut({ ...checkout, prices }, policies)).to.deep.include({ reason: 'price_changed' });
  });

  it('takes the coupon off, and says when it does not count', () => {
    const coupon = { code: 'TEN', kind: 'percent', value: 1000, currency: null, minimumItems: 0 } as const;
    const result = checkOut({ ...checkout, coupon }, policies);
    expect(result.ok && result.totals.discount).to.equal(980);
    expect(checkOut({ ...checkout, coupon: { ...coupon, minimumItems: 10_000 } }, policies)).to.deep.equal({
      ok: false,
      reason: 'coupon_not_valid',
      refusal: 'minimum',
    });
  });

  it('is of the sum that the customer was shown, or says what it is now: be it more or less', () => {
    const totals = { items: 9800, discount: 0, shipping: 0, tax: 613, total: 10_413 };
    expect(checkOut({ ...checkout, expectedTotal: totals.total }, policies)).to.deep.include({ ok: true, totals });
    for (const expectedTotal of [0, totals.total - 1, totals.total + 1])
      expect(checkOut({ ...checkout, expectedTotal }, policies)).to.deep.equal({ ok: false, reason: 'total_changed', totals });
  });

  it('names what has changed of the lines rather than the sum, where it is both', () => {
    const prices = new Map([['LAMP', { ...lamp, price: 5100 }]]);
    expect(checkOut({ ...checkout, prices, expectedTotal: 1 }, policies)).to.include({ reason: 'price_changed' });
    const stock = [{ sku: 'LAMP', available: 1, availableThen: 2 }];
    expect(checkOut({ ...checkout, stock, expectedTotal: 1 }, policies)).to.include({ reason: 'stock_changed' });
  });

  it('refuses what costs more than an amount may be', () => {
    const price = 1_000_000_000_000;
    const lines = [{ sku: 'LAMP', quantity: 1, unitPrice: price }];
    expect(checkOut({ ...checkout, lines, prices: new Map([['LAMP', { ...lamp, price }]]) }, policies)).to.deep.equal({
      ok: false,
      reason: 'too_large',
    });
  });

  it('says where there is too little now of what there was enough when the cart was filled, and leaves the rest to inventory', () => {
    const [line] = checkout.lines;
    const stock = (available: number, availableThen: number) => [{ sku: line!.sku, available, availableThen }];
    const wanted = line!.quantity;
    expect(checkOut({ ...checkout, stock: stock(wanted - 1, wanted) }, policies)).to.deep.equal({
      ok: false,
      reason: 'stock_changed',
      shortages: [{ index: 0, sku: line!.sku, requested: wanted, available: wanted - 1 }],
    });
    for (const enough of [stock(wanted, wanted), stock(wanted, 0), stock(0, wanted - 1), []])
      expect(checkOut({ ...checkout, stock: enough }, policies).ok, JSON.stringify(enough)).to.equal(true);
  });
});
