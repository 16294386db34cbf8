import { Readable } from 'node:stream';
import { Problem, conflict } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { differenceNames } from '../domain/reconcile.ts';
import { paymentStates } from '../domain/payment-states.ts';
import type { ReconciliationNews, Reconciliations } from '../ports.ts';

const closed = { additionalProperties: false };
const Difference = Type.Object(
  {
    orderId: Uuid,
    name: Type.Enum([...differenceNames]),
    provider: Type.String(),
    state: Type.Union([Type.Enum([...paymentStates]), Type.Null()], { description: 'Of our payment, when it was found' }),
    resolved: Type.Boolean({ description: 'Whether both agree now' }),
  },
  closed,
);
const Past = Type.Object(
  {
    id: Uuid,
    askedBy: Type.String({ description: 'A user’s id, or `schedule`' }),
    startedAt: Timestamp,
    finishedAt: Type.Union([Timestamp, Type.Null()]),
    complete: Type.Boolean({ description: 'False: it broke off, or is under way' }),
    checked: Type.Integer(),
    differences: Type.Array(Difference),
  },
  closed,
);
const Scope = Type.Object(
  {
    hours: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 24 * 366, default: 72, description: 'Payments that changed since, here or there' }),
    ),
    waitingSeconds: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 86_400, default: 120, description: 'What waits for less is left alone' }),
    ),
  },
  closed,
);
const staff = { permission: 'payments.books' } as const;

/** Comparisons of payments with the providers' records, for staff. */
export function reconciliationRoutes(reconciliations: Reconciliations): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/payments/reconciliations',
      summary: 'Compare payments with the providers’ records, and put right what differs. NDJSON: how far it is, then the result',
      tags: ['reconciliation'],
      access: staff,
      optionalBody: true,
      body: Scope,
      responses: { 200: null, 409: Problem },
      handle: async ({ body, principal }) => {
        const { hours = 72, waitingSeconds = 120 } = (body as { hours?: number; waitingSeconds?: number } | undefined) ?? {};
        const news = await reconciliations.begin({ askedBy: principal.userId, hours, waitingSeconds });
        if (news === undefined) throw conflict('reconciliation_under_way', 'Another reconciliation is under way');
        return { stream: Readable.from(lines(news)), headers: { 'content-type': 'application/x-ndjson' } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/payments/reconciliations',
      summary: 'The latest reconciliations, the newest first',
      tags: ['reconciliation'],
      access: staff,
      responses: { 200: Type.Object({ items: Type.Array(Past) }, closed) },
      handle: async () => ({ body: { items: await reconciliations.latest(20) } }),
    }),
  ];
}

async function* lines(news: AsyncGenerator<ReconciliationNews>): AsyncGenerator<string> {
  for await (const one of news) yield `${JSON.stringify(one)}\n`;
}
