import { expect } from 'chai';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { announce } from '../../domain/announce.ts';
import { expectedPayment, settle } from '../../domain/payment.ts';
import type { Asked, Input, Payment, Settlement } from '../../domain/payment.ts';
import { signals } from '../../domain/payment-states.ts';
import { openRefunds } from '../../domain/refunds.ts';
import type { Signal } from '../../domain/payment-states.ts';

const asked: Asked = { amount: 11_124, currency: 'USD', provider: 'sandbox', token: 'tok_ok' };
const fresh = (): Payment => expectedPayment({ orderId: v7(), paymentId: v7(), customerId: null, provider: 'sandbox' });
const [r1, r2, r3] = [v7(), v7(), v7()];
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
const then = (payment: Payment, input: Input): Payment => settle(payment, input)?.payment ?? payment;
/** A payment whose order was cancelled, and whose refund the provider has refused. */
function refusedRefund(): { payment: Payment; settlements: Settlement[] } {
  const { payment, settlements } = tell('requested', 'authorised', 'confirmed', 'captured', 'ended');
  const refused = settle(payment, { signal: 'stuck', refundId: payment.paymentId, reason: 'disputed' });
  if (refused === undefined) throw new Error('The refusal changes nothing');
  return { payment: refused.payment, settlements: [...settlements, refused] };
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
    const taken = refusedRefund();
    expect(taken.payment).to.include({ state: 'refund_stuck', reason: 'disputed' });
    expect(taken.settlements.at(-1)).to.include({ announce: 'refund_failed' });
    expect(taken.payment.refunds.map(({ state }) => state)).to.deep.equal(['failed']);
    expect(then(taken.payment, { signal: 'refunded', newId: r1 })).to.include({ state: 'refunded', refunded: 11_124 });
  });

  it('tries again what is stuck, when a person wants it', () => {
    const held = tell('requested', 'authorised', 'ended', 'stuck', 'retried');
    expect(held.settlements.at(-1)).to.include({ step: 'void' });
    expect(held.payment.state).to.equal('voiding');
    const { payment } = refusedRefund();
    const again = settle(payment, { signal: 'retried', newId: r1 });
    expect(again).to.deep.include({ step: 'refund', refunds: [{ id: r1, amount: 11_124, state: 'open' }] });
    expect(again?.payment.state).to.equal('refunding');
    expect(then(again!.payment, { signal: 'refunded', refundId: r1 })).to.include({ state: 'refunded', refunded: 11_124 });
    expect(then(again!.payment, { signal: 'stuck', refundId: r1 })).to.include({ state: 'refund_stuck' });
    for (const state of [['requested'], ['requested', 'authorised'], ['requested', 'authorised', 'confirmed', 'captured']] as const)
      expect(settle(tell(...state).payment, { signal: 'retried', newId: r1 })).to.equal(undefined);
  });

  it('gives back in parts what is stuck, as orders asks for it or by hand, until all of it is back', () => {
    const { payment } = refusedRefund();
    const part = settle(payment, { signal: 'refund_wanted', refundId: r1, amount: 1124 });
    expect(part).to.deep.include({ step: 'refund', refunds: [{ id: r1, amount: 1124, state: 'open' }] });
    expect(settle(part!.payment, { signal: 'refund_wanted', refundId: r2, amount: 10_001 }), 'more than is left').to.include({
      announce: 'refund_failed',
    });
    const back = then(part!.payment, { signal: 'refunded', refundId: r1 });
    expect(back).to.include({ state: 'refund_stuck', refunded: 1124 });
    const byHand = settle(back, { signal: 'given_back', amount: 2124, newId: r2 });
    expect(byHand?.payment).to.include({ state: 'refund_stuck', refunded: 2124 });
    expect(then(byHand!.payment, { signal: 'refunded', newId: r3 })).to.include({ state: 'refunded', refunded: 11_124 });
  });

  it('gives back what came to the provider after a void that had found nothing there', () => {
    const early = ['requested', 'ended', 'unanswered', 'voided'] as const;
    expect(tell(...early).payment).to.include({ state: 'voided', held: 0 });
    expect(tell(...early, 'authorised').payment).to.include({ state: 'voiding', held: 11_124 });
    expect(tell(...early, 'authorised', 'voided').payment).to.include({ state: 'voided', held: 0 });
    expect(tell('requested', 'declined', 'captured', 'refunded').payment).to.include({ state: 'refunded', captured: 11_124 });
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

  describe('gives parts back', () => {
    const paid = ['requested', 'authorised', 'confirmed', 'captured'] as const;
    const want = (refundId: string, amount: number): Input => ({ signal: 'refund_wanted', refundId, amount });
    const back = (refundId: string): Input => ({ signal: 'refunded', refundId });

    it('each once, until all is back', () => {
      const { payment, settlements } = tell(...paid, want(r1, 1000), want(r1, 1000), back(r1), back(r1));
      expect(payment).to.include({ state: 'captured', captured: 11_124, refunded: 1000 });
      expect(settlements.slice(4).map(({ step, announce: name }) => step ?? name)).to.deep.equal(['refund', 'refunded']);
      expect(tell(...paid, want(r1, 1000), back(r1), want(r2, 10_124), back(r2)).payment).to.include({ state: 'refunded' });
    });

    it('but no more than was taken, and says so', () => {
      const { payment, settlements } = tell(...paid, want(r1, 11_000), want(r2, 125));
      expect(settlements.at(-1)).to.include({ announce: 'refund_failed' });
      expect(payment.refunds.map(({ state }) => state)).to.deep.equal(['open', 'failed']);
      for (const early of [[], ['requested'], ['requested', 'authorised', 'confirmed']] as const)
        expect(tell(...early, want(r1, 1)).settlements.at(-1)).to.include({ announce: 'refund_failed' });
    });

    it('and goes on when one finally fails', () => {
      const { payment, settlements } = tell(...paid, want(r1, 1000), { signal: 'stuck', refundId: r1, reason: 'disputed' });
      expect(payment).to.include({ state: 'captured', refunded: 0 });
      expect(settlements.at(-1)).to.include({ announce: 'refund_failed' });
      expect(announce('refund_failed', payment, payment, payment.refunds[0]).data).to.include({ refundId: r1, reason: 'disputed' });
      expect(tell(...paid, want(r1, 1000), { signal: 'stuck' }).payment.refunds[0]).to.include({ state: 'open' });
    });

    it('and, when the order ends, the rest, whatever is on its way', () => {
      const ended = tell(...paid, want(r1, 1000), 'ended');
      expect(ended.settlements.at(-1)).to.deep.include({
        step: 'refund',
        refunds: [{ id: ended.payment.paymentId, amount: 10_124, state: 'open' }],
      });
      const rest = (): Input => ({ signal: 'refunded', refundId: ended.payment.paymentId });
      let { payment } = ended;
      for (const input of [rest(), back(r1)]) {
        const settlement = settle(payment, input);
        const about = settlement?.refunds[0];
        expect(announce('refunded', settlement!.payment, payment, about).data).to.include({ amount: about?.amount });
        payment = settlement!.payment;
      }
      expect(payment).to.include({ state: 'refunded', refunded: 11_124 });
      expect(tell(...paid, want(r1, 11_124), 'ended', back(r1)).payment, 'nothing is left').to.include({ state: 'refunded' });
      expect(tell(...paid, want(r1, 11_124), 'ended').settlements.at(-1)).not.to.have.property('step');
    });

    it('and takes notice of what was given back by hand at the provider, unless it has asked for some itself', () => {
      expect(tell(...paid, 'refunded').payment).to.include({ state: 'refunded', refunded: 11_124 });
      expect(tell(...paid, want(r1, 1000), 'refunded').payment).to.include({ state: 'captured', refunded: 0 });
      expect(tell(...paid, want(r1, 1000), 'ended', 'refunded').payment).to.include({ state: 'refunded', refunded: 11_124 });
    });

    it('and takes notice of parts given back by hand, by the sum that the provider names', () => {
      const there = (amount: number, newId: string): Input => ({ signal: 'given_back', amount, newId });
      const { payment, settlements } = tell(...paid, want(r1, 1000), back(r1), there(1000, r2), there(1500, r2), there(1500, r3));
      expect(payment).to.include({ state: 'captured', refunded: 1500 });
      const last = settlements.at(-1)!;
      expect(last.refunds).to.deep.equal([{ id: r2, amount: 500, state: 'done' }]);
      const { data } = announce('given_back', payment, { refunded: 1000 }, last.refunds[0]);
      expect(data).to.include({ amount: 500 }).and.not.to.have.property('refundId');
      expect(tell(...paid, want(r1, 1000), there(1000, r2)).payment, 'it may be ours').to.include({ refunded: 0 });
      expect(tell(...paid, there(11_124, r1)).payment).to.include({ state: 'refunded' });
    });
  });

  it('keeps the books whatever comes in whatever order: entries sum to zero, amounts agree, versions have no holes', () => {
    const ids = [r1, r2, r3];
    const anything = fc.record({
      signal: fc.constantFrom(...signals.filter((signal) => signal !== 'requested')),
      refundId: fc.option(fc.constantFrom(...ids, 'the payment’s'), { nil: undefined }),
      amount: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 60 }), fc.integer({ min: 1, max: 1_000_000 }), fc.boolean(), (sequence, amount, pays) => {
        let before = fresh();
        const accounts = new Map<string, number>();
        const versions: number[] = [];
        const start: Input[] = [{ signal: 'requested', asked: { ...asked, amount } }];
        if (pays) start.push({ signal: 'authorised' }, { signal: 'confirmed' }, { signal: 'captured' });
        for (const { refundId, ...input } of [...start, ...sequence] as Input[]) {
          const id = refundId === 'the payment’s' ? before.paymentId : refundId;
          const settlement = settle(before, { ...input, newId: v7(), ...(id === undefined ? {} : { refundId: id }) });
          if (settlement === undefined) continue;
          const { payment, posting, refunds } = settlement;
          const entries = posting?.entries ?? [];
          expect(entries.reduce((sum, entry) => sum + entry.amount, 0)).to.equal(0);
          for (const entry of entries) accounts.set(entry.account, (accounts.get(entry.account) ?? 0) + entry.amount);
          if (settlement.step === 'refund') expect(refunds.map(({ state }) => state)).to.deep.equal(['open']);
          if (settlement.announce !== undefined) {
            announce(settlement.announce, payment, before, refunds[0]);
            versions.push(payment.version);
          }
          before = payment;
          const { held, captured, refunded } = payment;
          const open = openRefunds(payment.refunds).reduce((sum, refund) => sum + refund.amount, 0);
          expect(accounts.get('held:sandbox') ?? 0).to.equal(held);
          expect(accounts.get('provider:sandbox') ?? 0).to.equal(captured - refunded);
          expect([0, amount]).to.include(held);
          expect([0, amount]).to.include(captured);
          expect(refunded + open).to.be.at.most(captured);
        }
        const { held, captured, refunded, state } = before;
        expect(versions).to.deep.equal(versions.map((_, index) => index + 1));
        if (['failed', 'voided', 'refunded', 'closed'].includes(state)) expect(held + captured - refunded).to.equal(0);
      }),
      { numRuns: 1000 },
    );
  });
});
