import { expect } from 'chai';
import { openProviders } from '../../adapters/providers.ts';
import { startPayments } from './fixtures.ts';
import type { RunningPayments } from './fixtures.ts';

describe('the choice of payment providers', () => {
  let service: RunningPayments;
  before(async () => {
    service = await startPayments();
  });
  after(() => service.close());

  const open = (environment: 'local' | 'production', secrets: Record<string, string>) =>
    openProviders(
      { environment, gatewayUrl: 'https://shop.example' },
      {
        find: (key) => Promise.resolve(secrets[key]),
        get: (key) => (secrets[key] === undefined ? Promise.reject(new Error(`no ${key}`)) : Promise.resolve(secrets[key])),
      },
      service.database,
      () => undefined,
    );
  const stripe = { 'stripe-secret-key': 'sk_test_1', 'stripe-webhook-secret': 'whsec_1' };

  it('has the sandbox on a local machine, and never in production', async () => {
    const local = await open('local', {});
    expect([[...local.byName.keys()], local.sandbox === undefined]).to.deep.equal([['sandbox'], false]);
    const production = await open('production', stripe);
    expect([[...production.byName.keys()], production.sandbox]).to.deep.equal([['stripe'], undefined]);
  });

  it('has Stripe where its key is set, with its webhooks', async () => {
    const { byName, readStripeWebhook } = await open('local', stripe);
    expect([...byName.keys()]).to.deep.equal(['sandbox', 'stripe']);
    expect(readStripeWebhook).to.be.a('function');
    expect((await open('local', {})).readStripeWebhook).to.equal(undefined);
  });

  it('does not start with a Stripe whose webhooks nobody could check', async () => {
    expect(await open('local', { 'stripe-secret-key': 'sk_test_1' }).catch(String)).to.equal('Error: no stripe-webhook-secret');
  });
});
