import { badRequest } from '@cartwright/kernel/http/problem';
import type Stripe from 'stripe';
import type { ProviderAnswer } from '../domain/provider-answers.ts';
import { ProviderUnavailable } from '../ports.ts';
import type { PaymentProvider, ProviderRequest, ReadWebhook, Subject } from '../ports.ts';

export interface StripeOptions {
  readonly secretKey: string;
  /** For tests; Stripe itself unless told. */
  readonly server?: { readonly protocol: 'http' | 'https'; readonly host: string; readonly port: number };
  readonly timeoutMs?: number;
}

/** Opens Stripe's client. Imported when it is used: it costs 160 ms and memory that a shop without Stripe need not pay. */
export async function openStripe({ secretKey, server, timeoutMs = 10_000 }: StripeOptions): Promise<Stripe> {
  const { default: Client } = await import('stripe');
  // Retries are ours: they are spread over minutes, and survive a crash.
  return new Client(secretKey, { maxNetworkRetries: 0, timeout: timeoutMs, telemetry: false, ...server });
}

/**
 * Payments by Stripe's PaymentIntents with manual capture. The token is a PaymentMethod's id (`pm_…`) made in the browser: cards never come here.
 * @param returnUrl where Stripe sends the customer back after 3-D Secure
 */
export function stripeProvider(stripe: Stripe, returnUrl: string): PaymentProvider {
  const keyed = ({ key }: ProviderRequest): Stripe.RequestOptions => ({ idempotencyKey: key });

  /** The intent of a payment whose id never reached us. Stripe's search lags behind by seconds: what it misses comes by webhook. */
  async function intentOf({ reference, orderId }: ProviderRequest): Promise<Stripe.PaymentIntent | undefined> {
    if (reference !== null) return stripe.paymentIntents.retrieve(reference, withCharge);
    const { data } = await stripe.paymentIntents.search({
      query: `metadata['orderId']:'${orderId}'`,
      limit: 1,
      expand: ['data.latest_charge'],
    });
    return data[0];
  }

  /**
   * Makes a call on an intent. An intent is captured or cancelled once by its own state, and needs no key for that: to a key Stripe gives for a day
   * the answer that it gave first, also where that was its own failure. Where Stripe says that its state is against it, the state is the answer. */
  async function onIntent(request: ProviderRequest, call: (intentId: string) => Promise<ProviderAnswer>): Promise<ProviderAnswer> {
    return answered(async () => {
      const id = request.reference ?? (await intentOf(request))?.id;
      if (id === undefined) return { outcome: 'unknown' };
      try {
        return await call(id);
      } catch (error) {
        if (codeOf(error) !== 'payment_intent_unexpected_state' && codeOf(error) !== 'charge_already_refunded') throw error;
        return pictureOf(await stripe.paymentIntents.retrieve(id, withCharge));
      }
    });
  }

  return {
    name: 'stripe',
    authorise: (request) =>
      answered(async () => {
        const { orderId, amount, currency, token } = request;
        const intent = await stripe.paymentIntents.create(
          {
            amount,
            currency: currency.toLowerCase(),
            payment_method: token,
            confirm: true,
            capture_method: 'manual',
            automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
            return_url: `${returnUrl}/orders/${orderId}`,
            metadata: { orderId },
          },
          keyed(request),
        );
        return pictureOf(intent);
      }),
    capture: async (request) => {
      const answer = await onIntent(request, async (id) =>
        pictureOf(await stripe.paymentIntents.capture(id, { amount_to_capture: request.amount })),
      );
      const { outcome } = answer;
      // While Stripe is at it, or still holds the money, nothing is refused: it is asked again.
      if (outcome === 'captured' || outcome === 'refused' || outcome === 'pending' || outcome === 'authorised') return answer;
      return { outcome: 'refused', reason: outcome === 'declined' ? answer.reason : `payment_is_${outcome}`, again: false };
    },
    void: async (request) => {
      const answer = await onIntent(request, async (id) => pictureOf(await stripe.paymentIntents.cancel(id)));
      if (answer.outcome === 'unknown') return { outcome: 'voided' }; // nothing is held
      if (answer.outcome === 'declined') return { outcome: 'refused', reason: answer.reason, again: true };
      if (['voided', 'captured', 'refunded', 'pending'].includes(answer.outcome)) return answer;
      return { outcome: 'refused', reason: `payment_is_${answer.outcome}`, again: true };
    },
    refund: async (request) => {
      const answer = await onIntent(request, async (id) => {
        const { orderId, refundId, amount } = request;
        return refundPicture(await stripe.refunds.create({ payment_intent: id, amount, metadata: { orderId, refundId } }, keyed(request)));
      });
      if (answer.outcome === 'refunded' || answer.outcome === 'pending' || answer.outcome === 'refused') return answer;
      const reason = answer.outcome === 'declined' ? answer.reason : `payment_is_${answer.outcome}`;
      return { outcome: 'refused', reason, again: false };
    },
    lookUpRefund: (request) =>
      onIntent(request, async (id) => {
        for await (const refund of stripe.refunds.list({ payment_intent: id, limit: 100 }))
          if (refund.metadata?.['refundId'] === request.refundId) return refundPicture(refund);
        return { outcome: 'unknown' };
      }),
    lookUp: (request) =>
      answered(async () => {
        const intent = await intentOf(request);
        return intent === undefined ? { outcome: 'unknown' } : withSums(pictureOf(intent), intent);
      }),
    async *ordersSince(time) {
      for await (const { metadata } of listed(stripe.paymentIntents.list({ created: { gte: secondsOf(time) }, limit: 100 }))) {
        const { orderId } = metadata;
        if (orderId !== undefined && uuidForm.test(orderId)) yield orderId;
      }
    },
    // Stripe lists the events of the last 30 days, whether or not their webhooks arrived.
    async *changesSince(time) {
      for await (const event of listed(stripe.events.list({ created: { gte: secondsOf(time) }, types: [...newsTypes], limit: 100 }))) {
        const about = subjectOf(event);
        if (about !== undefined) yield about;
      }
    },
  };
}

