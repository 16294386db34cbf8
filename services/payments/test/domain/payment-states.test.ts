import { expect } from 'chai';
import { paymentStates, restingStates, signals, transitions, waitingStates } from '../../domain/payment-states.ts';
import type { PaymentState, Signal } from '../../domain/payment-states.ts';

function reachableFrom(start: PaymentState, via: readonly Signal[] = signals): Set<PaymentState> {
  const seen = new Set<PaymentState>([start]);
  for (const state of seen) for (const signal of via) seen.add(transitions[state][signal]?.to ?? state);
  return seen;
}

describe('the states of a payment', () => {
  it('are all reached from the first', () => {
    expect([...reachableFrom('expected')].sort()).to.deep.equal([...paymentStates].sort());
  });

  it('have no dead ends: each leads to one in which a payment may stay', () => {
    for (const state of paymentStates) {
      const ends = [...reachableFrom(state)].filter((end) => restingStates.includes(end));
      expect(ends, state).not.to.deep.equal([]);
    }
  });

  it('come to an end without the customer, once the order has ended and the provider answers', () => {
    const answers: Signal[] = ['ended', 'authorised', 'declined', 'captured', 'voided', 'refunded'];
    for (const state of paymentStates) {
      const ends = [...reachableFrom(state, answers)];
      expect(
        ends.some((end) => ['closed', 'failed', 'voided', 'refunded'].includes(end)),
        state,
      ).to.equal(true);
    }
  });

  it('make a call where they await its answer, so that none waits for what nobody asks', () => {
    const awaited: Partial<Record<PaymentState, string>> = {
      capturing: 'capture',
      voiding: 'void',
      abandoning: 'void',
      refunding: 'refund',
    };
    for (const from of paymentStates) {
      for (const signal of signals) {
        const transition = transitions[from][signal];
        if (transition === undefined || transition.to === from) continue;
        const call = awaited[transition.to];
        if (call !== undefined) expect(transition.step, `${from} ${signal}`).to.equal(call);
      }
    }
  });

  it('undo what was held or taken when the order ends', () => {
    for (const state of ['action_required', 'authorized', 'captured'] as const) {
      expect(transitions[state].ended, state).to.have.property('step', state === 'captured' ? 'refund' : 'void');
    }
    for (const state of ['cancelling', 'unwinding'] as const) {
      expect(transitions[state][state === 'cancelling' ? 'authorised' : 'captured'], state).to.have.property('step');
    }
  });

  it('ask for a decision only where one is awaited', () => {
    for (const state of waitingStates) expect(transitions[state]).to.include.keys('authorised', 'declined');
  });
});
