import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { Problem, conflict, invalidField, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Currency, KnownCurrency, MinorUnits, Timestamp } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { normalizeCode } from '../domain/coupon.ts';
import type { Coupons, LimitedCoupon } from '../ports.ts';
import { closed } from './views.ts';

const tags = ['coupons'];
const access = { permission: 'coupons.manage' } as const;
const Code = Type.String({ pattern: '^\\s*[A-Za-z0-9_-]{2,40}\\s*$', description: 'The same however it is typed' });
const nullable = <Schema extends Parameters<typeof Type.Array>[0]>(schema: Schema) => Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });

const limits = {
  endsAt: Type.Optional(nullable(Timestamp)),
  maxRedemptions: Type.Optional(nullable({ ...Count, description: 'In all' })),
  maxPerCustomer: Type.Optional(nullable({ ...Count, description: 'By one account or e-mail address' })),
};
const NewCoupon = Type.Object(
  {
    code: Code,
    kind: Type.Enum(['percent', 'amount']),
    value: { ...MinorUnits, minimum: 1, description: 'Basis points where kind is percent (1000 = 10 %), else minor units of currency' },
    currency: Type.Optional(nullable(KnownCurrency)),
    minimumItems: Type.Optional({ ...MinorUnits, description: 'Least sum of items for it to count' }),
    ...limits,
  },
  closed,
);
const CouponView = Type.Object(
  {
    code: Type.String(),
    kind: Type.Enum(['percent', 'amount']),
    value: MinorUnits,
    currency: nullable(Currency),
    minimumItems: MinorUnits,
    endsAt: nullable(Timestamp),
    maxRedemptions: nullable(Count),
    maxPerCustomer: nullable(Count),
    redeemed: Type.Integer({ minimum: 0 }),
  },
  closed,
);

/** Coupons, as staff keeps them. A coupon is ended by its limits, never deleted: orders refer to it. */
export function couponRoutes(coupons: Pick<Coupons, 'list' | 'create' | 'limit'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/coupons',
      summary: 'All coupons by code, with how often they were redeemed',
      tags,
      access,
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(CouponView) },
      handle: async ({ query: { limit = 20, cursor } }) => {
        const after = cursor === undefined ? '' : String(decodeCursor(cursor, ['string'])[0]);
        const found = await coupons.list(after, limit + 1);
        const page = toPage(
          found,
          limit,
          ({ code }) => [code],
          (coupon) => coupon,
        );
        return { body: page };
      },
    }),
    route({
      method: 'POST',
      path: '/api/coupons',
      summary: 'A new coupon',
      tags,
      access,
      body: NewCoupon,
      responses: { 201: CouponView, 409: Problem, 422: Problem },
      handle: async ({ body }) => {
        const coupon = couponFrom(body);
        if (!(await coupons.create(coupon))) throw conflict('coupon_exists', `There is a coupon ${coupon.code} already`);
        return { status: 201, body: { ...coupon, redeemed: 0 } };
      },
    }),
    route({
      method: 'PATCH',
      path: '/api/coupons/:code',
      summary: 'Change when a coupon ends, and how often it may be redeemed; null: no limit',
      tags,
      access,
      params: Type.Object({ code: Code }, closed),
      body: Type.Object(limits, { ...closed, minProperties: 1 }),
      responses: { 204: null, 404: Problem, 409: Problem },
      handle: async ({ params, body }) => {
        const code = normalizeCode(params.code);
        switch (await coupons.limit(code, body)) {
          case 'unknown':
            throw notFound('coupon', code);
          case 'redeemed':
            throw conflict('redeemed_more_often', 'It was redeemed more often than it may be then');
          case 'done':
            return { status: 204 };
        }
      },
    }),
  ];
}

function couponFrom(body: Static<typeof NewCoupon>): LimitedCoupon {
  const { kind, value, currency = null, minimumItems = 0, endsAt = null, maxRedemptions = null, maxPerCustomer = null } = body;
  if (kind === 'percent' && value > 10_000) throw invalidField('/value', 'maximum', 'has to be at most 10000 basis points, which is 100 %');
  if (kind === 'amount' && currency === null) throw invalidField('/currency', 'required', 'is required for an amount');
  return { code: normalizeCode(body.code), kind, value, currency, minimumItems, endsAt, maxRedemptions, maxPerCustomer };
}
