import type Stripe from 'stripe';
import { ProviderUnavailable } from '../ports.ts';
import type { Authorisation, PaymentProvider, ProviderRequest } from '../ports.ts';

export interface StripeOptions {
  readonly secretKey: string;
  /** For stripe-mock and tests; Stripe itself unless told. */
  readonly server?: { readonly protocol: 'http' | 'https'; readonly host: string; readonly port: number };
}

/** Opens Stripe's client. Imported when it is used: it costs 160 ms and memory that a shop without Stripe need not pay. */
export async function openStripe({ secretKey, server }: StripeOptions): Promise<Stripe> {
  const { default: Client } = await import('stripe');
  return new Client(secretKey, { maxNetworkRetries: 1, timeout: 10_000, telemetry: false, ...server });
}

/** Payments by Stripe's PaymentIntents with manual capture. The token is a PaymentMethod's id (`pm_…`) made in the browser: cards never come here. */
export function stripeProvider(stripe: Stripe): PaymentProvider {
  const keyed = ({ key }: ProviderRequest): Stripe.RequestOptions => ({ idempotencyKey: key });
  return {
    name: 'stripe',
    async authorise(request) {
      const { orderId, amount, currency, token } = request;
      try {
        const intent = await stripe.paymentIntents.create(
          {
            amount,
            currency: currency.toLowerCase(),
            payment_method: token,
            confirm: true,
            capture_method: 'manual',
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            metadata: { orderId },
          },
          keyed(request),
        );
        return outcomeOf(intent);
      } catch (error) {
        const reason = declineReason(error);
        if (reason === undefined) throw unavailable(error);
        return { type: 'declined', reason };
      }
    },
    async capture(request) {
      try {
        await stripe.paymentIntents.capture(request.reference, { amount_to_capture: request.amount }, keyed(request));
        return { type: 'captured' };
      } catch (error) {
        const reason = declineReason(error);
        if (reason === undefined) throw unavailable(error);
        return { type: 'capture_declined', reason };
      }
    },
    async void(request) {
      await stripe.paymentIntents.cancel(request.reference, {}, keyed(request)).catch((error: unknown) => {
        throw unavailable(error);
      });
    },
    async refund(request) {
      await stripe.refunds.create({ payment_intent: request.reference, amount: request.amount }, keyed(request)).catch((error: unknown) => {
        throw unavailable(error);
      });
    },
  };
}

function outcomeOf({ id, status, next_action: action }: Stripe.PaymentIntent): Authorisation {
  if (status === 'requires_capture') return { type: 'authorised', reference: id };
  if (status === 'requires_action') {
    const url = action?.redirect_to_url?.url;
    return {
      type: 'action_required',
      reference: id,
      nextAction: { type: action?.type ?? 'requires_action', ...(typeof url === 'string' ? { url } : {}) },
    };
  }
  if (status === 'processing') return { type: 'pending', reference: id };
  return { type: 'declined', reason: status };
}

/** Why Stripe refused for good; undefined when it did not say so, and the call may be made again. */
function declineReason(error: unknown): string | undefined {
  const { type, decline_code: decline, code } = error as { type?: string; decline_code?: string; code?: string };
  if (type === 'StripeCardError' || type === 'StripeInvalidRequestError') return decline ?? code ?? 'card_declined';
  return undefined;
}

/** The SDK's error holds what was sent: only its kind goes on. */
function unavailable(error: unknown): ProviderUnavailable {
  const { type = 'unknown' } = error as { type?: string };
  return new ProviderUnavailable(`Stripe did not answer: ${type}`);
}
