import { share } from './currency.ts';

/** A discount on the items of one order. `value` is basis points where `kind` is percent (1000 = 10 %), else minor units of `currency`. */
export interface Coupon {
  readonly code: string;
  readonly kind: 'percent' | 'amount';
  readonly value: number;
  /** Where set, the coupon is for orders in this currency only; set on every coupon of an amount. */
  readonly currency: string | null;
  /** Least sum of items in minor units for the coupon to count. */
  readonly minimumItems: number;
}

/** Why a coupon does not count, or its discount in minor units: never more than the items. A percentage is rounded half up. */
export type CouponResult = { readonly discount: number } | { readonly refusal: 'currency' | 'minimum' };

export function applyCoupon(coupon: Coupon, items: number, currency: string): CouponResult {
  if (coupon.currency !== null && coupon.currency !== currency) return { refusal: 'currency' };
  if (items < coupon.minimumItems) return { refusal: 'minimum' };
  const discount = coupon.kind === 'percent' ? share(items, coupon.value) : coupon.value;
  return { discount: Math.min(discount, items) };
}

/** Codes are the same however they are typed. */
export function normalizeCode(code: string): string {
  return code.trim().toUpperCase();
}
