import { forgoneUnits, isWhole } from './fulfilment.ts';
import type { Units } from './fulfilment.ts';
import type { Order } from './order.ts';

/** Money that goes back for a part of an order. */
export interface Refund {
  readonly id: string;
  /** Minor units. */
  readonly amount: number;
  readonly reason: string;
  readonly status: 'requested' | 'done' | 'failed';
}

/** Minor units that can still be given back: what was paid, without what was given back, by whomever, or is on its way. */
export function refundable({ totals, refunds, refunded }: Pick<Order, 'totals' | 'refunds' | 'refunded'>): number {
  const onTheirWay = refunds.filter(({ status }) => status === 'requested').reduce((sum, { amount }) => sum + amount, 0);
  return Math.max(0, totals.total - refunded - onTheirWay);
}

/** Whether money of a cancelled order did not go back by itself: then people may ask for it, and payments decides again. */
export function isStuck({ status, refunds }: Pick<Order, 'status' | 'refunds'>): boolean {
  return status === 'cancelled' && refunds.some((refund) => refund.status === 'failed');
}

/**
 * What goes back for goods that came back or will not be sent, in minor units: their share of what was paid for goods, discount and tax included.
 * Shipping goes back with the last of the order's goods. However an order is returned in parts, the parts add up to its total.
 */
export function valueOfReturn(order: Order, lines: readonly Units[]): number {
  const before = forgoneUnits(order);
  return valueOf(order, [...before, ...lines]) - valueOf(order, before);
}

/** total × goods / (goods + shipping) is what was paid for the goods with their tax; of that, the units' share by price, rounded half up. */
function valueOf({ lines, totals: { items, discount, shipping, total } }: Order, units: readonly Units[]): number {
  if (isWhole(lines, units)) return total;
  const prices = new Map(lines.map(({ sku, unitPrice }) => [sku, unitPrice]));
  const value = units.reduce((sum, { sku, quantity }) => sum + (prices.get(sku) ?? 0) * quantity, 0);
  const goods = items - discount;
  const whole = BigInt(items) * BigInt(goods + shipping);
  if (whole === 0n) return 0;
  return Number((BigInt(value) * BigInt(goods) * BigInt(total) * 2n + whole) / (whole * 2n));
}
