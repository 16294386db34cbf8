import { decodeCursor, invalidCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { Problem, conflict, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Job, Payments, StuckPlace } from '../ports.ts';
import { PaymentView, viewOf } from './payments.ts';

const closed = { additionalProperties: false };
const StuckView = Type.Object({ ...PaymentView.properties, since: Timestamp }, closed);
const tags = ['payments'];

export interface StuckPaymentParts {
  readonly payments: Pick<Payments, 'find' | 'stuck' | 'retry'>;
  readonly start: (...jobs: readonly Job[]) => void;
}

/** Payments whose provider refuses to let go what it holds, or to give back what it has taken. */
export function stuckPaymentRoutes({ payments, start }: StuckPaymentParts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/payments/stuck',
      summary: 'Payments that need a person, those that have waited longest first',
      tags,
      access: { permission: 'payments.read' },
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(StuckView) },
      handle: async ({ query: { limit = 20, cursor } }) => {
        const rows = await payments.stuck({ limit: limit + 1, ...(cursor === undefined ? {} : { after: placeOf(cursor) }) });
        return {
          body: toPage(
            rows,
            limit,
            ({ payment, since }) => [since, payment.orderId],
            ({ payment, since }) => ({ ...viewOf(payment), since }),
          ),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/api/payments/orders/:orderId/retry',
      summary: 'Have the provider asked again for what it has refused: to let go, or to give back all that is left',
      tags,
      access: { permission: 'payments.retry' },
      params: Type.Object({ orderId: Uuid }, closed),
      responses: { 202: PaymentView, 404: Problem, 409: Problem },
      handle: async ({ params: { orderId }, principal, log }) => {
        const jobs = await payments.retry(orderId);
        const payment = await payments.find(orderId);
        if (jobs === undefined || payment === undefined) throw notFound('payment of order', orderId);
        if (jobs === 'not_stuck')
          throw conflict('not_stuck', `The payment is ${payment.state}: there is nothing to try again`, { state: payment.state });
        log.info({ orderId, userId: principal.userId }, 'a payment that is stuck is tried again');
        start(...jobs);
        return { status: 202, body: viewOf(payment) };
      },
    }),
  ];
}

/** The place that a cursor names. Throws 400 where it is none of this list's. */
function placeOf(cursor: string): StuckPlace {
  const [since, orderId] = decodeCursor(cursor, ['string', 'uuid']).map(String);
  if (since === undefined || orderId === undefined || Number.isNaN(Date.parse(since))) throw invalidCursor();
  return { since, orderId };
}
