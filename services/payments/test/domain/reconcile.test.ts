import { expect } from 'chai';
import { v7 } from 'uuid';
import { expectedPayment, settle } from '../../domain/payment.ts';
import type { Input, Payment } from '../../domain/payment.ts';
import { waitingStates } from '../../domain/payment-states.ts';
import type { Signal } from '../../domain/payment-states.ts';
import type { ProviderAnswer } from '../../domain/provider-answers.ts';
import { compare } from '../../domain/reconcile.ts';
import type { Call, Verdict } from '../../domain/reconcile.ts';

const asked = { amount: 5000, currency: 'USD', provider: 'sandbox', token: 'tok_ok' };
const refundId = v7();

/** A payment after these signals. */
function after(...inputs: (Signal | Input)[]): Payment {
  return inputs.reduce<Payment>(
    (payment, input) => settle(payment, typeof input === 'string' ? { signal: input, asked } : input)?.payment ?? payment,
    expectedPayment({ orderId: v7(), paymentId: v7(), customerId: null, provider: 'sandbox' }),
  );
}
const held = ['requested', 'authorised'] as const;
const taken = [...held, 'confirmed', 'captured'] as const;
/** Its order was cancelled, and its refund refused. */
function stuck(): Payment {
  const payment = after(...taken, 'ended');
  return settle(payment, { signal: 'stuck', refundId: payment.paymentId, reason: 'disputed' })?.payment ?? payment;
}
const want: Input = { signal: 'refund_wanted', refundId, amount: 1000 };
const takenThere = (givenBack = 0): ProviderAnswer => ({ outcome: 'captured', taken: 5000, givenBack });
const call = (step: Call['step'], id: string | null = null): Call => ({ step, refundId: id });
const named = (verdict: Verdict) => [verdict.kind, 'name' in verdict ? verdict.name : ''];

describe('the comparison of a payment with the provider’s records', () => {
  it('agrees where both say the same', () => {
    const same: [Payment, ProviderAnswer][] = [
      [after(...held), { outcome: 'authorised' }],
      [after(...taken), takenThere()],
      [after(...taken, want, { signal: 'refunded', refundId }), takenThere(1000)],
      [after(...taken, 'ended', 'refunded'), { outcome: 'refunded', taken: 5000, givenBack: 5000 }],
      [after('requested', 'declined'), { outcome: 'declined', reason: 'card_declined' }],
      [after('requested', 'unanswered', 'voided'), { outcome: 'unknown' }],
      [after(...held, 'ended', 'voided'), { outcome: 'voided' }],
      [after('requested', 'action_required'), { outcome: 'action_required', reference: 'r', nextAction: { type: 'x' } }],
    ];
    for (const [payment, answer] of same) expect(compare(payment, answer, []), payment.state).to.deep.equal({ kind: 'agrees' });
  });

  it('tells the payment what it did not know, so that the state machine puts it right', () => {
    const news: [Payment, ProviderAnswer, string][] = [
      [after('requested'), { outcome: 'authorised' }, 'undecided_here'],
      [after('requested', 'action_required'), { outcome: 'declined', reason: 'x' }, 'undecided_here'],
      [after('requested', 'ended'), { outcome: 'voided' }, 'undecided_here'],
      [after('requested', 'declined'), { outcome: 'authorised' }, 'held_there'],
      [after('requested', 'ended', 'unanswered', 'voided'), { outcome: 'authorised' }, 'held_there'],
      [after(...held, 'confirmed'), takenThere(), 'taken_there'],
      [after(...held, 'ended'), takenThere(), 'taken_there'],
      [after(...held, 'ended', 'stuck'), { outcome: 'voided' }, 'let_go_there'],
      [after(...taken), takenThere(300), 'given_back_there'],
      [after(...taken), { outcome: 'refunded', taken: 5000, givenBack: 5000 }, 'given_back_there'],
      [stuck(), { outcome: 'refunded', taken: 5000, givenBack: 5000 }, 'given_back_there'],
      [stuck(), takenThere(300), 'given_back_there'],
    ];
    for (const [payment, answer, name] of news) expect(named(compare(payment, answer, [])), name).to.deep.equal(['tell', name]);
  });

  it('waits for calls that are to be made, and begins those that nobody makes', () => {
    const both = after(...taken, want, 'ended');
    const waits: [Payment, ProviderAnswer, Call[]][] = [
      [after('requested'), { outcome: 'unknown' }, [call('authorise')]],
      [after('requested'), { outcome: 'pending' }, [call('look_up')]],
      [after('requested', 'ended'), { outcome: 'pending' }, [call('look_up')]],
      [after(...held, 'confirmed'), { outcome: 'authorised' }, [call('capture')]],
      [after(...held, 'ended'), { outcome: 'authorised' }, [call('void')]],
      [after('requested', 'declined', 'authorised'), { outcome: 'authorised' }, [call('void')]],
      [after(...taken, want), takenThere(), [call('refund', refundId)]],
      [both, takenThere(), [call('refund', refundId), call('refund', both.paymentId)]],
    ];
    for (const [payment, answer, calls] of waits) {
      expect(compare(payment, answer, []), payment.state).to.deep.equal({ kind: 'call', name: 'nobody_calls', calls });
      expect(compare(payment, answer, calls), payment.state).to.deep.equal({ kind: 'wait', name: 'under_way' });
    }
    const [, rest] = waits.at(-1)![2];
    expect(compare(both, takenThere(), [call('refund', refundId)])).to.deep.include({ calls: [rest] });
  });

  it('names what nobody here can put right', () => {
    const wrong: [Payment, ProviderAnswer | undefined, string][] = [
      [after(...held), undefined, 'no_answer'],
      [after(...held), { outcome: 'unknown' }, 'not_there'],
      [after(...held), { outcome: 'voided' }, 'not_held_there'],
      [after('requested', 'action_required'), { outcome: 'unknown' }, 'not_there'],
      [after(...taken), { outcome: 'unknown' }, 'not_there'],
      [after(...taken), { outcome: 'authorised' }, 'not_taken_there'],
      [after(...taken), { outcome: 'captured', taken: 4999, givenBack: 0 }, 'amount_differs'],
      [after(...taken, want, { signal: 'refunded', refundId }), takenThere(999), 'not_given_back_there'],
      [after(...held, 'ended', 'stuck'), { outcome: 'authorised' }, 'needs_a_person'],
      [stuck(), takenThere(), 'needs_a_person'],
      [after('requested', 'declined'), { outcome: 'pending' }, 'open_there'],
    ];
    for (const [payment, answer, name] of wrong) expect(named(compare(payment, answer, [])), name).to.deep.equal(['differs', name]);
  });

  it('never tells a payment that waits for a decision that there is none', () => {
    for (const payment of [after('requested'), after('requested', 'action_required'), after('requested', 'ended')]) {
      expect(waitingStates).to.include(payment.state);
      expect(compare(payment, { outcome: 'pending' }, [call('look_up')]).kind).not.to.equal('tell');
    }
  });
});