/** The events by which a payment's state or sums may have changed. */
const newsTypes = [
  ...(['amount_capturable_updated', 'canceled', 'payment_failed', 'processing', 'requires_action', 'succeeded'] as const).map(
    (what) => `payment_intent.${what}`,
  ),
  ...['charge.captured', 'charge.refunded', 'charge.refund.updated', 'refund.created', 'refund.updated', 'refund.failed'],
];

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

const withCharge = { expand: ['latest_charge'] };

/** A refund is done when the bank says so; until then it may still fail. */
function refundPicture({ status, failure_reason: reason }: Stripe.Refund): ProviderAnswer {
  if (status === 'succeeded') return { outcome: 'refunded' };
  if (status === 'failed' || status === 'canceled')
    return { outcome: 'refused', reason: firstOf(reason) ?? `refund_${status}`, again: false };
  return { outcome: 'pending' };
}

function withSums(picture: ProviderAnswer, { amount_received: taken, latest_charge: charge }: Stripe.PaymentIntent): ProviderAnswer {
  if (picture.outcome !== 'captured' && picture.outcome !== 'refunded') return picture;
  return { ...picture, taken, givenBack: typeof charge === 'object' && charge !== null ? charge.amount_refunded : 0 };
}

/** Reads Stripe's webhooks by their signature. Those about other objects than our payments are passed over. */
export function stripeWebhooks(stripe: Stripe, secret: string): ReadWebhook {
  const field = 'stripe-signature';
  return async (body, signature) => {
    if (signature === undefined) throw badRequest('The signature is missing', [{ field, rule: 'required', message: 'is required' }]);
    let event: Stripe.Event;
    try {
      event = await stripe.webhooks.constructEventAsync(body, signature, secret);
    } catch (error) {
      throw badRequest('The signature is not Stripe’s', [{ field, rule: 'signature', message: 'does not fit the body' }], { cause: error });
    }
    const about = subjectOf(event);
    return about === undefined ? undefined : { provider: 'stripe', eventId: event.id, about };
  };
}

