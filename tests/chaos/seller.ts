import { randomUUID } from 'node:crypto';
import type { Adjustment, Deletion } from '../checker/goods.ts';
import type { Customer } from '../shop/client.ts';
import { deleteProduct } from './goods.ts';
import type { Goods } from './goods.ts';

/** Who looks after the goods while others buy them; what was done is kept for the checker. */
export interface Seller {
  readonly adjustments: readonly Adjustment[];
  readonly deletions: readonly Deletion[];
  adjust(place: number, delta: number): Promise<void>;
  reprice(place: number, price: number): Promise<void>;
  replace(place: number): Promise<void>;
}

export function sellerOf(goods: Goods, staff: Customer): Seller {
  const adjustments: Adjustment[] = [];
  const deletions: Deletion[] = [];
  let selling: Promise<void> = Promise.resolve();

  /** One after the other, so that the later change follows from the earlier one. */
  function next(work: () => Promise<void>): Promise<void> {
    const mine = selling.then(work);
    selling = mine.catch(() => undefined);
    return mine;
  }

  return {
    adjustments,
    deletions,
    async adjust(place, delta) {
      const key = randomUUID();
      const one: Adjustment = { sku: goods.at(place).sku, reason: `restock ${key}`, delta, acknowledged: false };
      adjustments.push(one);
      const { sku, reason } = one;
      await staff.ask('POST', `/api/inventory/${sku}/adjustments`, { delta, reason }, { 'idempotency-key': key });
      one.acknowledged = true;
    },
    reprice: (place, price) =>
      next(async () => {
        const { id, sku } = goods.at(place);
        await staff.ask('PATCH', `/api/catalog/products/${id}`, { variants: [{ sku, price }] });
      }),
    replace: (place) =>
      next(async () => {
        const { id, sku } = await goods.replace(staff, place);
        await deleteProduct(staff, id);
        deletions.push({ sku, acknowledgedAt: new Date().toISOString() });
      }),
  };
}
