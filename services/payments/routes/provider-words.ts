import { Problem, conflict, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Job, Payments, ReadWebhook, Sandbox } from '../ports.ts';

const closed = { additionalProperties: false };

export interface ProviderWordParts {
  readonly payments: Pick<Payments, 'notice'>;
  readonly start: (...jobs: readonly Job[]) => void;
  readonly sandbox: Sandbox | undefined;
  readonly readStripeWebhook: ReadWebhook | undefined;
}

/** Where providers, and customers on their pages, bring their word. */
export function providerWordRoutes({ payments, start, sandbox, readStripeWebhook }: ProviderWordParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/payments/sandbox/:orderId/complete',
      summary: 'Answer the sandbox’s 3-D Secure question (not in production)',
      tags: ['sandbox'],
      access: 'anyone',
      params: Type.Object({ orderId: Uuid }, closed),
      optionalBody: true,
      body: Type.Object({ outcome: Type.Optional(Type.Enum(['approve', 'decline'], { default: 'approve' })) }, closed),
      responses: { 202: Type.Object({ orderId: Uuid }, closed), 404: Problem, 409: Problem },
      handle: async ({ params: { orderId }, body }) => {
        if (sandbox === undefined) throw notFound('route');
        const { outcome } = (body as { outcome?: 'approve' | 'decline' } | undefined) ?? {};
        const completed = await sandbox.complete(orderId, outcome !== 'decline');
        if (completed === 'unknown') throw notFound('sandbox payment of order', orderId);
        if (completed === 'not_waiting') throw conflict('nothing_to_complete', 'The sandbox waits for no answer about this order');
        return { status: 202, body: { orderId } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/payments/webhooks/stripe',
      summary: 'Stripe’s events, signed by Stripe; 404 where Stripe is not configured',
      tags: ['webhooks'],
      access: 'anyone',
      rawBody: true,
      bodyLimit: 256 * 1024,
      responses: { 200: Type.Object({ received: Type.Boolean() }, closed), 400: Problem, 404: Problem },
      handle: async ({ headers, body }) => {
        if (readStripeWebhook === undefined) throw notFound('route');
        const { 'stripe-signature': signature } = headers;
        const notice = await readStripeWebhook(body as unknown as Buffer, typeof signature === 'string' ? signature : undefined);
        if (notice !== undefined) start(...(await payments.notice(notice)));
        return { body: { received: true } };
      },
    }),
  ];
}