/**
 * Which payment an event is about. Only that there is news is taken from it; what it is, is looked up: so events may come twice, in any order,
 * and as old as they like. Of charges and refunds, what changes sums is of interest: refunds made at Stripe, and those that banks decide later.
 * Disputes are passed over on purpose: they are answered at Stripe, by a person whom Stripe writes to, and neither take nor give back by our books.
 */
function subjectOf({ type, data: { object } }: Stripe.Event): Subject | undefined {
  const isIntent = type.startsWith('payment_intent.');
  if (!isIntent && type !== 'charge.refunded' && type !== 'charge.captured' && !/^(?:charge\.)?refund\./.test(type)) return undefined;
  const {
    id,
    metadata,
    payment_intent: intent,
  } = object as {
    readonly id: string;
    readonly metadata?: Readonly<Record<string, string>> | null;
    readonly payment_intent?: string | { readonly id: string } | null;
  };
  const orderId = metadata?.['orderId'];
  if (orderId !== undefined && uuidForm.test(orderId)) return { orderId };
  const reference = isIntent ? id : typeof intent === 'string' ? intent : intent?.id;
  return reference === undefined ? undefined : { reference };
}

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function pictureOf(intent: Stripe.PaymentIntent): ProviderAnswer {
  const { id: reference, status, next_action: action, last_payment_error: failure, latest_charge: charge } = intent;
  switch (status) {
    case 'requires_capture':
      return { outcome: 'authorised', reference };
    case 'requires_action':
    case 'requires_confirmation': {
      const url = action?.redirect_to_url?.url;
      const type = action?.type ?? 'requires_action';
      return { outcome: 'action_required', reference, nextAction: { type, ...(typeof url === 'string' ? { url } : {}) } };
    }
    case 'processing':
      return { outcome: 'pending', reference };
    case 'succeeded':
      return { outcome: typeof charge === 'object' && charge?.refunded === true ? 'refunded' : 'captured', reference };
    case 'canceled':
      return { outcome: 'voided', reference };
    case 'requires_payment_method':
    default: // a status that is newer than this code counts as not paid
      return { outcome: 'declined', reference, reason: firstOf(failure?.decline_code, failure?.code) ?? 'card_declined' };
  }
}

/** A list of Stripe's; where it breaks off, only the kind of error is told, as by `answered`. */
async function* listed<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (error) {
    throw new ProviderUnavailable(`Stripe gave no list: ${(error as { type?: string }).type ?? 'unknown'}`);
  }
}

/** Runs a call. A refusal of Stripe is an answer; what else goes wrong is none, and only its kind is told: the error holds what was sent. */
async function answered(call: () => Promise<ProviderAnswer>): Promise<ProviderAnswer> {
  try {
    return await call();
  } catch (error) {
    const { type = 'unknown', statusCode, decline_code: decline } = error as { type?: string; statusCode?: number; decline_code?: string };
    if (type === 'StripeCardError') return { outcome: 'declined', reason: firstOf(decline, codeOf(error)) ?? 'card_declined' };
    // 404: there is no such payment. Of what a request names besides, such as a payment method, Stripe says the same code by a 400.
    if (codeOf(error) === 'resource_missing' && statusCode === 404) return { outcome: 'unknown' };
    // Other 4xx (an unknown payment method, an amount too small) will not go better next time; 401, 403, 409 and 429 may.
    if (type === 'StripeInvalidRequestError') return { outcome: 'declined', reason: codeOf(error) ?? 'invalid_request' };
    throw new ProviderUnavailable(`Stripe gave no answer: ${type}`);
  }
}

/** The SDK gives what is not there as an empty text. */
function firstOf(...texts: readonly (string | null | undefined)[]): string | undefined {
  return texts.find((text): text is string => typeof text === 'string' && text !== '');
}

function codeOf(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code !== '' ? code : undefined;
}
