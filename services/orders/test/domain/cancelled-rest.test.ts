import { expect } from 'chai';
import { receiveReturn, refund, requestReturn } from '../../domain/after-sales.ts';
import { unshipped } from '../../domain/fulfilment.ts';
import { cancelUnshipped, deliver, ship } from '../../domain/order-commands.ts';
import { evolve } from '../../domain/order.ts';
import type { Order, OrderEvent } from '../../domain/order.ts';
import { react } from '../../domain/process.ts';
import { refundable } from '../../domain/refunds.ts';
import { orderThatIs } from './examples.ts';

const captured: OrderEvent = { type: 'OrderUpdated', data: { reason: 'captured', paymentStatus: 'captured' } };
const paid = orderThatIs('confirmed', captured);
const then = (order: Order, events: readonly OrderEvent[]): Order => events.reduce(evolve, order);
const one = [{ sku: 'LAMP', quantity: 1 }];
const wish = { cancellationId: 'c1', reason: 'customer' };
const partial = then(paid, ship(paid, { id: 's1', lines: one }));
const comesBack = (order: Order): Order => {
  const asked = then(order, requestReturn(order, { returnId: 't1', lines: one, reason: 'too dark' }));
  return then(asked, receiveReturn(asked, { returnId: 't1', restock: true, refund: true }));
};

describe('The rest of an order that was shipped in part', () => {
  it('can be cancelled: it is not sent, and its price goes back', () => {
    const events = cancelUnshipped(partial, wish);
    expect(events).to.deep.equal([
      { type: 'OrderRestCancelled', data: { cancellationId: 'c1', lines: one, reason: 'customer' } },
      { type: 'OrderRefundRequested', data: { refundId: 'c1', amount: 5207, reason: 'customer' } },
    ]);
    const order = then(partial, events);
    expect(order).to.include({ status: 'confirmed', fulfilment: 'shipped' });
    expect(unshipped(order)).to.deep.equal([]);
    expect(cancelUnshipped(order, { ...wish, cancellationId: 'c2' }), 'once').to.deep.equal([]);
    expect(ship(order, { id: 's2' }), 'nothing is left to be sent').to.deep.equal([]);
    expect(then(order, deliver(order))).to.include({ fulfilment: 'delivered' });
  });

  it('leaves the order where what was sent of it is', () => {
    const arrived = then(partial, deliver(partial, 's1'));
    expect(then(arrived, cancelUnshipped(arrived, wish))).to.include({ fulfilment: 'delivered' });
    const back = comesBack(partial);
    expect(back, 'more is to be sent').to.include({ fulfilment: 'partial' });
    expect(then(back, cancelUnshipped(back, wish))).to.include({ fulfilment: 'returned' });
  });

  it('counts as back when the other part comes back: all is returned, and all of the money is given back, shipping too', () => {
    for (const order of [
      comesBack(then(partial, cancelUnshipped(partial, wish))),
      then(comesBack(partial), cancelUnshipped(comesBack(partial), wish)),
    ]) {
      expect(order).to.include({ fulfilment: 'returned' });
      expect(refundable(order)).to.equal(0);
      const [first, second] = order.refunds;
      const given = [first!, second!].reduce(
        (so, { id, amount }) => then(so, react(so, 'PaymentRefunded', { refundId: id, amount })),
        order,
      );
      expect(given).to.include({ paymentStatus: 'refunded', refunded: 10_413 });
    }
  });

  it('asks for no more money than is left', () => {
    const before = then(partial, refund(partial, { refundId: 'r1', amount: 10_000, reason: 'late' }));
    expect(cancelUnshipped(before, wish)[1]?.data).to.include({ amount: 413 });
    const empty = then(before, refund(before, { refundId: 'r2', reason: 'late' }));
    expect(cancelUnshipped(empty, wish).map(({ type }) => type)).to.deep.equal(['OrderRestCancelled']);
  });

  it('is the whole order where nothing was shipped, and nothing where all was', () => {
    expect(cancelUnshipped(paid, wish)).to.deep.equal([
      { type: 'OrderCancelled', data: { reason: 'customer', previousStatus: 'confirmed' } },
    ]);
    const shipped = then(paid, ship(paid, { id: 's1' }));
    expect(() => cancelUnshipped(shipped, wish)).to.throw('cannot be cancelled now');
  });
});
