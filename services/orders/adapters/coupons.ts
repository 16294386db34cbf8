import type { Database } from '@cartwright/kernel/postgres/database';
import type { Coupon } from '../domain/coupon.ts';
import type { Coupons } from '../ports.ts';

interface CouponRow {
  readonly code: string;
  readonly kind: 'percent' | 'amount';
  readonly value: string;
  readonly currency: string | null;
  readonly minimum_items: string;
}

const open = '(ends_at is null or ends_at > now()) and (max_redemptions is null or redeemed < max_redemptions)';

/** Coupons in orders' own Postgres. */
export function postgresCoupons(database: Database): Coupons {
  return {
    async find(code) {
      const [row] = await database.sql<CouponRow>(
        `select code, kind, value, currency, minimum_items from coupons where code = ? and ${open}`,
        [code],
      );
      return row === undefined ? undefined : toCoupon(row);
    },

    async redeem(unit, code, orderId) {
      const rows = await unit.em.execute<object[]>(
        `with used as (update coupons set redeemed = redeemed + 1 where code = ? and ${open} returning code)
         insert into coupon_redemptions (order_id, code) select ?, code from used returning code`,
        [code, orderId],
      );
      return rows.length > 0;
    },
  };
}

function toCoupon({ minimum_items, value, ...coupon }: CouponRow): Coupon {
  return { ...coupon, value: Number(value), minimumItems: Number(minimum_items) };
}
