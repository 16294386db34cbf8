import { expect } from 'chai';
import { conclude } from '../../domain/conclude.ts';
import type { Step } from '../../domain/payment-states.ts';

describe('the conclusion of an attempt', () => {
  it('tells the payment what the provider said', () => {
    expect(conclude('authorise', { outcome: 'authorised', reference: 'r' }, 1)).to.deep.equal({
      inputs: [{ signal: 'authorised', reference: 'r' }],
      outcome: 'authorised',
    });
    expect(conclude('authorise', { outcome: 'declined', reason: 'card_declined' }, 1).inputs).to.deep.equal([
      { signal: 'declined', reason: 'card_declined' },
    ]);
    for (const outcome of ['captured', 'voided', 'refunded'] as const) {
      expect(conclude('void', { outcome }, 1).inputs).to.deep.equal([{ signal: outcome }]);
    }
  });

  it('asks again with the same key, each time twice as late, while there is no answer', () => {
    expect([1, 2, 3, 4].map((tries) => conclude('capture', undefined, tries).againInMs)).to.deep.equal([250, 500, 1000, 2000]);
    expect(conclude('capture', undefined, 11).againInMs).to.equal(256_000);
  });

  it('gives up at last, and says so', () => {
    const signalOf = (step: Step, tries: number) => conclude(step, undefined, tries).inputs[0]?.signal;
    expect(signalOf('authorise', 3)).to.equal('unanswered');
    expect(signalOf('void', 200)).to.equal('stuck');
    expect(signalOf('refund', 200)).to.equal('stuck');
  });

  it('never takes silence for a refused capture: the order is confirmed, and a provider comes back', () => {
    for (const tries of [12, 1000, 1_000_000])
      expect(conclude('capture', undefined, tries)).to.deep.equal({ inputs: [], againInMs: 300_000, outcome: 'no_answer' });
  });

  it('tries a capture again that was refused for now, four times in all', () => {
    const refused = { outcome: 'refused', reason: 'capture_failed', again: true } as const;
    expect([1, 2, 3].map((tries) => conclude('capture', refused, tries).againInMs)).to.deep.equal([200, 400, 800]);
    expect(conclude('capture', refused, 4).inputs).to.deep.equal([{ signal: 'capture_declined', reason: 'capture_failed' }]);
  });

  it('does not try again what was refused for good', () => {
    const refused = { outcome: 'refused', reason: 'expired', again: false } as const;
    expect(conclude('capture', refused, 1)).to.deep.equal({
      inputs: [{ signal: 'capture_declined', reason: 'expired' }],
      outcome: 'expired',
    });
    expect(conclude('authorise', refused, 1).inputs[0]?.signal).to.equal('declined');
    expect(conclude('refund', refused, 1).inputs[0]?.signal).to.equal('stuck');
  });

  it('looks up later what is not decided, soon where the provider is at it, later where the customer is', () => {
    expect(conclude('authorise', { outcome: 'pending' }, 1)).to.deep.equal({ inputs: [], lookUpInMs: 5000, outcome: 'pending' });
    const asked = { outcome: 'action_required', reference: 'r', nextAction: { type: 'redirect' } } as const;
    expect(conclude('authorise', asked, 1))
      .to.include({ lookUpInMs: 60_000 })
      .and.to.have.nested.property('inputs[0].signal', 'action_required');
  });

  it('looks up again and again, at most every quarter of an hour, until it is decided', () => {
    for (const answer of [{ outcome: 'pending' }, { outcome: 'unknown' }] as const) {
      expect(conclude('look_up', answer, 1)).to.deep.include({ askAgainInMs: 5000, inputs: [] });
      expect(conclude('look_up', answer, 1000).askAgainInMs).to.equal(900_000);
    }
    expect(conclude('look_up', { outcome: 'authorised', reference: 'r' }, 1).inputs).to.deep.equal([
      { signal: 'authorised', reference: 'r' },
    ]);
  });

  it('looks up again what brought no answer, whether or not the payment awaits a decision: a webhook told of news', () => {
    expect(conclude('look_up', undefined, 1)).to.deep.equal({ inputs: [], againInMs: 5000, outcome: 'no_answer' });
    expect(conclude('look_up', undefined, 1000).againInMs).to.equal(900_000);
  });

  it('asks about a refund that a bank has not decided until it has', () => {
    expect(conclude('refund', { outcome: 'pending' }, 1)).to.deep.equal({ inputs: [], againInMs: 5000, outcome: 'pending' });
    expect(conclude('refund', { outcome: 'pending' }, 10_000).againInMs).to.equal(900_000);
  });

  it('leaves no call undone because of a word that does not belong to it', () => {
    expect(conclude('void', { outcome: 'pending' }, 1)).to.deep.equal({ inputs: [], againInMs: 500, outcome: 'pending' });
    expect(conclude('refund', { outcome: 'declined', reason: 'x' }, 1)).to.include({ againInMs: 500 });
    expect(conclude('capture', { outcome: 'pending' }, 12)).to.deep.equal({ inputs: [], againInMs: 300_000, outcome: 'pending' });
  });

  it('takes an authorisation that nobody knows of for one without an answer, so that it is made again and fails at last', () => {
    expect(conclude('authorise', { outcome: 'unknown' }, 1)).to.deep.equal({ inputs: [], againInMs: 250, outcome: 'unknown' });
    expect(conclude('authorise', { outcome: 'unknown' }, 3).inputs).to.deep.equal([{ signal: 'unanswered', reason: 'provider_timeout' }]);
  });

  it('tells what the provider has given back by itself', () => {
    const inputs = [
      { signal: 'captured', reference: 'r' },
      { signal: 'given_back', amount: 300 },
    ];
    expect(conclude('look_up', { outcome: 'captured', reference: 'r', taken: 500, givenBack: 300 }, 1)).to.deep.include({ inputs });
  });
});
