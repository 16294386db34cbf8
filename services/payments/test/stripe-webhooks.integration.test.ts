import { appToken, listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import type Stripe from 'stripe';
import { v7 } from 'uuid';
import { openStripe, stripeProvider, stripeWebhooks } from '../adapters/stripe.ts';
import { envelope, placed, startPayments } from './adapters/fixtures.ts';
import type { RunningPayments } from './adapters/fixtures.ts';
import { intent, stripeError, stripeForTests } from './adapters/stripe-for-tests.ts';
import type { StripeForTests } from './adapters/stripe-for-tests.ts';

const secret = 'whsec_test';
/** As a card's number looks, and passes the check digit. */
const cardNumber = '4242424242424242';

describe('webhooks of Stripe', () => {
  let stripe: StripeForTests;
  let client: Stripe;
  let service: RunningPayments;
  let server: Listening;
  /** What Stripe shows of the intent, and whether it answers captures. */
  let shown: { status: string; given: number; answersCapture: boolean };

  beforeEach(async () => {
    stripe = await stripeForTests();
    shown = { status: 'requires_action', given: 0, answersCapture: true };
    stripe.answer = ({ method, path, form }) => {
      if (path.endsWith('/capture')) shown.status = 'succeeded';
      if (path.endsWith('/capture') && !shown.answersCapture) return stripeError(500, { type: 'api_error' });
      if (path.endsWith('/cancel')) shown.status = 'canceled';
      if (path.startsWith('/v1/refunds')) {
        if (method === 'GET') return { status: 200, body: { object: 'list', data: [], has_more: false } };
        shown.given += Number(form['amount']);
        return { status: 200, body: { id: 're_1', object: 'refund', status: 'succeeded', metadata: {} } };
      }
      const { status, given } = shown;
      const next_action =
        status === 'requires_action' ? { type: 'redirect_to_url', redirect_to_url: { url: 'https://bank.example/3ds' } } : null;
      const latest_charge = status === 'succeeded' ? { amount_refunded: given, refunded: given >= 11_124 } : null;
      return intent(status, { next_action, latest_charge, amount_received: status === 'succeeded' ? 11_124 : 0 });
    };
    client = await openStripe({ secretKey: 'sk_test_1', server: { protocol: 'http', host: '127.0.0.1', port: stripe.port } });
    service = await startPayments({
      provider: () => stripeProvider(client, 'https://shop.example'),
      readStripeWebhook: stripeWebhooks(client, secret),
    });
    server = await listen(service.kernel, service.app);
  });
  afterEach(async () => {
    await server.close();
    await service.close();
    await stripe.close();
  });

  /** Delivers orders' events as the sidecar does. */
  const deliver = (...events: object[]) =>
    fetch(`${server.url}/events/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'dapr-api-token': appToken },
      body: JSON.stringify({ entries: events.map((event, index) => ({ entryId: String(index), event })) }),
    });
  const confirmed = (orderId: string) =>
    envelope(orderId, 3, 'OrderConfirmed', { number: 'CW-100042', amount: 11_124, currency: 'USD', customerId: null });

  let count = 0;
  /** A webhook as Stripe signs it; sent so many seconds ago. */
  async function webhook(type: string, object: object, { id = `evt_${String(++count)}`, ago = 0 } = {}): Promise<number> {
    const payload = JSON.stringify({ id, object: 'event', type, data: { object } });
    const timestamp = Math.floor(Date.now() / 1000) - ago;
    const signature = client.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    const headers = { 'stripe-signature': signature };
    return (await fetch(`${server.url}/api/payments/webhooks/stripe`, { method: 'POST', headers, body: payload })).status;
  }
  const about = (orderId: string) => ({ id: 'pi_1', object: 'payment_intent', metadata: { orderId } });

  /** An order whose customer was sent to the bank, and has closed the browser. */
  async function atTheBank(): Promise<string> {
    const orderId = v7();
    const data = { amount: 11_124, currency: 'USD', provider: 'stripe', token: 'pm_1' };
    await deliver(placed(orderId), envelope(orderId, 2, 'OrderReserved', data));
    await service.settled(orderId, 'action_required');
    return orderId;
  }
  const lookUps = async (orderId: string) =>
    (await service.database.sql(`select 1 from attempts where order_id = ? and step = 'look_up' and due_at <= now()`, [orderId])).length;

  it('alone finish a payment whose customer never came back from the bank', async () => {
    const orderId = await atTheBank();
    shown.status = 'requires_capture';
    expect(await webhook('payment_intent.amount_capturable_updated', about(orderId))).to.equal(200);
    await service.settled(orderId, 'authorized');
    await deliver(confirmed(orderId));
    await service.settled(orderId, 'captured');
    expect(await service.events(orderId)).to.deep.equal(['ActionRequired', 'Authorized', 'Captured']);
  });

  it('alone end a payment that the customer’s bank refused', async () => {
    const orderId = await atTheBank();
    shown.status = 'requires_payment_method';
    await webhook('payment_intent.payment_failed', about(orderId));
    await service.settled(orderId, 'failed');
  });

  it('are not needed to end a payment whose token Stripe has never heard of', async () => {
    stripe.answer = () =>
      stripeError(400, {
        type: 'invalid_request_error',
        code: 'resource_missing',
        param: 'payment_method',
        message: 'No such PaymentMethod',
      });
    const orderId = v7();
    const data = { amount: 11_124, currency: 'USD', provider: 'stripe', token: 'pm_invented' };
    await deliver(placed(orderId), envelope(orderId, 2, 'OrderReserved', data));
    await service.settled(orderId, 'failed');
    expect(await service.payments.find(orderId)).to.include({ reason: 'resource_missing', token: null });
    expect(await service.events(orderId)).to.deep.equal(['Failed']);
  });

  it('that come twice are looked into once, and those that are too old not at all', async () => {
    const orderId = await atTheBank();
    const type = 'payment_intent.amount_capturable_updated';
    expect(await webhook(type, about(orderId), { ago: 301 })).to.equal(400);
    expect(await lookUps(orderId)).to.equal(0);
    shown.status = 'requires_capture';
    expect(await webhook(type, about(orderId), { id: 'evt_twice', ago: 200 })).to.equal(200);
    await service.settled(orderId, 'authorized');
    expect(await webhook(type, about(orderId), { id: 'evt_twice' })).to.equal(200);
    expect(await lookUps(orderId)).to.equal(1);
  });

  it('tell of a capture whose answer was lost, before that of the authorisation arrives', async () => {
    const orderId = await atTheBank();
    shown.status = 'requires_capture';
    await webhook('payment_intent.amount_capturable_updated', about(orderId), { id: 'evt_first' });
    await service.settled(orderId, 'authorized');
    shown.answersCapture = false;
    await deliver(confirmed(orderId));
    await service.settled(orderId, 'capturing');
    while (shown.status !== 'succeeded') await new Promise(setImmediate);
    await webhook('payment_intent.succeeded', about(orderId));
    await service.settled(orderId, 'captured');
    await webhook('payment_intent.amount_capturable_updated', about(orderId));
    expect(await service.events(orderId)).to.deep.equal(['ActionRequired', 'Authorized', 'Captured']);
  });

  it('of a refund made at Stripe that arrive before our capture is known tell both', async () => {
    const orderId = await atTheBank();
    shown.status = 'requires_capture';
    await webhook('payment_intent.amount_capturable_updated', about(orderId));
    await service.settled(orderId, 'authorized');
    shown.answersCapture = false;
    await deliver(confirmed(orderId));
    while (shown.status !== 'succeeded') await new Promise(setImmediate);
    shown.given = 2000;
    await webhook('charge.refunded', { id: 'ch_1', object: 'charge', payment_intent: 'pi_1', metadata: {} });
    await service.settled(orderId, 'captured');
    expect(await service.payments.find(orderId)).to.include({ captured: 11_124, refunded: 2000 });
    expect(await service.events(orderId)).to.deep.equal(['ActionRequired', 'Authorized', 'Captured', 'Refunded']);
  });

  it('whose news Stripe cannot tell at that moment are looked into until it can, also where nothing is awaited', async () => {
    const orderId = await atTheBank();
    shown.status = 'requires_capture';
    await webhook('payment_intent.amount_capturable_updated', about(orderId));
    await service.settled(orderId, 'authorized');
    await deliver(confirmed(orderId));
    await service.settled(orderId, 'captured');
    const honest = stripe.answer;
    stripe.answer = () => stripeError(500, { type: 'api_error' });
    shown.given = 2000;
    await webhook('charge.refunded', { id: 'ch_1', object: 'charge', payment_intent: 'pi_1', metadata: {} });
    const unanswered = () =>
      service.database.sql(`select 1 from attempts where step = 'look_up' and state = 'open' and outcome = 'no_answer'`);
    await until('it is to be looked into again', async () => (await unanswered()).length > 0);
    stripe.answer = honest;
    await service.database.sql(`update attempts set due_at = now() where state = 'open'`);
    await service.worker.sweep();
    expect(await service.payments.find(orderId)).to.include({ captured: 11_124, refunded: 2000 });
    expect(await unanswered()).to.deep.equal([]);
  });

  it('about disputes and about what is not ours are taken, and change nothing', async () => {
    const orderId = await atTheBank();
    expect(await webhook('charge.dispute.created', { id: 'dp_1', object: 'dispute', payment_intent: 'pi_1' })).to.equal(200);
    expect(await webhook('payment_intent.succeeded', { id: 'pi_other', object: 'payment_intent', metadata: {} })).to.equal(200);
    expect(await service.stateOf(orderId)).to.equal('action_required');
    expect(await lookUps(orderId)).to.equal(0);
  });

  it('and answers with a card’s number in them leave nothing of it in the database or the log', async () => {
    const orderId = await atTheBank();
    const honest = stripe.answer;
    const card = { number: cardNumber, cvc: '123' };
    stripe.answer = (call) => {
      const { status, body } = honest(call)!;
      return { status, body: { ...(body as object), description: cardNumber, payment_method_details: { card } } };
    };
    shown.status = 'requires_capture';
    await webhook('payment_intent.amount_capturable_updated', {
      ...about(orderId),
      description: cardNumber,
      payment_method_details: { card },
    });
    await service.settled(orderId, 'authorized');
    const decline = { type: 'api_error', message: `Your card ${cardNumber} was not understood` };
    stripe.answer = () => stripeError(500, decline);
    await deliver(confirmed(orderId));
    const tried = async () =>
      (await service.database.sql(`select 1 from attempts where step = 'capture' and tries > 0 and order_id = ?`, [orderId])).length > 0;
    await until('the capture was tried', tried);
    const tables = await service.database.sql<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    expect(tables.map(({ name }) => name)).to.include.members(['payments', 'attempts', 'webhooks', 'outbox']);
    for (const { name } of tables) {
      const found = await service.database.sql(`select 1 from "${name}" as row where row::text like ?`, [`%${cardNumber}%`]);
      expect(found, name).to.deep.equal([]);
    }
    expect(service.lines.length).to.be.greaterThan(0);
    expect(JSON.stringify(service.lines)).not.to.contain(cardNumber);
  });
});
