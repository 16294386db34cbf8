import { Problem, badRequest, conflict, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import type { Database } from '@cartwright/kernel/postgres/database';
import { Uuid } from '@cartwright/kernel/schemas';
import type Stripe from 'stripe';
import { Type } from 'typebox';
import { completeSandbox } from '../adapters/sandbox.ts';
import { takeWebhook } from '../adapters/webhooks.ts';
import type { Input, Step } from '../domain/payment.ts';

const closed = { additionalProperties: false };

export interface ProviderWordParts {
  readonly database: Database;
  readonly wake: (orderId: string, step: Step) => void;
  /** Whether the sandbox is on: never in production. */
  readonly sandbox: boolean;
  readonly stripe?: { readonly client: Stripe; readonly webhookSecret: string } | undefined;
}

/** Where providers, and customers on their pages, bring their word. */
export function providerWordRoutes({ database, wake, sandbox, stripe }: ProviderWordParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/payments/sandbox/:orderId/complete',
      summary: 'Answer the sandbox’s 3-D Secure question (not in production)',
      tags: ['sandbox'],
      access: 'anyone',
      params: Type.Object({ orderId: Uuid }, closed),
      optionalBody: true,
      body: Type.Object({ outcome: Type.Optional(Type.Union([Type.Literal('approve'), Type.Literal('decline')])) }, closed),
      responses: { 202: Type.Object({ orderId: Uuid }), 404: Problem, 409: Problem },
      handle: async ({ params: { orderId }, body }) => {
        if (!sandbox) throw notFound('route');
        const approved = (body as { outcome?: string } | undefined)?.outcome !== 'decline';
        const reference = await completeSandbox(database, orderId, approved);
        if (reference === undefined) throw conflict('nothing_to_complete', 'The sandbox waits for no answer about this order');
        const input: Input = approved ? { type: 'authorised', reference } : { type: 'declined', reason: 'authentication_failed' };
        await takeWebhook(database, { provider: 'sandbox', eventId: `${reference}:complete`, orderId, input }, wake);
        return { status: 202, body: { orderId } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/payments/webhooks/stripe',
      summary: 'Stripe’s events, signed by Stripe',
      tags: ['webhooks'],
      access: 'anyone',
      rawBody: true,
      bodyLimit: 256 * 1024,
      responses: { 200: Type.Object({ received: Type.Boolean() }), 400: Problem, 404: Problem },
      handle: async ({ headers, body }) => {
        if (stripe === undefined) throw notFound('route');
        const event = await readStripeEvent(stripe, body as unknown as Buffer, headers['stripe-signature']);
        const found = wordOf(event);
        if (found !== undefined) await takeWebhook(database, { provider: 'stripe', eventId: event.id, ...found }, wake);
        return { body: { received: true } };
      },
    }),
  ];
}

async function readStripeEvent(
  { client, webhookSecret }: { client: Stripe; webhookSecret: string },
  body: Buffer,
  signature: string | string[] | undefined,
): Promise<Stripe.Event> {
  const field = 'stripe-signature';
  if (typeof signature !== 'string') throw badRequest('The signature is missing', [{ field, rule: 'required', message: 'is required' }]);
  try {
    return await client.webhooks.constructEventAsync(body, signature, webhookSecret);
  } catch (error) {
    throw badRequest('The signature is not Stripe’s', [{ field, rule: 'signature', message: 'does not fit the body' }], { cause: error });
  }
}

/** What a Stripe event says about one of our payments; undefined for those that say nothing. */
function wordOf(event: Stripe.Event): { orderId: string; input: Input } | undefined {
  if (!event.type.startsWith('payment_intent.')) return undefined;
  const intent = event.data.object as Stripe.PaymentIntent;
  const orderId = intent.metadata['orderId'];
  if (orderId === undefined || !/^[0-9a-f-]{36}$/.test(orderId)) return undefined;
  if (event.type === 'payment_intent.amount_capturable_updated') return { orderId, input: { type: 'authorised', reference: intent.id } };
  if (event.type === 'payment_intent.succeeded') return { orderId, input: { type: 'captured' } };
  if (event.type === 'payment_intent.payment_failed') {
    return {
      orderId,
      input: { type: 'declined', reason: intent.last_payment_error?.decline_code ?? intent.last_payment_error?.code ?? 'card_declined' },
    };
  }
  return undefined;
}
