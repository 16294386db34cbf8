import { expect } from 'chai';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { announce } from '../../domain/announce.ts';
import { expectedPayment, settle } from '../../domain/payment.ts';
import type { Asked, Input, Payment, Settlement } from '../../domain/payment.ts';
import { signals } from '../../domain/payment-states.ts';
import type { Signal } from '../../domain/payment-states.ts';

const asked: Asked = { amount: 11_124, currency: 'USD', provider: 'sandbox', token: 'tok_ok' };
const fresh = (): Payment => expectedPayment({ orderId: v7(), paymentId: v7(), customerId: null, provider: 'sandbox' });
const inputOf = (signal: Signal): Input => (signal === 'requested' ? { signal, asked } : { signal });

/** Tells a payment one thing after the other; what changes nothing is passed over. */
function tell(...inputs: (Signal | Input)[]): { payment: Payment; settlements: Settlement[] } {
  let payment = fresh();
  const settlements: Settlement[] = [];
  for (const input of inputs) {
    const settlement = settle(payment, typeof input === 'string' ? inputOf(input) : input);
    if (settlement === undefined) continue;
    payment = settlement.payment;
    settlements.push(settlement);
  }
  return { payment, settlements };
}
const told = (...inputs: (Signal | Input)[]) =>
  tell(...inputs)
    .settlements.map((settlement) => settlement.announce)
    .filter((name) => name !== undefined);

describe('a payment', () => {
  it('is authorised, captured and, when the order is cancelled, refunded', () => {
    const { payment, settlements } = tell(
      'requested',
      { signal: 'authorised', reference: 'pi_1' },
      'confirmed',
      'captured',
      'ended',
      'refunded',
    );
    expect(payment).to.include({ state: 'refunded', held: 0, captured: 11_124, refunded: 11_124, reference: 'pi_1', version: 3 });
    expect(settlements.map(({ step }) => step)).to.deep.equal(['authorise', undefined, 'capture', undefined, 'refund', undefined]);
  });

  it('forgets the token as soon as the provider has decided', () => {
    expect(tell('requested').payment.token).to.equal('tok_ok');
    expect(tell('requested', 'ended').payment.token).to.equal('tok_ok');
    expect(tell('requested', 'authorised').payment.token).to.equal(null);
    expect(tell('requested', 'declined').payment.token).to.equal(null);
  });

  it('is voided when the order ends while the provider is deciding, without announcing what nobody awaits', () => {
    expect(told('requested', 'ended', 'authorised', 'voided')).to.deep.equal(['voided']);
    expect(tell('requested', 'ended', 'authorised').payment).to.include({ state: 'voiding', held: 11_124 });
  });

  it('is refunded when the order ends while the money is taken', () => {
    expect(told('requested', 'authorised', 'confirmed', 'ended', 'captured', 'refunded')).to.deep.equal([
      'authorized',
      'captured',
      'refunded',
    ]);
  });

  it('fails for others when the provider never answers, and lets go what it may hold', () => {
    const { payment, settlements } = tell('requested', { signal: 'unanswered', reason: 'provider_timeout' });
    expect(payment).to.include({ state: 'abandoning', reason: 'provider_timeout' });
    expect(settlements.at(-1)).to.include({ step: 'void', announce: 'failed' });
    expect(tell('requested', 'unanswered', 'voided').payment.state).to.equal('failed');
  });

  it('gives back money that is held after it has failed', () => {
    const { payment, settlements } = tell('requested', 'declined', 'authorised');
    expect(payment).to.include({ state: 'abandoning', held: 11_124 });
    expect(settlements.at(-1)?.step).to.equal('void');
    expect(tell('requested', 'declined', 'authorised', 'voided').payment).to.include({ state: 'failed', held: 0 });
  });

  it('refunds a capture that got no answer and had been done', () => {
    const told_ = told('requested', 'authorised', 'confirmed', 'capture_declined', 'captured', 'refunded');
    expect(told_).to.deep.equal(['authorized', 'capture_failed', 'captured', 'refunded']);
  });

  it('asks for a person when the provider does not undo', () => {
    expect(tell('requested', 'authorised', 'ended', 'stuck').payment.state).to.equal('void_stuck');
    expect(tell('requested', 'authorised', 'ended', 'stuck', 'voided').payment).to.include({ state: 'voided', held: 0 });
    const taken = ['requested', 'authorised', 'confirmed', 'captured', 'ended', 'stuck'] as const;
    expect(tell(...taken).payment.state).to.equal('refund_stuck');
    expect(tell(...taken, 'refunded').payment).to.include({ state: 'refunded', refunded: 11_124 });
  });

  it('waits for the customer, and says where to go', () => {
    const nextAction = { type: 'redirect', url: 'https://bank.example' };
    const { payment } = tell('requested', { signal: 'action_required', nextAction });
    expect(payment.nextAction).to.deep.equal(nextAction);
    expect(tell('requested', { signal: 'action_required', nextAction }, 'authorised').payment.nextAction).to.equal(null);
  });

  it('is closed without a word when the order ends before money was asked for, and stays so', () => {
    expect(tell('ended', 'requested', 'authorised').payment).to.include({ state: 'closed', version: 0, amount: null });
  });

  it('posts nothing for an order that costs nothing', () => {
    const { settlements } = tell(
      { signal: 'requested', asked: { ...asked, amount: 0 } },
      'authorised',
      'confirmed',
      'captured',
      'ended',
      'refunded',
    );
    expect(settlements.filter(({ posting }) => posting !== undefined)).to.deep.equal([]);
  });

  it('keeps the books whatever comes in whatever order: entries sum to zero, amounts agree, versions have no holes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...signals), { maxLength: 40 }), fc.integer({ min: 1, max: 1_000_000 }), (sequence, amount) => {
        const { payment, settlements } = tell(
          { signal: 'requested', asked: { ...asked, amount } },
          ...sequence.filter((signal) => signal !== 'requested'),
        );
        const accounts = new Map<string, number>();
        for (const { posting } of settlements) {
          const entries = posting?.entries ?? [];
          expect(entries.reduce((sum, entry) => sum + entry.amount, 0)).to.equal(0);
          for (const entry of entries) accounts.set(entry.account, (accounts.get(entry.account) ?? 0) + entry.amount);
        }
        const { held, captured, refunded } = payment;
        expect(accounts.get('held:sandbox') ?? 0).to.equal(held);
        expect(accounts.get('provider:sandbox') ?? 0).to.equal(captured - refunded);
        expect([0, amount]).to.include(held);
        expect([0, amount]).to.include(captured);
        expect(refunded).to.be.at.most(captured);
        const versions = settlements
          .filter((settlement) => settlement.announce !== undefined)
          .map((settlement) => settlement.payment.version);
        expect(versions).to.deep.equal(versions.map((_, index) => index + 1));
        for (const settlement of settlements) if (settlement.announce !== undefined) announce(settlement.announce, settlement.payment);
        if (['failed', 'voided', 'refunded', 'closed'].includes(payment.state)) expect(held + captured - refunded).to.equal(0);
      }),
    );
  });
});
