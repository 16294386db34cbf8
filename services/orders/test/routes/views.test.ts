import type { CartState } from '@cartwright/cart/state';
import { expect } from 'chai';
import type { Coupon } from '../../domain/coupon.ts';
import { cartView } from '../../routes/views.ts';

const at = '2026-01-01T00:00:00Z';
const cart: CartState = {
  id: '0193a6f0-0000-7000-8000-000000000003',
  currency: 'USD',
  ownerId: null,
  lines: [{ sku: 'LAMP', title: 'Lamp', quantity: 2, unitPrice: 900 }],
  coupon: 'SAVE5',
  orderId: null,
  createdAt: at,
  changedAt: at,
  abandonedAt: null,
};
const save5: Coupon = { code: 'SAVE5', kind: 'amount', value: 500, currency: 'USD', minimumItems: 1800 };
const usd = (amount: number) => ({ amount, currency: 'USD' });

describe('A cart with a coupon, as clients see it', () => {
  it('says what the coupon takes off', () => {
    const view = cartView(cart, save5);
    expect(view.totals).to.deep.include({ discount: usd(500), total: usd(1300) });
    expect(view).not.to.have.property('couponRefusal');
  });

  const refused: [string, Coupon | undefined, object][] = [
    ['from which sum it would count', { ...save5, minimumItems: 1801 }, { reason: 'minimum', minimumItems: usd(1801) }],
    ['that it is for another currency', { ...save5, currency: 'EUR' }, { reason: 'currency' }],
    ['that it cannot be used any more', undefined, { reason: 'gone' }],
  ];
  for (const [what, coupon, refusal] of refused) {
    it(`says ${what}, and takes nothing off`, () => {
      const view = cartView(cart, coupon);
      expect(view.couponRefusal).to.deep.equal(refusal);
      expect(view.totals).to.deep.include({ discount: usd(0), total: usd(1800) });
    });
  }

  it('says nothing of a coupon where there is none', () => {
    expect(cartView({ ...cart, coupon: null }, undefined)).not.to.have.any.keys('coupon', 'couponRefusal');
  });
});
