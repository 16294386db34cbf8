import type { Database } from '@cartwright/kernel/postgres/database';
import type { Coupon } from '../domain/coupon.ts';
import type { AccessKeys, Coupons, LimitedCoupon } from '../ports.ts';
import { asRfc3339 } from './order-rows.ts';

interface CouponRow {
  readonly code: string;
  readonly kind: 'percent' | 'amount';
  readonly value: string;
  readonly currency: string | null;
  readonly minimum_items: string;
}

interface LimitedRow extends CouponRow {
  readonly ends_at: string | null;
  readonly max_redemptions: number | null;
  readonly max_per_customer: number | null;
  readonly redeemed: number;
}

const columns = 'code, kind, value, currency, minimum_items';
const open = '(ends_at is null or ends_at > now()) and (max_redemptions is null or redeemed < max_redemptions)';

/** Coupons in orders' own Postgres. */
export function postgresCoupons(database: Database, keys: Pick<AccessKeys, 'emailKey'>): Coupons {
  return {
    async find(code, customerId = null) {
      const [row] = await database.sql<CouponRow>(
        `select ${columns} from coupons where code = ? and ${open} and (?::uuid is null or max_per_customer is null
           or (select count(*) from coupon_redemptions r where r.code = coupons.code and r.customer_id = ?::uuid) < max_per_customer)`,
        [code, customerId, customerId],
      );
      return row === undefined ? undefined : toCoupon(row);
    },

    async redeem({ em }, code, { orderId, customerId, email }) {
      const emailKey = keys.emailKey(email);
      // The first statement holds the coupon's row, so that the second one sees every redemption that was committed before.
      const [coupon] = await em.execute<{ max_per_customer: number | null }[]>(
        `update coupons set redeemed = redeemed + 1 where code = ? and ${open} returning max_per_customer`,
        [code],
      );
      if (coupon === undefined) return false;
      const rows = await em.execute<object[]>(
        `insert into coupon_redemptions (order_id, code, customer_id, email_key)
         select ?, ?, ?, ? where ?::int is null
           or (select count(*) from coupon_redemptions where code = ? and (customer_id = ? or email_key = ?)) < ?::int
         returning 1`,
        [orderId, code, customerId, emailKey, coupon.max_per_customer, code, customerId, emailKey, coupon.max_per_customer],
      );
      return rows.length > 0;
    },

    async list(after, limit) {
      const rows = await database.sql<LimitedRow>(
        `select ${columns}, ${asRfc3339('ends_at')}, max_redemptions, max_per_customer, redeemed from coupons where code > ? order by code limit ?`,
        [after, limit],
      );
      return rows.map((row) => ({ ...toLimited(row), redeemed: row.redeemed }));
    },

    async create({ code, kind, value, currency, minimumItems, endsAt, maxRedemptions, maxPerCustomer }) {
      const rows = await database.sql(
        `insert into coupons (code, kind, value, currency, minimum_items, ends_at, max_redemptions, max_per_customer)
         values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing returning 1`,
        [code, kind, value, currency, minimumItems, endsAt, maxRedemptions, maxPerCustomer],
      );
      return rows.length > 0;
    },

    limit: (code, limits) =>
      database.transaction(async ({ em }) => {
        const [row] = await em.execute<{ redeemed: number }[]>('select redeemed from coupons where code = ? for update', [code]);
        if (row === undefined) return 'unknown';
        const { maxRedemptions } = limits;
        if (typeof maxRedemptions === 'number' && maxRedemptions < row.redeemed) return 'redeemed';
        const set = (column: string, name: keyof typeof limits) => (name in limits ? [[column, limits[name]] as const] : []);
        const changes = [
          ...set('ends_at', 'endsAt'),
          ...set('max_redemptions', 'maxRedemptions'),
          ...set('max_per_customer', 'maxPerCustomer'),
        ];
        if (changes.length > 0) {
          const assignments = changes.map(([column]) => `${column} = ?`).join(', ');
          await em.execute(`update coupons set ${assignments} where code = ?`, [...changes.map(([, value]) => value), code], 'run');
        }
        return 'done';
      }),
  };
}

function toCoupon({ code, kind, value, currency, minimum_items }: CouponRow): Coupon {
  return { code, kind, currency, value: Number(value), minimumItems: Number(minimum_items) };
}

function toLimited(row: LimitedRow): LimitedCoupon {
  return { ...toCoupon(row), endsAt: row.ends_at, maxRedemptions: row.max_redemptions, maxPerCustomer: row.max_per_customer };
}
