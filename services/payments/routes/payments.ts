import { may } from '@cartwright/kernel/http/access';
import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { Problem, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Currency, Money, NextAction, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Payment } from '../domain/payment.ts';
import { paymentStates } from '../domain/payment-states.ts';
import type { Payments } from '../ports.ts';

const closed = { additionalProperties: false };
const nullable = <Schema extends Parameters<typeof Type.Array>[0]>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const PaymentView = Type.Object(
  {
    orderId: Uuid,
    paymentId: Uuid,
    provider: Type.String(),
    state: Type.Enum([...paymentStates]),
    amount: nullable(Money),
    held: nullable(Money),
    captured: nullable(Money),
    refunded: nullable(Money),
    refunds: Type.Array(Type.Object({ id: Uuid, amount: Money, status: Type.Enum(['open', 'done', 'failed']) }, closed)),
    reason: nullable(Type.String({ description: 'Why it failed, as a code' })),
    nextAction: nullable(NextAction),
  },
  closed,
);

const SignedUnits = Type.Integer({ description: 'Minor units; a debit is positive, a credit negative' });
const LedgerEntry = Type.Object(
  {
    id: Type.Integer(),
    transactionId: Uuid,
    orderId: Uuid,
    kind: Type.Enum(['hold', 'release', 'capture', 'refund']),
    account: Type.String(),
    amount: SignedUnits,
    currency: Currency,
    createdAt: Timestamp,
  },
  closed,
);
const Balance = Type.Object({ account: Type.String(), currency: Currency, amount: SignedUnits }, closed);
const LedgerPage = Type.Object(
  {
    ...pageOf(LedgerEntry).properties,
    sum: Type.Integer({ description: 'Of all entries, not of the page alone: 0' }),
    balances: Type.Array(Balance),
  },
  closed,
);

/** Payments for their owners and for support; the ledger for staff. Guests see their payment with their order. */
export function paymentRoutes(payments: Pick<Payments, 'find' | 'ledger' | 'balances'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/payments/orders/:orderId',
      summary: 'The payment of an order',
      tags: ['payments'],
      access: { ownOr: 'payments.read' },
      params: Type.Object({ orderId: Uuid }, closed),
      responses: { 200: PaymentView, 404: Problem },
      handle: async ({ params: { orderId }, principal }) => {
        const payment = await payments.find(orderId);
        const mayRead = payment?.customerId === principal.userId || may(principal, 'payments.read');
        // To others it does not exist, so that nobody learns of orders by their ids.
        if (payment === undefined || !mayRead) throw notFound('payment of order', orderId);
        return { body: viewOf(payment) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/payments/ledger',
      summary: 'The ledger, the newest entries first, with the sum of all and what each account amounts to',
      tags: ['ledger'],
      access: { permission: 'payments.books' },
      query: Type.Object({ ...pageQuery, orderId: Type.Optional(Uuid) }, closed),
      responses: { 200: LedgerPage },
      handle: async ({ query: { limit = 20, cursor, orderId } }) => {
        const before = cursor === undefined ? {} : { beforeId: Number(decodeCursor(cursor, ['integer'])[0]) };
        const ofOrder = orderId === undefined ? {} : { orderId };
        const [rows, balances] = await Promise.all([
          payments.ledger({ ...ofOrder, ...before, limit: limit + 1 }),
          payments.balances(orderId),
        ]);
        const page = toPage(
          rows,
          limit,
          ({ id }) => [id],
          (row) => row,
        );
        return { body: { ...page, sum: balances.reduce((sum, { amount }) => sum + amount, 0), balances } };
      },
    }),
  ];
}

/** What of a payment is shown. */
export function viewOf(payment: Payment) {
  const { orderId, paymentId, provider, state, amount, currency, held, captured, refunded, refunds, reason, nextAction } = payment;
  const money = (units: number | null) => (units === null || currency === null ? null : { amount: units, currency });
  return {
    ...{ orderId, paymentId, provider, state, reason, nextAction },
    amount: money(amount),
    held: money(held),
    captured: money(captured),
    refunded: money(refunded),
    refunds:
      currency === null
        ? []
        : refunds.map((refund) => ({ id: refund.id, amount: { amount: refund.amount, currency }, status: refund.state })),
  };
}
