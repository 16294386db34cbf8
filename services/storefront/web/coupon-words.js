import { money } from './dom.js';

/** Why a code takes nothing off, by the cart's `couponRefusal`, in words for who put it in. */
export function couponRefusalWords(code, { reason, minimumItems }) {
  if (reason === 'minimum')
    return `${code} is for ${minimumItems === undefined ? 'a larger order' : `goods of ${money(minimumItems)} or more`}.`;
  if (reason === 'currency') return `${code} is for prices in another currency.`;
  return `${code} cannot be used any more.`;
}

/**
 * What stands against the code of a cart at the check-out, as a `couponRefusal`; undefined where it counts, or there is none. The price, where it is
 * known, knows better than the cart as it was read.
 */
export function couponRefusalAt({ coupon, couponRefusal }, { is, quote, error }) {
  if (coupon === undefined) return undefined;
  if (is === 'known') return quote.coupon === undefined ? { reason: 'gone' } : undefined;
  if (is === 'failed' && error.problem?.code === 'coupon_not_valid') return couponRefusal ?? { reason: error.problem.reason };
  return couponRefusal;
}
