import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface StripeForTests {
  readonly port: number;
  readonly calls: SeenCall[];
  /** How calls are answered; undefined: never. */
  answer: (call: SeenCall) => Answer | undefined;
  close(): Promise<void>;
}

/** A server on this machine that speaks the public shapes of Stripe's API: the intents, refunds and errors that the test tells it. */
export async function stripeForTests(): Promise<StripeForTests> {
  const calls: SeenCall[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const key = headers['idempotency-key'];
      const call: SeenCall = {
        method,
        path: url,
        idempotencyKey: typeof key === 'string' ? key : undefined,
        form: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8'))),
      };
      calls.push(call);
      const answer = stripe.answer(call);
      if (answer === undefined) return;
      response.writeHead(answer.status, { 'content-type': 'application/json', 'request-id': 'req_test' }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const stripe: StripeForTests = {
    port,
    calls,
    answer: () => undefined,
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
        server.closeAllConnections();
      }),
  };
  return stripe;
}

/** A PaymentIntent as Stripe shows it, as far as it matters. */
export function intent(status: string, more: Readonly<Record<string, unknown>> = {}): Answer {
  return {
    status: 200,
    body: {
      id: 'pi_1',
      object: 'payment_intent',
      amount: 11_124,
      currency: 'usd',
      status,
      metadata: {},
      next_action: null,
      last_payment_error: null,
      ...more,
    },
  };
}

export function stripeError(status: number, error: Readonly<Record<string, unknown>>): Answer {
  return { status, body: { error } };
}
