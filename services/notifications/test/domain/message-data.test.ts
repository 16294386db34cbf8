import { expect } from 'chai';
import { moneyAfterCancel } from '../../domain/message-data.ts';

const state = (paymentStatus: string, givenBack = 0) => ({ paymentStatus, total: 1000, givenBack });

describe('The money of a cancelled order', () => {
  it('was not charged before anything was asked for, or when the capture has failed', () => {
    expect(moneyAfterCancel('placed', state('none'))).to.deep.equal({ money: 'not_charged' });
    expect(moneyAfterCancel('reserved', state('none'))).to.deep.equal({ money: 'not_charged' });
    expect(moneyAfterCancel('confirmed', state('failed'))).to.deep.equal({ money: 'not_charged' });
  });

  it('is let go where it was only held', () => {
    expect(moneyAfterCancel('authorized', state('authorized'))).to.deep.equal({ money: 'released' });
  });

  it('goes back where it was taken: what was not given back before', () => {
    expect(moneyAfterCancel('confirmed', state('captured'))).to.deep.equal({ money: 'refunded', amount: 1000 });
    expect(moneyAfterCancel('confirmed', state('partially_refunded', 300))).to.deep.equal({ money: 'refunded', amount: 700 });
    expect(moneyAfterCancel('confirmed', state('refunded', 1000))).to.deep.equal({ money: 'refunded_before' });
    expect(moneyAfterCancel('confirmed', state('captured', 1000)), 'the whole is on its way').to.deep.equal({ money: 'refunded_before' });
  });

  it('goes back if it was taken, where the capture is under way', () => {
    expect(moneyAfterCancel('confirmed', state('authorized'))).to.deep.equal({ money: 'refunded_if_taken', amount: 1000 });
  });
});
