import { expect } from 'chai';
import type { OrderEvent } from '../../domain/order.ts';
import { byStaff, dataWithWords, inStaffsWords, rejected, rejectionOf, withWords } from '../../domain/words.ts';
import type { Words } from '../../domain/words.ts';
import { orderThatIs } from './examples.ts';

const returned = 'a-return';
const lines = [{ sku: 'LAMP', quantity: 1 }];

describe('The words of customers and staff', () => {
  const order = {
    ...orderThatIs('confirmed'),
    returns: [{ id: returned, lines, reason: 'customer', status: 'requested' as const }],
    cancellations: [{ id: 'a-cancellation', lines, reason: 'customer' }],
    refunds: [
      { id: 'a-cancellation', amount: 1, reason: 'customer', status: 'requested' as const },
      { id: returned, amount: 1, reason: 'returned', status: 'requested' as const },
    ],
  };
  const words = { [returned]: 'too dark for Ada', [order.id]: 'Ada is away' };
  const reasons = ({ returns, cancellations, refunds }: typeof order) =>
    [...returns, ...cancellations, ...refunds].map(({ reason }) => reason);

  it('are seen at what they are about, and nowhere else', () => {
    expect(reasons(withWords(order, words) as typeof order)).to.deep.equal(['too dark for Ada', 'Ada is away', 'Ada is away', 'returned']);
  });

  it('leave a code where they were erased', () => {
    expect(reasons(withWords(order, {}) as typeof order)).to.deep.equal(['customer', 'customer', 'customer', 'returned']);
  });

  it('are told with the events that they belong to; a code stays as it is', () => {
    const told = (event: OrderEvent): unknown => (dataWithWords(order.id, event, words) as { reason?: string }).reason;
    expect(told({ type: 'OrderReturnRequested', data: { returnId: returned, lines, reason: 'customer' } })).to.equal('too dark for Ada');
    expect(told({ type: 'OrderCancelled', data: { reason: 'customer', previousStatus: 'placed' } })).to.equal('Ada is away');
    expect(told({ type: 'OrderCancelled', data: { reason: 'expired', previousStatus: 'placed' } })).to.equal('expired');
    expect(told({ type: 'OrderUpdated', data: { reason: 'shipped' } })).to.equal('shipped');
  });

  describe('of staff', () => {
    const refund = (refundId: string, reason: string): OrderEvent => ({
      type: 'OrderRefundRequested',
      data: { refundId, amount: 1, reason },
    });
    const rejection: OrderEvent = { type: 'OrderUpdated', data: { reason: rejected(inStaffsWords), rejectedReturn: returned } };
    const told = (event: OrderEvent, known: Words): unknown => (dataWithWords(order.id, event, known) as { reason?: string }).reason;
    const known = { [order.id]: 'Ada called', 'a-refund': 'sorry, Ada', [rejectionOf(returned)]: 'Ada wore it', [returned]: 'too dark' };

    it('are of a refund by itself, of the cancellation it follows from, or of what was answered to a return', () => {
      expect(told(refund('a-refund', inStaffsWords), known)).to.equal('sorry, Ada');
      expect(told(refund('a-cancellation', inStaffsWords), known)).to.equal('Ada called');
      expect(told(refund('another', byStaff), known), 'nothing was said').to.equal('staff');
      expect(told(rejection, known)).to.equal('return_rejected: Ada wore it');
      const refunds = [{ id: 'a-refund', amount: 1, reason: inStaffsWords, status: 'done' as const }];
      expect(withWords({ ...order, refunds }, known).refunds[0]).to.include({ reason: 'sorry, Ada' });
    });

    it('leave that it was staff where they were erased; what was written into events before there were codes stays', () => {
      expect(told(refund('a-refund', inStaffsWords), {})).to.equal('staff');
      expect(told({ type: 'OrderCancelled', data: { reason: inStaffsWords, previousStatus: 'placed' } }, {})).to.equal('staff');
      expect(told(rejection, {})).to.equal('return_rejected: staff');
      expect(told({ type: 'OrderUpdated', data: { reason: rejected('worn'), rejectedReturn: returned } }, known)).to.equal(
        'return_rejected: worn',
      );
    });
  });
});
