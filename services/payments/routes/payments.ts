import { hasRole } from '@cartwright/kernel/http/access';
import { Problem, notFound } from '@cartwright/kernel/http/problem';
import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import type { Database } from '@cartwright/kernel/postgres/database';
import { Currency, Money, NextAction, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { selectPayment } from '../adapters/payments-in-postgres.ts';
import type { Payment } from '../adapters/payments-in-postgres.ts';

const closed = { additionalProperties: false };
const byOrder = Type.Object({ orderId: Uuid }, closed);
const PaymentView = Type.Object(
  {
    orderId: Uuid,
    paymentId: Uuid,
    provider: Type.String(),
    state: Type.String(),
    amount: Type.Union([Money, Type.Null()]),
    reason: Type.Union([Type.String(), Type.Null()]),
    nextAction: Type.Union([NextAction, Type.Null()]),
  },
  closed,
);
const Entry = Type.Object(
  {
    id: Type.Integer(),
    transactionId: Uuid,
    orderId: Uuid,
    kind: Type.String(),
    account: Type.String(),
    amount: Type.Integer(),
    currency: Currency,
    createdAt: Timestamp,
  },
  closed,
);

interface LedgerRow {
  readonly id: number;
  readonly [field: string]: unknown;
}

/** Payments for their owners and for support, the ledger for staff. */
export function paymentRoutes(database: Database): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/payments/orders/:orderId',
      summary: 'The payment of an order',
      tags: ['payments'],
      access: 'signed-in',
      params: byOrder,
      responses: { 200: PaymentView, 404: Problem },
      handle: async ({ params, principal }) => {
        const [payment] = await database.sql<Payment>(selectPayment, [params.orderId]);
        const mayRead =
          payment !== undefined && (payment.customerId === principal.userId || hasRole(principal, 'support', 'staff', 'admin'));
        if (!mayRead) throw notFound('payment of order', params.orderId);
        const { orderId, paymentId, provider, state, amount, currency, reason, nextAction } = payment;
        return { body: { orderId, paymentId, provider, state, reason, nextAction, amount: amount === null ? null : { amount, currency } } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/payments/ledger',
      summary: 'The ledger, the newest entries first, with the sum of all: it is zero',
      tags: ['ledger'],
      access: { roles: ['staff', 'admin'] },
      query: Type.Object({ ...pageQuery, orderId: Type.Optional(Uuid) }, closed),
      responses: { 200: Type.Intersect([pageOf(Entry), Type.Object({ sum: Type.Integer() })]) },
      handle: async ({ query: { limit = 20, cursor, orderId } }) => {
        const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(cursor, ['number'])[0]);
        const ofOrder = orderId === undefined ? '' : 'and order_id = ?';
        const rows = await database.sql<LedgerRow>(
          `select id::float8 as id, transaction_id as "transactionId", order_id as "orderId", kind, account, amount::float8 as amount, currency,
             to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"
           from ledger_entries where id < ? ${ofOrder} order by id desc limit ?`,
          [before, ...(orderId === undefined ? [] : [orderId]), limit + 1],
        );
        const [total] = await database.sql<{ sum: number }>('select coalesce(sum(amount), 0)::float8 as sum from ledger_entries');
        return {
          body: {
            ...toPage(
              rows,
              limit,
              ({ id }) => [id],
              (row) => row,
            ),
            sum: total?.sum ?? 0,
          },
        };
      },
    }),
  ];
}
