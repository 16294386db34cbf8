import { appToken, kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { openStripe, stripeWebhooks } from '../adapters/stripe.ts';
import { paymentsApp } from '../app.ts';
import { envelope, placed, reserved, startPayments, tokenOf } from './adapters/fixtures.ts';
import type { RunningPayments } from './adapters/fixtures.ts';

/** A payment, a page of the ledger, or a problem. */
interface Body {
  state: string;
  provider: string;
  captured: { amount: number; currency: string };
  nextAction: { type: string; url: string };
  items: Record<string, unknown>[];
  nextCursor: string | null;
  sum: number;
  balances: { account: string; amount: number }[];
  code: string;
  errors: { field: string }[];
}

describe('payments', () => {
  let service: RunningPayments;
  let server: Listening;
  const staff = tokenOf(v7(), ['staff']);

  before(async () => {
    service = await startPayments();
    server = await listen(service.kernel, service.app);
  });
  after(async () => {
    await server.close();
    await service.close();
  });

  async function ask(method: string, path: string, { token, body }: { token?: string; body?: unknown } = {}) {
    const response = await fetch(server.url + path, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  /** Delivers orders' events as the sidecar does. */
  const deliver = (...events: object[]): Promise<string[]> => deliverTo('orders', ...events);
  async function deliverTo(topic: string, ...events: object[]): Promise<string[]> {
    const response = await fetch(`${server.url}/events/${topic}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'dapr-api-token': appToken },
      body: JSON.stringify({ entries: events.map((event, index) => ({ entryId: String(index), event })) }),
    });
    return ((await response.json()) as { statuses: { status: string }[] }).statuses.map(({ status }) => status);
  }

  const confirmed = (orderId: string) =>
    envelope(orderId, 3, 'OrderConfirmed', { number: 'CW-100042', amount: 11_124, currency: 'USD', customerId: null });

  it('obey orders, at once and each event once', async () => {
    const orderId = v7();
    const events = [placed(orderId), reserved(orderId, 'tok_ok')];
    expect(await deliver(...events)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    await service.settled(orderId, 'authorized');
    expect(await deliver(...events, confirmed(orderId))).to.deep.equal(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    await service.settled(orderId, 'captured');
    await deliver(envelope(orderId, 4, 'OrderCancelled', { reason: 'customer', previousStatus: 'confirmed' }));
    await service.settled(orderId, 'refunded');
    await deliver(envelope(orderId, 5, 'OrderCancelled', { reason: 'customer', previousStatus: 'cancelled' }));
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured', 'Refunded']);
    expect(await service.movements(orderId)).to.deep.equal(['authorise', 'capture', 'refund']);
  });

  it('give back what orders asks for, and show it', async () => {
    const orderId = v7();
    const refundId = v7();
    await deliver(placed(orderId), reserved(orderId, 'tok_ok'));
    await service.settled(orderId, 'authorized');
    await deliver(confirmed(orderId));
    await service.settled(orderId, 'captured');
    const wish = envelope(orderId, 4, 'OrderRefundRequested', { refundId, amount: 11_124, currency: 'USD', reason: 'damaged' });
    expect(await deliver(wish, wish)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    await service.settled(orderId, 'refunded');
    const { body } = await ask('GET', `/api/payments/orders/${orderId}`, { token: tokenOf(v7(), ['support']) });
    expect(body).to.deep.include({ refunds: [{ id: refundId, amount: { amount: 11_124, currency: 'USD' }, status: 'done' }] });
  });

  it('ask for no money when the stock does not suffice', async () => {
    const orderId = v7();
    const rejected = envelope(orderId, 2, 'OrderRejected', { shortages: [{ sku: 'LAMP', requested: 2, available: 1 }] });
    expect(await deliver(placed(orderId), rejected)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    expect(await service.payments.find(orderId)).to.equal(undefined);
  });

  it('are shown to their owner and to support, and do not exist for others', async () => {
    const [orderId, customerId] = [v7(), v7()];
    await deliver(placed(orderId), reserved(orderId, 'tok_declined', customerId));
    await service.settled(orderId, 'failed');
    const path = `/api/payments/orders/${orderId}`;
    const own = await ask('GET', path, { token: tokenOf(customerId) });
    expect(own.status).to.equal(200);
    expect(own.body).to.include({ state: 'failed', provider: 'sandbox', reason: 'card_declined' });
    expect(JSON.stringify(own.body)).not.to.contain('tok_');
    expect((await ask('GET', path, { token: tokenOf(v7(), ['support']) })).status).to.equal(200);
    expect((await ask('GET', path, { token: tokenOf(v7()) })).status).to.equal(404);
    expect((await ask('GET', path)).status).to.equal(401);
    expect((await ask('GET', '/api/payments/orders/1', { token: staff })).body.errors[0]?.field).to.equal('orderId');
  });

  it('of those who were erased are nobody’s any more; the money stays where it is', async () => {
    const [orderId, customerId] = [v7(), v7()];
    await deliver(placed(orderId), reserved(orderId, 'tok_ok', customerId));
    await service.settled(orderId, 'authorized');
    const known = await service.payments.ofCustomer(customerId, { afterId: undefined, limit: 10 });
    expect(known.map((payment) => payment.orderId)).to.deep.equal([orderId]);
    expect(await service.payments.ofCustomer(customerId, { afterId: orderId, limit: 10 }), 'after the last').to.deep.equal([]);
    const deleted = {
      ...envelope(customerId, 1, 'UserDeleted'),
      source: 'cartwright/auth',
      aggregatetype: 'user',
      data: { userId: customerId },
    };
    expect(await deliverTo('users', deleted)).to.deep.equal(['SUCCESS']);
    const path = `/api/payments/orders/${orderId}`;
    expect((await ask('GET', path, { token: tokenOf(customerId) })).status).to.equal(404);
    expect(await service.payments.ofCustomer(customerId, { afterId: undefined, limit: 10 })).to.deep.equal([]);
    expect((await ask('GET', path, { token: staff })).body).to.deep.include({
      state: 'authorized',
      held: { amount: 11_124, currency: 'USD' },
    });
    const later = v7();
    await deliver(placed(later), reserved(later, 'tok_ok', customerId));
    expect(await service.payments.find(later), 'an order of theirs that is told of late').to.include({ customerId: null });
  });

  it('of guests are not shown to those who know the id alone', async () => {
    const orderId = v7();
    await deliver(placed(orderId), reserved(orderId, 'tok_3ds'));
    expect((await ask('GET', `/api/payments/orders/${orderId}`, { token: tokenOf(v7()) })).status).to.equal(404);
  });

  it('go on when the customer has answered the sandbox', async () => {
    const orderId = v7();
    await deliver(placed(orderId), reserved(orderId, 'tok_3ds'));
    await service.settled(orderId, 'action_required');
    const { nextAction } = (await ask('GET', `/api/payments/orders/${orderId}`, { token: staff })).body;
    expect(nextAction.type).to.equal('sandbox_3ds');
    expect((await ask('POST', nextAction.url, { body: { outcome: 'perhaps' } })).status).to.equal(400);
    expect((await ask('POST', nextAction.url)).status).to.equal(202);
    await service.settled(orderId, 'authorized');
    expect((await ask('POST', nextAction.url)).body.code).to.equal('nothing_to_complete');
    expect((await ask('POST', `/api/payments/sandbox/${v7()}/complete`)).status).to.equal(404);
  });

  it('show the ledger to staff, in pages, with a sum of zero', async () => {
    const orderId = v7();
    await deliver(placed(orderId), reserved(orderId, 'tok_ok'));
    await service.settled(orderId, 'authorized');
    await deliver(confirmed(orderId));
    await service.settled(orderId, 'captured');
    const first = (await ask('GET', `/api/payments/ledger?orderId=${orderId}&limit=4`, { token: staff })).body;
    const second = (
      await ask('GET', `/api/payments/ledger?orderId=${orderId}&limit=4&cursor=${String(first.nextCursor)}`, { token: staff })
    ).body;
    expect([first.items.length, second.items.length, second.nextCursor]).to.deep.equal([4, 2, null]);
    expect(first.sum).to.equal(0);
    expect(first.balances.filter(({ amount }) => amount !== 0)).to.deep.equal([
      { account: 'provider:sandbox', currency: 'USD', amount: 11_124 },
      { account: 'sales', currency: 'USD', amount: -11_124 },
    ]);
    expect((await ask('GET', '/api/payments/ledger', { token: staff })).body.sum).to.equal(0);
    expect((await ask('GET', '/api/payments/ledger', { token: tokenOf(v7()) })).status).to.equal(403);
    expect((await ask('GET', '/api/payments/ledger?cursor=x', { token: staff })).body.errors[0]?.field).to.equal('cursor');
  });

  it('know no sandbox in production, and no Stripe without keys', async () => {
    const parts = {
      database: service.database,
      payments: service.payments,
      reconciliations: service.reconciliations,
      start: service.worker.start,
    };
    const production = await listen(kernelForTests(), paymentsApp({ ...parts, sandbox: undefined, readStripeWebhook: undefined }));
    for (const path of [`/api/payments/sandbox/${v7()}/complete`, '/api/payments/webhooks/stripe']) {
      expect((await fetch(production.url + path, { method: 'POST', body: '' })).status, path).to.equal(404);
    }
    await production.close();
  });

  it('look up what a signed webhook is about, once', async () => {
    const client = await openStripe({ secretKey: 'sk_test_1' });
    const { database, payments, reconciliations } = service;
    const parts = { database, payments, reconciliations, start: service.worker.start, sandbox: undefined };
    const withStripe = await listen(kernelForTests(), paymentsApp({ ...parts, readStripeWebhook: stripeWebhooks(client, 'whsec_test') }));
    const orderId = await service.order();
    await service.database.sql(`update payments set provider = 'stripe' where order_id = ?`, [orderId]);
    const object = { id: 'pi_1', object: 'payment_intent', metadata: { orderId } };
    const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'payment_intent.succeeded', data: { object } });
    const post = (signature: string) =>
      fetch(`${withStripe.url}/api/payments/webhooks/stripe`, {
        method: 'POST',
        headers: { 'stripe-signature': signature },
        body: payload,
      });
    const signature = client.webhooks.generateTestHeaderString({ payload, secret: 'whsec_test' });
    expect([(await post(signature)).status, (await post(signature)).status, (await post('t=1,v1=00')).status]).to.deep.equal([
      200, 200, 400,
    ]);
    const lookUps = await service.database.sql(`select 1 from attempts where order_id = ? and step = 'look_up'`, [orderId]);
    expect(lookUps).to.have.length(1);
    await withStripe.close();
  });
});
