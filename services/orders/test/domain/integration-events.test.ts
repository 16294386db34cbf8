import { expect } from 'chai';
import { rejectReturn, refund, requestReturn } from '../../domain/after-sales.ts';
import { integrationEvent } from '../../domain/integration-events.ts';
import { cancel, cancelUnshipped, deliver, ship } from '../../domain/order-commands.ts';
import { evolve } from '../../domain/order.ts';
import type { Order, OrderEvent } from '../../domain/order.ts';
import { react } from '../../domain/process.ts';
import { orderThatIs } from './examples.ts';

const captured: OrderEvent = { type: 'OrderUpdated', data: { reason: 'captured', paymentStatus: 'captured' } };
const paid = orderThatIs('confirmed', captured);
const one = [{ sku: 'LAMP', quantity: 1 }];
const [refundId, shipmentId, returnId] = [7, 8, 9].map((last) => `0193a6f0-0000-7000-8000-00000000000${String(last)}`) as [
  string,
  string,
  string,
];

/** The order after the events, and what others are told of the last of them. */
function then(order: Order, events: readonly OrderEvent[]): { order: Order; told: unknown } {
  const after = events.reduce(evolve, order);
  const last = events.at(-1);
  if (last === undefined) throw new Error('Nothing happened');
  return { order: after, told: integrationEvent(after, last, null).data };
}

describe('What others are told of an order that changes', () => {
  it('names the shipments that arrived, with their lines', () => {
    const { order } = then(paid, ship(paid, { id: shipmentId, lines: one }));
    expect(then(order, deliver(order)).told).to.deep.include({ reason: 'delivered', delivered: [{ shipmentId, lines: one }] });
  });

  it('says how much a refund gave back, and how much all of them did', () => {
    const { order } = then(paid, refund(paid, { refundId, amount: 400, reason: 'scratched' }));
    const done = then(order, react(order, 'PaymentRefunded', { amount: 400, refundId }));
    expect(done.told).to.deep.include({ refund: { refundId, status: 'done', amount: 400, refunded: 400 } });
    const failed = then(order, react(order, 'PaymentRefundFailed', { refundId, reason: 'charge_disputed' }));
    expect(failed.told).to.deep.include({ refund: { refundId, status: 'failed', amount: 400, refunded: 0 } });
  });

  it('tells the rest that a cancelled order gives back as a refund without an id', () => {
    const total = paid.totals.total;
    const { order } = then(paid, refund(paid, { refundId, amount: 400, reason: 'scratched' }));
    const part = then(order, react(order, 'PaymentRefunded', { amount: 400, refundId })).order;
    const ended = then(part, cancel(part, 'customer')).order;
    const { told } = then(ended, react(ended, 'PaymentRefunded', { amount: total - 400 }));
    expect(told).to.deep.include({ reason: 'refunded', refund: { status: 'done', amount: total - 400, refunded: total } });
  });

  it('names the lines of a return that was rejected', () => {
    const { order } = then(paid, ship(paid, { id: shipmentId }));
    const asked = then(order, requestReturn(order, { returnId, lines: one, reason: 'too dark' })).order;
    expect(then(asked, rejectReturn(asked, returnId)).told).to.deep.include({
      reason: 'return_rejected: staff_words',
      rejectedReturn: { returnId, lines: one },
    });
  });

  it('names the rest that will not be sent', () => {
    const { order } = then(paid, ship(paid, { id: shipmentId, lines: one }));
    const [first] = cancelUnshipped(order, { cancellationId: returnId, reason: 'customer' });
    expect(then(order, [first!]).told).to.deep.include({ cancellationId: returnId, lines: one, reason: 'customer' });
  });

  it('leaves out what did not move', () => {
    expect(then(orderThatIs('confirmed'), [captured]).told).to.have.all.keys('orderId', 'status', 'fulfilment', 'paymentStatus', 'reason');
  });
});
