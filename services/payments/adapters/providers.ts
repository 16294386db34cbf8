import type { Kernel } from '@cartwright/kernel/kernel';
import type { Database } from '@cartwright/kernel/postgres/database';
import type Stripe from 'stripe';
import type { PaymentProvider } from '../ports.ts';
import type { Step } from '../domain/payment.ts';
import { sandboxProvider } from './sandbox.ts';
import { openStripe, stripeProvider } from './stripe.ts';
import { takeWebhook } from './webhooks.ts';

export interface Providers {
  readonly byName: ReadonlyMap<string, PaymentProvider>;
  readonly sandbox: boolean;
  readonly stripe: { readonly client: Stripe; readonly webhookSecret: string } | undefined;
}

/** The providers that this environment has: Stripe where its keys are in the secret store, the sandbox unless it is production. */
export async function openProviders(kernel: Kernel, database: Database, wake: (orderId: string, step: Step) => void): Promise<Providers> {
  const byName = new Map<string, PaymentProvider>();
  const sandbox = kernel.config.environment === 'local';
  if (sandbox) {
    const provider = sandboxProvider(database, {
      deliver: async ({ eventId, orderId, type, reference }) => {
        await takeWebhook(database, { provider: 'sandbox', eventId, orderId, input: { type, reference } }, wake).catch((error: unknown) => {
          kernel.log.error({ error, orderId }, 'a webhook of the sandbox was not taken');
        });
      },
    });
    byName.set(provider.name, provider);
  }
  const [secretKey, webhookSecret] = await Promise.all([
    kernel.dapr.secrets.find('stripe-secret-key'),
    kernel.dapr.secrets.find('stripe-webhook-secret'),
  ]);
  if (secretKey === undefined || webhookSecret === undefined) return { byName, sandbox, stripe: undefined };
  const client = await openStripe({ secretKey });
  byName.set('stripe', stripeProvider(client));
  return { byName, sandbox, stripe: { client, webhookSecret } };
}
