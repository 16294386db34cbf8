import type { SecretStore } from '@cartwright/kernel/dapr/sdk';
import type { Config } from '@cartwright/kernel/config';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Notice, PaymentProvider, ReadWebhook, Sandbox } from '../ports.ts';
import { sandboxProvider } from './sandbox.ts';
import { openStripe, stripeProvider, stripeWebhooks } from './stripe.ts';

export interface Providers {
  readonly byName: ReadonlyMap<string, PaymentProvider>;
  /** Undefined in production. */
  readonly sandbox: Sandbox | undefined;
  /** Undefined where Stripe's keys are not set. */
  readonly readStripeWebhook: ReadWebhook | undefined;
}

/** The providers that this environment has: Stripe where its keys are in the secret store, the sandbox unless it is production. */
export async function openProviders(
  { environment, gatewayUrl }: Pick<Config, 'environment' | 'gatewayUrl'>,
  secrets: SecretStore,
  database: Database,
  deliver: (notice: Notice) => void,
): Promise<Providers> {
  const byName = new Map<string, PaymentProvider>();
  const sandbox = environment === 'local' ? sandboxProvider(database, { deliver }) : undefined;
  if (sandbox !== undefined) byName.set(sandbox.name, sandbox);
  const secretKey = await secrets.find('stripe-secret-key');
  if (secretKey === undefined) return { byName, sandbox, readStripeWebhook: undefined };
  // Without webhooks an answer that comes late would be looked up minutes later: a half-configured Stripe does not start.
  const webhookSecret = await secrets.get('stripe-webhook-secret');
  const stripe = await openStripe({ secretKey });
  byName.set('stripe', stripeProvider(stripe, gatewayUrl));
  return { byName, sandbox, readStripeWebhook: stripeWebhooks(stripe, webhookSecret) };
}
