import { expect } from 'chai';
import type { OrderEvent } from '../../domain/order.ts';
import { dataWithWords, withWords } from '../../domain/words.ts';
import { orderThatIs } from './examples.ts';

const returned = 'a-return';
const lines = [{ sku: 'LAMP', quantity: 1 }];

describe('The words of a customer', () => {
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

  it('are told with the events that they belong to; what staff wrote stays as it is', () => {
    const told = (event: OrderEvent): unknown => (dataWithWords(order.id, event, words) as { reason?: string }).reason;
    expect(told({ type: 'OrderReturnRequested', data: { returnId: returned, lines, reason: 'customer' } })).to.equal('too dark for Ada');
    expect(told({ type: 'OrderCancelled', data: { reason: 'customer', previousStatus: 'placed' } })).to.equal('Ada is away');
    expect(told({ type: 'OrderCancelled', data: { reason: 'expired', previousStatus: 'placed' } })).to.equal('expired');
    expect(told({ type: 'OrderUpdated', data: { reason: 'shipped' } })).to.equal('shipped');
  });
});
