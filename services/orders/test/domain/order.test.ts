import { expect } from 'chai';
import fc from 'fast-check';
import { refund } from '../../domain/after-sales.ts';
import { cancel, deliver, ship } from '../../domain/order-commands.ts';
import { orderNumber } from '../../domain/order-number.ts';
import { orderStatuses } from '../../domain/order-states.ts';
import { evolve, fold } from '../../domain/order.ts';
import type { OrderEvent } from '../../domain/order.ts';
import { react } from '../../domain/process.ts';
import { histories, orderId, orderThatIs, placedData } from './examples.ts';

describe('An order', () => {
  it('is what its events make it, in every status', () => {
    for (const status of orderStatuses) {
      const order = orderThatIs(status);
      expect(order.status).to.equal(status);
      expect(order.version).to.equal(histories[status].length);
    }
  });

  it('begins with OrderPlaced, and has no second one', () => {
    expect(() => fold(orderId, [])).to.throw('does not begin');
    expect(() => fold(orderId, [{ type: 'OrderReserved', data: {} }])).to.throw('does not begin');
    expect(() => evolve(orderThatIs('placed'), { type: 'OrderPlaced', data: placedData })).to.throw('placed already');
  });

  it('refuses events that its tables do not allow', () => {
    expect(() => evolve(orderThatIs('rejected'), { type: 'OrderReserved', data: {} })).to.throw('reserved cannot follow');
    expect(() => evolve(orderThatIs('placed'), { type: 'OrderConfirmed', data: {} })).to.throw('confirmed cannot follow');
    const delivered: OrderEvent = { type: 'OrderUpdated', data: { reason: 'x', fulfilment: 'delivered' } };
    expect(() => evolve(orderThatIs('confirmed'), delivered)).to.throw('delivered cannot follow');
    const refunded: OrderEvent = { type: 'OrderUpdated', data: { reason: 'x', paymentStatus: 'refunded' } };
    expect(() => evolve(orderThatIs('confirmed'), refunded)).to.throw('refunded cannot follow');
  });

  it('is no different for being folded in two parts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...orderStatuses), fc.nat(5), (status, cut) => {
        const events = histories[status];
        const at = Math.min(1 + cut, events.length);
        expect(events.slice(at).reduce(evolve, fold(orderId, events.slice(0, at)))).to.deep.equal(fold(orderId, events));
      }),
    );
  });

  it('remembers the cart that it left behind', () => {
    const retryCartId = '0193a6f0-0000-7000-8000-000000000006';
    expect(orderThatIs('placed', { type: 'OrderRejected', data: { shortages: [], retryCartId } }).retryCartId).to.equal(retryCartId);
    const failed: OrderEvent = { type: 'OrderPaymentFailed', data: { reason: 'x', retryCartId } };
    expect(orderThatIs('reserved', failed)).to.include({ retryCartId, paymentStatus: 'failed' });
  });

  it('forgets what the customer had to do once that is over', () => {
    const action: OrderEvent = { type: 'OrderUpdated', data: { reason: 'payment_action_required', nextAction: { type: '3ds' } } };
    expect(orderThatIs('reserved', action).nextAction).to.deep.equal({ type: '3ds' });
    expect(orderThatIs('reserved', action, { type: 'OrderAuthorized', data: {} }).nextAction).to.equal(null);
    expect(
      orderThatIs('reserved', action, { type: 'OrderCancelled', data: { reason: 'x', previousStatus: 'reserved' } }).nextAction,
    ).to.equal(null);
  });
});

describe('A history', () => {
  it('is read as it happened, also where today’s tables would not allow it', () => {
    const odd: OrderEvent[] = [...histories.payment_failed, { type: 'OrderUpdated', data: { reason: 'voided', paymentStatus: 'none' } }];
    expect(fold(orderId, odd)).to.include({ status: 'payment_failed', paymentStatus: 'none' });
    expect(() => odd.slice(-1).reduce(evolve, orderThatIs('payment_failed'))).to.throw('none cannot follow');
  });
});

describe('Cancelling', () => {
  it('is allowed until the order has left the house', () => {
    for (const status of ['placed', 'reserved', 'authorized', 'confirmed'] as const)
      expect(cancel(orderThatIs(status), 'customer')).to.deep.equal([
        { type: 'OrderCancelled', data: { reason: 'customer', previousStatus: status } },
      ]);
    const shipped: OrderEvent = { type: 'OrderUpdated', data: { reason: 'shipped', fulfilment: 'shipped' } };
    expect(() => cancel(orderThatIs('confirmed', shipped), 'customer')).to.throw('cannot be cancelled now');
  });

  it('is refused for what has failed otherwise, and done once', () => {
    expect(cancel(orderThatIs('cancelled'), 'customer')).to.deep.equal([]);
    expect(() => cancel(orderThatIs('rejected'), 'customer')).to.throw('cannot be cancelled now');
    expect(() => cancel(orderThatIs('payment_failed'), 'customer')).to.throw('cannot be cancelled now');
  });
});

describe('Fulfilment', () => {
  const captured: OrderEvent = { type: 'OrderUpdated', data: { reason: 'captured', paymentStatus: 'captured' } };

  it('ships what is paid, delivers what is shipped, each once', () => {
    const paid = orderThatIs('confirmed', captured);
    const shipped = ship(paid, { id: 's1' }).reduce(evolve, paid);
    expect(shipped.fulfilment).to.equal('shipped');
    expect(ship(shipped, { id: 's2' })).to.deep.equal([]);
    const delivered = deliver(shipped).reduce(evolve, shipped);
    expect(delivered.fulfilment).to.equal('delivered');
    expect(deliver(delivered)).to.deep.equal([]);
  });

  it('sends nothing while all of the money is on its way back, and sends it after all where that failed', () => {
    const paid = orderThatIs('confirmed', captured);
    const refunding = refund(paid, { refundId: 'r1', reason: 'staff' }).reduce(evolve, paid);
    expect(() => ship(refunding, { id: 's1' })).to.throw('cannot be shipped now');
    const failed = react(refunding, 'PaymentRefundFailed', { refundId: 'r1', reason: 'declined' }).reduce(evolve, refunding);
    expect(ship(failed, { id: 's1' })).to.have.length(1);
    const part = refund(paid, { refundId: 'r2', amount: 100, reason: 'staff' }).reduce(evolve, paid);
    expect(ship(part, { id: 's1' }), 'a part of it is no reason').to.have.length(1);
  });

  it('sends what cost nothing', () => {
    const free = { ...orderThatIs('confirmed', captured), totals: { items: 9800, discount: 9800, shipping: 0, tax: 0, total: 0 } };
    expect(ship(free, { id: 's1' })).to.have.length(1);
  });

  it('sends nothing on a mere authorisation, and delivers nothing that was not sent', () => {
    expect(() => ship(orderThatIs('confirmed'), { id: 's1' })).to.throw('cannot be shipped now');
    expect(() => ship(orderThatIs('reserved'), { id: 's1' })).to.throw('cannot be shipped now');
    expect(() => deliver(orderThatIs('confirmed', captured))).to.throw('cannot be delivered now');
  });
});

describe('The number of an order', () => {
  it('has ten characters that can be read out', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 20 }), (random) => {
        expect(orderNumber(random)).to.match(/^CW-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
      }),
    );
  });

  it('takes enough random bytes', () => {
    expect(() => orderNumber(new Uint8Array(9))).to.throw(RangeError);
  });
});
