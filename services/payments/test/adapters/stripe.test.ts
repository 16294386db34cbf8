import { expect } from 'chai';
import type Stripe from 'stripe';
import { openStripe, stripeProvider, stripeWebhooks } from '../../adapters/stripe.ts';
import { ProviderUnavailable } from '../../ports.ts';
import type { PaymentProvider, Subject } from '../../ports.ts';
import { intent, stripeError, stripeForTests } from './stripe-for-tests.ts';
import type { StripeForTests } from './stripe-for-tests.ts';

const orderId = '0193a6f0-0000-7000-8000-000000000001';
const request = { orderId, amount: 11_124, currency: 'USD', key: `${orderId}:authorise:1`, reference: 'pi_1' };
const unexpected = stripeError(400, { type: 'invalid_request_error', code: 'payment_intent_unexpected_state', message: 'no' });

describe('Stripe', () => {
  let server: StripeForTests;
  let client: Stripe;
  let stripe: PaymentProvider;

  before(async () => {
    server = await stripeForTests();
    client = await openStripe({
      secretKey: 'sk_test_1',
      server: { protocol: 'http', host: '127.0.0.1', port: server.port },
      timeoutMs: 1000,
    });
    stripe = stripeProvider(client, 'https://shop.example');
  });
  after(() => server.close());
  beforeEach(() => {
    server.calls.length = 0;
  });

  const authorise = (answer: StripeForTests['answer']) => {
    server.answer = answer;
    return stripe.authorise({ ...request, reference: null, token: 'pm_card_visa' });
  };
  const failure = (call: Promise<unknown>) => call.catch((error: unknown) => error);

  describe('authorise', () => {
    it('makes an intent that is captured later, with the key of the attempt', async () => {
      expect(await authorise(() => intent('requires_capture'))).to.deep.equal({ outcome: 'authorised', reference: 'pi_1' });
      const [call] = server.calls;
      expect(call).to.include({ method: 'POST', path: '/v1/payment_intents', idempotencyKey: request.key });
      expect(call!.form).to.include({
        amount: '11124',
        currency: 'usd',
        payment_method: 'pm_card_visa',
        capture_method: 'manual',
        confirm: 'true',
        'metadata[orderId]': orderId,
        return_url: `https://shop.example/orders/${orderId}`,
      });
    });

    it('says where the customer has to go', async () => {
      const next_action = { type: 'redirect_to_url', redirect_to_url: { url: 'https://bank.example/3ds', return_url: null } };
      expect(await authorise(() => intent('requires_action', { next_action }))).to.deep.equal({
        outcome: 'action_required',
        reference: 'pi_1',
        nextAction: { type: 'redirect_to_url', url: 'https://bank.example/3ds' },
      });
    });

    it('waits for what Stripe has not decided', async () => {
      expect(await authorise(() => intent('processing'))).to.deep.equal({ outcome: 'pending', reference: 'pi_1' });
    });

    it('tells why a card was declined', async () => {
      const declined = {
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        message: 'Your card has insufficient funds.',
      };
      expect(await authorise(() => stripeError(402, declined))).to.deep.equal({ outcome: 'declined', reason: 'insufficient_funds' });
      const last_payment_error = { code: 'expired_card' };
      expect(await authorise(() => intent('requires_payment_method', { last_payment_error }))).to.include({
        outcome: 'declined',
        reason: 'expired_card',
      });
    });

    it('takes a request that Stripe does not understand for declined', async () => {
      const error = { type: 'invalid_request_error', code: 'amount_too_small', message: 'too small' };
      expect(await authorise(() => stripeError(400, error))).to.deep.equal({ outcome: 'declined', reason: 'amount_too_small' });
    });

    it('takes a payment method that Stripe does not know for declined: the token may be anybody’s invention', async () => {
      const error = { type: 'invalid_request_error', code: 'resource_missing', param: 'payment_method', message: 'No such PaymentMethod' };
      expect(await authorise(() => stripeError(400, error))).to.deep.equal({ outcome: 'declined', reason: 'resource_missing' });
    });

    it('knows nothing when Stripe fails, is busy, refuses our key, or does not answer, and quotes nothing of what was sent', async () => {
      const answers = [
        () => stripeError(500, { type: 'api_error', message: 'pm_card_visa' }),
        () => stripeError(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'pm_card_visa' }),
        () => stripeError(401, { type: 'invalid_request_error', message: 'sk_test_1' }),
        () => stripeError(409, { type: 'idempotency_error', message: 'in use' }),
        () => undefined,
      ];
      for (const answer of answers) {
        const error = await failure(authorise(answer));
        expect(error).to.be.instanceOf(ProviderUnavailable);
        expect((error as Error).message).not.to.match(/pm_card|sk_test/);
      }
    });
  });

  describe('capture', () => {
    it('takes the whole amount', async () => {
      server.answer = () => intent('succeeded');
      expect(await stripe.capture(request)).to.include({ outcome: 'captured' });
      expect(server.calls[0]).to.include({ path: '/v1/payment_intents/pi_1/capture' });
      expect(server.calls[0]!.form).to.deep.equal({ amount_to_capture: '11124' });
    });

    it('is done where Stripe says that it was', async () => {
      server.answer = ({ method }) => (method === 'POST' ? unexpected : intent('succeeded'));
      expect(await stripe.capture(request)).to.include({ outcome: 'captured' });
    });

    it('is made anew after a failure of Stripe, which repeats its failures to whoever repeats a key', async () => {
      const kept = new Map<string | undefined, ReturnType<typeof intent>>();
      let failures = 1;
      server.answer = ({ idempotencyKey: key }) => {
        const answer = kept.get(key) ?? (failures-- > 0 ? stripeError(500, { type: 'api_error' }) : intent('succeeded'));
        if (key !== undefined) kept.set(key, answer);
        return answer;
      };
      expect(await failure(stripe.capture(request))).to.be.instanceOf(ProviderUnavailable);
      expect(await stripe.capture(request)).to.include({ outcome: 'captured' });
    });

    it('is not refused while Stripe is at it, or still holds the money', async () => {
      for (const [status, outcome] of Object.entries({ processing: 'pending', requires_capture: 'authorised' })) {
        server.answer = ({ method }) => (method === 'POST' ? unexpected : intent(status));
        expect(await stripe.capture(request)).to.include({ outcome });
      }
    });

    it('is refused for good where the money was let go, or the card says no', async () => {
      server.answer = ({ method }) => (method === 'POST' ? unexpected : intent('canceled'));
      expect(await stripe.capture(request)).to.deep.equal({ outcome: 'refused', reason: 'payment_is_voided', again: false });
      server.answer = () => stripeError(402, { type: 'card_error', code: 'card_declined' });
      expect(await stripe.capture(request)).to.deep.equal({ outcome: 'refused', reason: 'card_declined', again: false });
    });
  });

  describe('void', () => {
    it('lets the money go', async () => {
      server.answer = () => intent('canceled');
      expect(await stripe.void(request)).to.include({ outcome: 'voided' });
      expect(server.calls[0]!.path).to.equal('/v1/payment_intents/pi_1/cancel');
    });

    it('says so where the money was taken or given back already', async () => {
      server.answer = ({ method }) => (method === 'POST' ? unexpected : intent('succeeded'));
      expect(await stripe.void(request)).to.include({ outcome: 'captured' });
      server.answer = ({ method }) => (method === 'POST' ? unexpected : intent('succeeded', { latest_charge: { refunded: true } }));
      expect(await stripe.void(request)).to.include({ outcome: 'refunded' });
    });

    it('searches by the order where the id never came, and is done where there is nothing', async () => {
      server.answer = ({ method, path }) => {
        if (method === 'POST') return intent('canceled');
        expect(decodeURIComponent(path)).to.contain(`metadata['orderId']:'${orderId}'`);
        return { status: 200, body: { object: 'search_result', data: [{ id: 'pi_2', status: 'requires_capture' }], has_more: false } };
      };
      expect(await stripe.void({ ...request, reference: null })).to.include({ outcome: 'voided' });
      expect(server.calls.at(-1)!.path).to.equal('/v1/payment_intents/pi_2/cancel');
      server.answer = () => ({ status: 200, body: { object: 'search_result', data: [], has_more: false } });
      expect(await stripe.void({ ...request, reference: null })).to.deep.equal({ outcome: 'voided' });
    });

    it('is tried again while Stripe is at it', async () => {
      server.answer = ({ method }) => (method === 'POST' ? unexpected : intent('processing'));
      expect(await stripe.void(request)).to.include({ outcome: 'pending' });
    });
  });

  describe('refund', () => {
    const refundId = '0193a6f0-0000-7000-8000-000000000002';
    const part = { ...request, amount: 1000, refundId };
    const refund = (status: string, more: object = {}) => ({
      status: 200,
      body: { id: 're_1', object: 'refund', status, metadata: { refundId }, ...more },
    });

    it('gives the amount back', async () => {
      server.answer = () => refund('succeeded');
      expect(await stripe.refund(part)).to.deep.equal({ outcome: 'refunded' });
      expect(server.calls[0]).to.include({ path: '/v1/refunds', idempotencyKey: request.key });
      expect(server.calls[0]!.form).to.deep.equal({
        payment_intent: 'pi_1',
        amount: '1000',
        'metadata[orderId]': orderId,
        'metadata[refundId]': refundId,
      });
    });

    it('is done where it was done before, and refused where it failed', async () => {
      const again = stripeError(400, { type: 'invalid_request_error', code: 'charge_already_refunded', message: 'no' });
      server.answer = ({ method }) => (method === 'POST' ? again : intent('succeeded', { latest_charge: { refunded: true } }));
      expect(await stripe.refund(part)).to.include({ outcome: 'refunded' });
      server.answer = () => refund('failed', { failure_reason: 'lost_or_stolen_card' });
      expect(await stripe.refund(part)).to.deep.equal({ outcome: 'refused', reason: 'lost_or_stolen_card', again: false });
      server.answer = () => stripeError(400, { type: 'invalid_request_error', code: 'charge_disputed', message: 'no' });
      expect(await stripe.refund(part)).to.deep.equal({ outcome: 'refused', reason: 'charge_disputed', again: false });
    });

    it('is not done while the bank has not decided', async () => {
      for (const status of ['pending', 'requires_action']) {
        server.answer = () => refund(status);
        expect(await stripe.refund(part)).to.deep.equal({ outcome: 'pending' });
      }
    });

    it('is found by its id among those of the payment, however many there are', async () => {
      const other = { id: 're_0', object: 'refund', status: 'succeeded', metadata: {} };
      const page = (data: object[], has_more: boolean) => ({ status: 200, body: { object: 'list', data, has_more, url: '/v1/refunds' } });
      server.answer = ({ path }) => (path.includes('starting_after') ? page([refund('succeeded').body], false) : page([other], true));
      expect(await stripe.lookUpRefund(part)).to.deep.equal({ outcome: 'refunded' });
      expect(server.calls[0]!.path).to.contain('payment_intent=pi_1');
      server.answer = () => page([other], false);
      expect(await stripe.lookUpRefund(part)).to.deep.equal({ outcome: 'unknown' });
    });
  });

  it('is looked up by the id, and knows nothing of what it never had', async () => {
    server.answer = () => intent('requires_capture');
    expect(await stripe.lookUp(request)).to.deep.equal({ outcome: 'authorised', reference: 'pi_1' });
    expect(server.calls[0]).to.include({ method: 'GET' });
    expect(server.calls[0]!.path).to.match(/^\/v1\/payment_intents\/pi_1\?/);
    server.answer = () => intent('succeeded', { amount_received: 11_124, latest_charge: { refunded: false, amount_refunded: 300 } });
    expect(await stripe.lookUp(request)).to.deep.equal({ outcome: 'captured', reference: 'pi_1', taken: 11_124, givenBack: 300 });
    server.answer = () => stripeError(404, { type: 'invalid_request_error', code: 'resource_missing', message: 'no' });
    expect(await stripe.lookUp(request)).to.deep.equal({ outcome: 'unknown' });
  });

  it('lists what has changed there by its events, also those whose webhooks never came', async () => {
    const event = (id: string, type: string, object: object) => ({ id, object: 'event', type, data: { object } });
    const pages = [
      [
        event('evt_3', 'charge.refunded', { id: 'ch_1', payment_intent: 'pi_2', metadata: {} }),
        event('evt_2', 'refund.created', { id: 're_1', payment_intent: null }),
      ],
      [event('evt_1', 'payment_intent.succeeded', { id: 'pi_1', metadata: { orderId } })],
    ];
    server.answer = ({ path }) => {
      const data = path.includes('starting_after=evt_2') ? pages[1] : pages[0];
      return { status: 200, body: { object: 'list', url: '/v1/events', has_more: data === pages[0], data } };
    };
    const changes = async (time: Date): Promise<Subject[]> => {
      const subjects: Subject[] = [];
      for await (const subject of stripe.changesSince(time)) subjects.push(subject);
      return subjects;
    };
    expect(await changes(new Date(1_700_000_000_999))).to.deep.equal([{ reference: 'pi_2' }, { orderId }]);
    const query = new URL(server.calls[0]!.path, 'http://x').searchParams;
    expect(query.get('created[gte]')).to.equal('1700000000');
    expect([...query.entries()].filter(([name]) => name.startsWith('types')).map(([, type]) => type))
      .to.include.members(['charge.refunded', 'payment_intent.succeeded', 'refund.failed'])
      .and.to.have.length.at.most(20);
    server.answer = () => stripeError(500, { type: 'api_error', message: 'pm_card_visa' });
    const error = await failure(changes(new Date()));
    expect(error).to.be.instanceOf(ProviderUnavailable);
    expect((error as Error).message).not.to.contain('pm_card');
  });

  describe('webhooks', () => {
    const secret = 'whsec_test';
    const sign = (payload: string, timestamp = Math.floor(Date.now() / 1000)) =>
      client.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    const event = (type: string, metadata: object) =>
      JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object: { id: 'pi_1', object: 'payment_intent', metadata } } });
    const read = (payload: string, signature: string | undefined) => stripeWebhooks(client, secret)(Buffer.from(payload), signature);
    const statusOf = async (answer: Promise<unknown>) => ((await failure(answer)) as { status?: number }).status;

    it('say which payment has news', async () => {
      const payload = event('payment_intent.amount_capturable_updated', { orderId });
      expect(await read(payload, sign(payload))).to.deep.equal({ provider: 'stripe', eventId: 'evt_1', about: { orderId } });
    });

    it('about refunds name the payment by Stripe’s id where they do not name the order', async () => {
      const about = async (type: string, object: object) => {
        const payload = JSON.stringify({ id: 'evt_2', object: 'event', type, data: { object } });
        return (await read(payload, sign(payload)))?.about;
      };
      expect(await about('charge.refunded', { id: 'ch_1', payment_intent: 'pi_1', metadata: {} })).to.deep.equal({ reference: 'pi_1' });
      expect(await about('refund.failed', { id: 're_1', payment_intent: { id: 'pi_1' }, metadata: { orderId } })).to.deep.equal({
        orderId,
      });
      expect(await about('charge.refund.updated', { id: 're_1', payment_intent: 'pi_1' })).to.deep.equal({ reference: 'pi_1' });
      expect(await about('refund.created', { id: 're_1', payment_intent: null })).to.equal(undefined);
      expect(await about('charge.dispute.created', { id: 'dp_1', payment_intent: 'pi_1' })).to.equal(undefined);
    });

    it('are refused without a signature, with another’s, with an old one, and when the body was changed', async () => {
      const payload = event('payment_intent.succeeded', { orderId });
      expect(await statusOf(read(payload, undefined))).to.equal(400);
      expect(await statusOf(read(payload, 't=1,v1=00'))).to.equal(400);
      expect(await statusOf(read(payload, sign(payload, 1)))).to.equal(400);
      expect(await statusOf(read(payload.replace('evt_1', 'evt_2'), sign(payload)))).to.equal(400);
    });

    it('about anything else are passed over', async () => {
      for (const payload of [
        event('customer.created', { orderId }),
        event('checkout.session.completed', { orderId }),
        event('payout.paid', {}),
      ]) {
        expect(await read(payload, sign(payload))).to.equal(undefined);
      }
      const foreign = event('payment_intent.succeeded', { orderId: 'x' });
      expect((await read(foreign, sign(foreign)))?.about, 'nobody has that id').to.deep.equal({ reference: 'pi_1' });
    });
  });
});
