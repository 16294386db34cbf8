import { expect } from 'chai';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type Stripe from 'stripe';
import { stripeMock } from '../../../../tests/deploy/go-tools.ts';
import { openStripe, stripeProvider } from '../../adapters/stripe.ts';
import type { PaymentProvider } from '../../ports.ts';

/** The SDK does not type what it emits. */
interface Observed {
  on(event: 'response', listener: (response: { method: string; path: string; status: number }) => void): void;
}

/** Starts Stripe's own mock server on a free port and answers that. */
async function start(program: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(program, ['-http-addr', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /Listening for HTTP at address: .*:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error('stripe-mock did not start');
}

describe('What is sent to Stripe', () => {
  let child: ChildProcess;
  let client: Stripe;
  let stripe: PaymentProvider;
  const seen: string[] = [];
  const orderId = '0193a6f0-0000-7000-8000-000000000001';
  const request = { orderId, amount: 11_124, currency: 'USD', key: `${orderId}:1`, reference: 'pi_1' };

  before(async function () {
    this.timeout(300_000); // it is built once a machine
    const mock = await start(await stripeMock());
    child = mock.child;
    client = await openStripe({ secretKey: 'sk_test_123', server: { protocol: 'http', host: '127.0.0.1', port: mock.port } });
    (client as unknown as Observed).on('response', ({ method, path, status }) => {
      seen.push(`${method} ${path.split('?', 1)[0] ?? ''} ${String(status)}`);
    });
    stripe = stripeProvider(client, 'https://shop.example');
  });
  after(() => child.kill());
  beforeEach(() => {
    seen.length = 0;
  });

  it('to authorise fits its API', async () => {
    await stripe.authorise({ ...request, reference: null, token: 'pm_card_visa' });
    expect(seen).to.deep.equal(['POST /v1/payment_intents 200']);
  });

  it('to capture and to let go fits its API', async () => {
    await stripe.capture(request);
    await stripe.void(request);
    expect(seen).to.deep.equal(['POST /v1/payment_intents/pi_1/capture 200', 'POST /v1/payment_intents/pi_1/cancel 200']);
  });

  it('to give back, and to ask what became of it, fits its API', async () => {
    const refund = { ...request, amount: 1000, refundId: '0193a6f0-0000-7000-8000-000000000002' };
    expect((await stripe.refund(refund)).outcome).to.be.oneOf(['refunded', 'pending']);
    await stripe.lookUpRefund(refund);
    expect(seen).to.deep.equal(['POST /v1/refunds 200', 'GET /v1/refunds 200']);
  });

  it('to look up by id, to search by order, and to list fits its API', async () => {
    await stripe.lookUp(request);
    await stripe.lookUp({ ...request, reference: null });
    for await (const id of stripe.ordersSince(new Date())) expect(id).to.be.a('string');
    for await (const subject of stripe.changesSince(new Date())) expect(subject).to.be.an('object');
    expect(seen).to.deep.equal([
      'GET /v1/payment_intents/pi_1 200',
      'GET /v1/payment_intents/search 200',
      'GET /v1/payment_intents 200',
      'GET /v1/events 200',
    ]);
  });

  it('would be refused if it did not fit', async () => {
    const wrong = { amount: 'much', currency: 'usd', colour: 'red' } as unknown as Stripe.PaymentIntentCreateParams;
    expect(await client.paymentIntents.create(wrong).catch((error: unknown) => (error as { statusCode: number }).statusCode)).to.equal(400);
  });
});
