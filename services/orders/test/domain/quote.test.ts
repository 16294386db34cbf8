import { decide } from '@cartwright/cart/rules';
import type { CartState } from '@cartwright/cart/state';
import { regions } from '@cartwright/kernel/places';
import { expect } from 'chai';
import fc from 'fast-check';
import { checkOut } from '../../domain/checkout.ts';
import type { Checkout } from '../../domain/checkout.ts';
import type { Coupon } from '../../domain/coupon.ts';
import { quote } from '../../domain/quote.ts';
import { flatShipping, shippingMethods } from '../../domain/shipping.ts';
import { regionalTax } from '../../domain/tax.ts';

const policies = { shipping: flatShipping, tax: regionalTax };
const at = '2026-01-01T00:00:00.000Z';
const skus = ['A', 'B', 'C', 'D'];

/** Such that goods are on both sides of free shipping, with and without a discount. */
const price = fc.integer({ min: 0, max: 3000 });
/** A line as it was put into the cart, and what became of its price since. */
const line = fc.record({
  quantity: fc.integer({ min: 1, max: 2 }),
  unitPrice: price,
  now: fc.oneof({ weight: 6, arbitrary: fc.constant('same' as const) }, { weight: 2, arbitrary: price }, fc.constant(null)),
});
const coupon: fc.Arbitrary<Coupon | undefined> = fc.option(
  fc.record({
    code: fc.constant('C'),
    kind: fc.constantFrom('percent', 'amount'),
    value: fc.integer({ min: 1, max: 10_000 }),
    currency: fc.constantFrom('USD', 'EUR'),
    minimumItems: fc.constantFrom(0, 5000),
  }),
  { nil: undefined },
);
const destination = fc.oneof(
  fc.constantFrom(...Object.keys(regions['US'] ?? {})).map((region) => ({ country: 'US', region })),
  fc.constantFrom('DE', 'JP', 'NZ').map((country) => ({ country, region: '' })),
);
const carts = fc
  .record({
    wanted: fc.array(line, { minLength: 1, maxLength: skus.length }),
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
    coupon,
    destination,
    shippingMethod: fc.constantFrom(...shippingMethods),
  })
  .map(({ wanted, currency, ...rest }): Omit<Checkout, 'stock'> => ({
    ...rest,
    currency,
    lines: wanted.map(({ quantity, unitPrice }, index) => ({ sku: skus[index] ?? '', quantity, unitPrice })),
    prices: new Map(
      wanted.flatMap(({ now, unitPrice }, index) =>
        now === null ? [] : [[skus[index] ?? '', { title: 'Lamp', price: now === 'same' ? unitPrice : now, currency }] as const],
      ),
    ),
  }));

/** The cart as placement leaves it where it refuses for a price. */
function repriced(cart: Omit<Checkout, 'stock'>): Omit<Checkout, 'stock'> {
  const lines = cart.lines.map((one) => ({ ...one, title: 'Lamp' }));
  const state: CartState = {
    id: 'c',
    currency: cart.currency,
    ownerId: null,
    lines,
    coupon: null,
    orderId: null,
    createdAt: at,
    changedAt: at,
    abandonedAt: null,
  };
  const prices = [...cart.prices].map(([sku, { title, price: unitPrice }]) => ({ sku, title, unitPrice }));
  const decided = decide(state, { type: 'reprice', prices, now: at });
  if (!decided.ok) throw new Error(decided.message);
  return { ...cart, lines: decided.state.lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice })) };
}

describe('A quote', () => {
  it('is what the order then holds, for whatever cart, address and method: at once, or after the refusal that tells new prices', () => {
    let placeable = 0;
    fc.assert(
      fc.property(carts, (cart) => {
        const quoted = quote(cart, policies);
        let placed = checkOut({ ...cart, stock: [] }, policies);
        const refusedFor = !placed.ok && placed.reason === 'price_changed' ? placed.changes : [];
        if (refusedFor.length > 0) placed = checkOut({ ...repriced(cart), stock: [] }, policies);
        expect(quoted.ok).to.equal(placed.ok);
        if (!quoted.ok || !placed.ok) {
          expect({ ...quoted, changes: refusedFor }).to.deep.equal({ ...placed, changes: refusedFor });
          return;
        }
        placeable += 1;
        expect({ lines: quoted.lines, totals: quoted.totals }).to.deep.equal({ lines: placed.lines, totals: placed.totals });
        expect(quoted.changes).to.deep.equal(refusedFor);
        for (const { method, price: cost } of quoted.shippingMethods) {
          const sentSo = checkOut({ ...repriced(cart), shippingMethod: method, stock: [] }, policies);
          expect(sentSo.ok && sentSo.totals.shipping, method).to.equal(cost);
        }
      }),
      { numRuns: 300 },
    );
    expect(placeable, 'carts that could be ordered').to.be.above(10);
  });

  it('names every line that has changed where one of them is not for sale any more: there is no order to be quoted', () => {
    const cart: Omit<Checkout, 'stock'> = {
      lines: [
        { sku: 'GONE', quantity: 1, unitPrice: 100 },
        { sku: 'LAMP', quantity: 1, unitPrice: 4900 },
      ],
      currency: 'USD',
      prices: new Map([['LAMP', { title: 'Lamp', price: 5100, currency: 'USD' }]]),
      coupon: undefined,
      shippingMethod: 'standard',
      destination: { country: 'US', region: 'IL' },
    };
    expect(quote(cart, policies)).to.deep.equal({
      ok: false,
      reason: 'price_changed',
      changes: [
        { index: 0, sku: 'GONE', was: 100, now: null },
        { index: 1, sku: 'LAMP', was: 4900, now: 5100 },
      ],
    });
  });

  it('tells what each way of sending costs, whichever is chosen', () => {
    const cart = (quantity: number): Omit<Checkout, 'stock'> => ({
      lines: [{ sku: 'LAMP', quantity, unitPrice: 4900 }],
      currency: 'USD',
      prices: new Map([['LAMP', { title: 'Lamp', price: 4900, currency: 'USD' }]]),
      coupon: undefined,
      shippingMethod: 'express',
      destination: { country: 'US', region: 'IL' },
    });
    const costs = (quantity: number) => {
      const quoted = quote(cart(quantity), policies);
      return quoted.ok && quoted.shippingMethods;
    };
    const express = { method: 'express', price: 1499 };
    expect(costs(1)).to.deep.equal([{ method: 'standard', price: 499 }, express]);
    expect(costs(2)).to.deep.equal([{ method: 'standard', price: 0 }, express]);
  });
});
