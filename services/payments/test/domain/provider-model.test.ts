import { expect } from 'chai';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { wordsOf } from '../../domain/conclude.ts';
import { expectedPayment, settle } from '../../domain/payment.ts';
import type { Input, Payment } from '../../domain/payment.ts';
import { stuckStates } from '../../domain/payment-states.ts';
import type { Step } from '../../domain/payment-states.ts';
import type { ProviderAnswer } from '../../domain/provider-answers.ts';
import { openRefunds } from '../../domain/refunds.ts';

const amount = 5000;
interface Call {
  readonly step: Step;
  readonly refundId: string | undefined;
  readonly key: number;
}

/** A provider that does each key once, keeps books, and loses answers. */
class Provider {
  state: 'nothing' | 'authorised' | 'captured' | 'voided' = 'nothing';
  givenBack = 0;
  /** Whether it refuses refunds at the moment. */
  refuses = false;
  readonly done = new Map<number, ProviderAnswer>();

  answer(call: Call, size: number): ProviderAnswer {
    const known = this.done.get(call.key);
    if (known !== undefined) return known;
    const answer = this.#act(call, size);
    this.done.set(call.key, answer);
    return answer;
  }

  lookUp(): ProviderAnswer {
    if (this.state === 'nothing') return { outcome: 'unknown' };
    if (this.state !== 'captured') return { outcome: this.state };
    const sums = { taken: amount, givenBack: this.givenBack };
    return { outcome: this.givenBack === amount ? 'refunded' : 'captured', ...sums };
  }

  /** By hand, at the provider. */
  giveBack(part: number): void {
    if (this.state === 'captured') this.givenBack = Math.min(amount, this.givenBack + part);
  }

  #act({ step }: Call, size: number): ProviderAnswer {
    if (step === 'authorise' && this.state === 'nothing') this.state = 'authorised';
    if (step === 'capture' && this.state === 'authorised') this.state = 'captured';
    if (step === 'void' && this.state !== 'captured') this.state = 'voided';
    if (step !== 'refund') return this.lookUp();
    if (this.refuses || this.state !== 'captured' || this.givenBack + size > amount)
      return { outcome: 'refused', reason: 'no', again: false };
    this.givenBack += size;
    return { outcome: 'refunded' };
  }
}

/** What the worker makes of an answer to a call. */
function inputsOf({ step, refundId }: Call, answer: ProviderAnswer): Input[] {
  const about = refundId === undefined ? {} : { refundId };
  if (answer.outcome === 'refused') return [{ ...about, signal: step === 'capture' ? 'capture_declined' : 'stuck', reason: answer.reason }];
  if (step === 'capture' && answer.outcome !== 'captured') return [{ signal: 'capture_declined', reason: answer.outcome }];
  return wordsOf(answer).map((input) => ({ ...about, ...input }));
}

describe('a payment and its provider', () => {
  it('agree in the end, whatever orders wishes, and however answers come: late, twice, or lost', () => {
    const wish = fc.constantFrom<'confirmed' | 'ended' | 'refund' | 'look' | 'call' | 'lose' | 'again' | 'by hand' | 'refuse' | 'retried'>(
      ...(['confirmed', 'ended', 'refund', 'look', 'call', 'lose', 'again', 'by hand', 'refuse', 'retried'] as const),
    );
    const steps = fc.array(fc.record({ what: wish, which: fc.nat(9), part: fc.integer({ min: 1, max: 3000 }) }), { maxLength: 40 });
    const ends: string[] = [];
    fc.assert(
      fc.property(steps, (sequence) => {
        const provider = new Provider();
        let payment: Payment = expectedPayment({ orderId: v7(), paymentId: v7(), customerId: null, provider: 'sandbox' });
        const calls: Call[] = [];
        const answered: [Call, ProviderAnswer][] = [];
        let ledger = 0;
        let key = 0;
        const tell = (input: Input): void => {
          const settlement = settle(payment, { ...input, newId: v7() });
          if (settlement === undefined) return;
          ({ payment } = settlement);
          ledger += (settlement.posting?.entries ?? []).reduce((sum, entry) => sum + entry.amount, 0);
          if (settlement.step !== undefined) {
            const refundId = settlement.step === 'refund' ? settlement.refunds[0]?.id : undefined;
            calls.push({ step: settlement.step, refundId, key: (key += 1) });
          }
          const { captured, refunded } = payment;
          expect(ledger).to.equal(0);
          expect(refunded).to.be.within(0, captured);
        };
        const make = (call: Call): ProviderAnswer =>
          provider.answer(call, payment.refunds.find(({ id }) => id === call.refundId)?.amount ?? amount);
        const conclude = (call: Call): void => {
          const answer = make(call);
          calls.splice(calls.indexOf(call), 1);
          answered.push([call, answer]);
          for (const input of inputsOf(call, answer)) tell(input);
        };
        tell({ signal: 'requested', asked: { amount, currency: 'USD', provider: 'sandbox', token: 'tok_ok' } });
        for (const { what, which, part } of sequence) {
          const call = calls[which % Math.max(1, calls.length)];
          if (what === 'refund') tell({ signal: 'refund_wanted', refundId: v7(), amount: part });
          else if (what === 'refuse') provider.refuses = !provider.refuses;
          else if (what === 'look') for (const input of wordsOf(provider.lookUp())) tell(input);
          else if (what === 'by hand') {
            if (calls.length === 0) provider.giveBack(part);
            for (const input of wordsOf(provider.lookUp())) tell(input);
          } else if (what === 'again') {
            const [old, answer] = answered[which % Math.max(1, answered.length)] ?? [];
            if (old !== undefined && answer !== undefined && old.step === 'refund') for (const input of inputsOf(old, answer)) tell(input);
          } else if (what === 'call' || what === 'lose') {
            if (call === undefined) continue;
            if (what === 'lose') make(call);
            else conclude(call);
          } else tell({ signal: what });
        }
        // Everything that is to be called is called in the end, reconciliation looks once more, and a person has tried again what is stuck.
        for (let round = 0; round < 3; round += 1) {
          for (let turn = 0; turn < 100 && calls.length > 0; turn += 1) conclude(calls[0]!);
          for (const input of wordsOf(provider.lookUp())) tell(input);
          for (let turn = 0; turn < 100 && calls.length > 0; turn += 1) conclude(calls[0]!);
          provider.refuses = false;
          tell({ signal: 'retried' });
        }
        expect(stuckStates).not.to.include(payment.state);
        expect(calls).to.deep.equal([]);
        expect(openRefunds(payment.refunds)).to.deep.equal([]);
        expect(payment.captured - payment.refunded).to.equal(provider.state === 'captured' ? amount - provider.givenBack : 0);
        expect(payment.held).to.equal(provider.state === 'authorised' ? amount : 0);
        ends.push(payment.state);
      }),
      { numRuns: 2000 },
    );
    expect(new Set(ends)).to.include.keys('authorized', 'captured', 'refunded', 'voided');
  });
});
