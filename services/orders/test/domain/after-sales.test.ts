import { expect } from 'chai';
import fc from 'fast-check';
import { receiveReturn, refund, rejectReturn, requestReturn } from '../../domain/after-sales.ts';
import { returnable, unshipped } from '../../domain/fulfilment.ts';
import { integrationEvent } from '../../domain/integration-events.ts';
import { cancel, deliver, ship } from '../../domain/order-commands.ts';
import { evolve, fold } from '../../domain/order.ts';
import type { Order, OrderEvent } from '../../domain/order.ts';
import { react } from '../../domain/process.ts';
import { refundable, valueOfReturn } from '../../domain/refunds.ts';
import { histories, orderId, orderThatIs, placedData } from './examples.ts';

const captured: OrderEvent = { type: 'OrderUpdated', data: { reason: 'captured', paymentStatus: 'captured' } };
const paid = orderThatIs('confirmed', captured);
const then = (order: Order, events: readonly OrderEvent[]): Order => events.reduce(evolve, order);
const shipped = then(paid, ship(paid, { id: 's1' }));
const delivered = then(shipped, deliver(shipped));
const one = [{ sku: 'LAMP', quantity: 1 }];
const sent = (order: Order, returnId: string, lines = one) => then(order, requestReturn(order, { returnId, lines, reason: 'too dark' }));
const receipt = { restock: true, refund: true };
const problem = (work: () => unknown): Record<string, unknown> => {
  try {
    work();
  } catch (error) {
    return (error as { body(id: string): Record<string, unknown> }).body('x');
  }
  throw new Error('Nothing was thrown');
};

describe('Shipments', () => {
  it('leave in parts, each with its tracking, until nothing is left', () => {
    const first = then(paid, ship(paid, { id: 's1', lines: one, carrier: 'DHL', trackingNumber: '123' }));
    expect(first).to.include({ fulfilment: 'partial' });
    expect(unshipped(first)).to.deep.equal(one);
    const second = then(first, ship(first, { id: 's2' }));
    expect(second).to.include({ fulfilment: 'shipped' });
    expect(second.shipments).to.deep.equal([
      { id: 's1', lines: one, carrier: 'DHL', trackingNumber: '123', delivered: false },
      { id: 's2', lines: one, delivered: false },
    ]);
    expect(ship(second, { id: 's3' }), 'nothing is left: nothing happens').to.deep.equal([]);
  });

  it('hold no more than was ordered, and say where there is too much', () => {
    expect(problem(() => ship(paid, { id: 's', lines: [{ sku: 'LAMP', quantity: 3 }] }))).to.deep.include({
      code: 'too_many_units',
      errors: [{ field: '/lines/0/quantity', rule: 'maximum', message: 'only 2 of LAMP are left to be shipped' }],
    });
    const split = [...one, ...one, ...one];
    expect(problem(() => ship(paid, { id: 's', lines: split }))['errors']).to.deep.include({
      field: '/lines/2/quantity',
      rule: 'maximum',
      message: 'only 0 of LAMP are left to be shipped',
    });
    expect(problem(() => ship(paid, { id: 's', lines: [{ sku: 'OTHER', quantity: 1 }] }))).to.include({ status: 409 });
    expect(problem(() => ship(shipped, { id: 's', lines: one }))).to.include({ code: 'not_in_this_state' });
  });

  it('arrive one by one, and the order is delivered when all of it has arrived', () => {
    const first = then(paid, ship(paid, { id: 's1', lines: one }));
    const arrived = then(first, deliver(first, 's1'));
    expect(arrived).to.include({ fulfilment: 'partial' });
    expect(deliver(arrived, 's1')).to.deep.equal([]);
    const all = then(arrived, ship(arrived, { id: 's2' }));
    expect(then(all, deliver(all, 's2'))).to.include({ fulfilment: 'delivered' });
    expect(problem(() => deliver(all, 's3'))).to.include({ code: 'not_in_this_state' });
  });

  it('are told to others with what is in them', () => {
    const [event] = ship(paid, { id: orderId, lines: one, carrier: 'DHL' });
    expect(integrationEvent(evolve(paid, event!), event!, null).data).to.deep.include({
      fulfilment: 'partial',
      shipment: { shipmentId: orderId, lines: one, carrier: 'DHL' },
    });
  });
});

describe('A refund', () => {
  it('gives back a part, then what is left, and never more than was paid', () => {
    const part = then(paid, refund(paid, { refundId: 'r1', amount: 400, currency: 'USD', reason: 'scratched' }));
    expect(refundable(part)).to.equal(10_013);
    expect(problem(() => refund(part, { refundId: 'r2', amount: 10_014, reason: 'x' }))).to.deep.include({
      code: 'exceeds_refundable',
      refundable: { amount: 10_013, currency: 'USD' },
    });
    const all = then(part, refund(part, { refundId: 'r2', reason: 'x' }));
    expect(refundable(all)).to.equal(0);
    expect(problem(() => refund(all, { refundId: 'r3', reason: 'x' }))).to.include({ code: 'nothing_to_refund' });
  });

  it('is done when payments says so, and can be asked for again when it failed', () => {
    const part = then(paid, refund(paid, { refundId: 'r1', amount: 400, reason: 'x' }));
    const done = then(part, react(part, 'PaymentRefunded', { amount: 400, refundId: 'r1' }));
    expect(done).to.include({ paymentStatus: 'partially_refunded', refunded: 400 });
    expect(done.refunds).to.deep.equal([{ id: 'r1', amount: 400, reason: 'x', status: 'done' }]);
    const failed = then(part, react(part, 'PaymentRefundFailed', { refundId: 'r1', reason: 'disputed' }));
    expect(failed.refunds[0]).to.include({ status: 'failed' });
    expect(refundable(failed)).to.equal(10_413);
    expect(react(failed, 'PaymentRefundFailed', { refundId: 'r1', reason: 'disputed' }), 'once').to.deep.equal([]);
    expect(react(paid, 'PaymentRefundFailed', { refundId: 'r9', reason: 'disputed' }), 'unknown').to.deep.equal([]);
  });

  it('counts what was given back at the provider by hand too', () => {
    const byHand = then(paid, react(paid, 'PaymentRefunded', { amount: 413 }));
    expect(refundable(byHand)).to.equal(10_000);
    const wanted = then(byHand, refund(byHand, { refundId: 'r1', amount: 400, reason: 'x' }));
    expect(refundable(wanted)).to.equal(9600);
    expect(refundable(then(wanted, react(wanted, 'PaymentRefunded', { amount: 400, refundId: 'r1' })))).to.equal(9600);
  });

  it('of a cancelled order goes by itself, and can be asked for once that has failed', () => {
    const cancelled = then(paid, cancel(paid, 'customer'));
    expect(problem(() => refund(cancelled, { refundId: 'r', reason: 'x' }))).to.include({ code: 'not_in_this_state' });
    const told = react(cancelled, 'PaymentRefundFailed', { refundId: orderId, reason: 'disputed' });
    expect(told).to.deep.equal([
      { type: 'OrderUpdated', data: { reason: 'refund_failed: disputed', refund: { id: orderId, status: 'failed', amount: 10_413 } } },
    ]);
    const stuck = then(cancelled, told);
    expect(stuck.refunds).to.deep.equal([{ id: orderId, amount: 10_413, reason: 'cancelled', status: 'failed' }]);
    expect(integrationEvent(stuck, told[0]!, null).data).to.deep.include({
      status: 'cancelled',
      refund: { refundId: orderId, status: 'failed', amount: 10_413, refunded: 0 },
    });
    expect(react(stuck, 'PaymentRefundFailed', { refundId: orderId, reason: 'disputed' }), 'once').to.deep.equal([]);
    const asked = then(stuck, refund(stuck, { refundId: 'r1', reason: 'staff' }));
    expect(problem(() => refund(asked, { refundId: 'r2', reason: 'staff' }))).to.include({ code: 'nothing_to_refund' });
    const back = then(asked, react(asked, 'PaymentRefunded', { amount: 10_413, refundId: 'r1' }));
    expect(back).to.include({ paymentStatus: 'refunded', refunded: 10_413 });
    expect(back.refunds.map(({ status }) => status)).to.deep.equal(['failed', 'done']);
  });

  it('of a cancelled order that staff have tried again is known by its sum, whatever its id', () => {
    const cancelled = then(paid, cancel(paid, 'customer'));
    const stuck = then(cancelled, react(cancelled, 'PaymentRefundFailed', { refundId: orderId, reason: 'disputed' }));
    const [told] = react(stuck, 'PaymentRefunded', { amount: 10_413, refundId: 'r9' });
    const back = then(stuck, [told!]);
    expect(back).to.include({ paymentStatus: 'refunded', refunded: 10_413 });
    expect(integrationEvent(back, told!, null).data).to.deep.include({ refund: { status: 'done', amount: 10_413, refunded: 10_413 } });
    expect(refundable(back)).to.equal(0);
  });

  it('is refused for what is not paid, in another currency, and of nothing', () => {
    expect(problem(() => refund(orderThatIs('confirmed'), { refundId: 'r', reason: 'x' }))).to.include({ code: 'not_in_this_state' });
    expect(problem(() => refund(orderThatIs('cancelled'), { refundId: 'r', reason: 'x' }))).to.include({ code: 'not_in_this_state' });
    expect(problem(() => refund(paid, { refundId: 'r', amount: 1, currency: 'EUR', reason: 'x' }))['errors']).to.deep.equal([
      { field: '/amount/currency', rule: 'currency', message: "has to be USD, as the order's" },
    ]);
    expect(problem(() => refund(paid, { refundId: 'r', amount: 0, reason: 'x' }))).to.include({ status: 422 });
  });
});

describe('A return', () => {
  it('takes back what was shipped: stock is told, and its price goes back', () => {
    const wanted = sent(delivered, 't1');
    expect(returnable(wanted)).to.deep.equal(one);
    const events = receiveReturn(wanted, { returnId: 't1', ...receipt });
    expect(events).to.deep.equal([
      { type: 'OrderReturned', data: { returnId: 't1', lines: one, restock: true } },
      { type: 'OrderRefundRequested', data: { refundId: 't1', amount: 5207, reason: 'returned' } },
    ]);
    const back = then(wanted, events);
    expect(back).to.include({ fulfilment: 'delivered' });
    expect(receiveReturn(back, { returnId: 't1', ...receipt }), 'once').to.deep.equal([]);
    const last = sent(back, 't2');
    expect(then(last, receiveReturn(last, { returnId: 't2', ...receipt }))).to.include({ fulfilment: 'returned' });
  });

  it('is of no more than was shipped and not yet sent back', () => {
    expect(problem(() => sent(sent(sent(shipped, 't1'), 't2'), 't3'))).to.deep.include({
      code: 'too_many_units',
      errors: [{ field: '/lines/0/quantity', rule: 'maximum', message: 'only 0 of LAMP are left to be sent back' }],
    });
    expect(problem(() => sent(paid, 't1'))).to.include({ code: 'not_in_this_state' });
    expect(problem(() => sent(orderThatIs('cancelled'), 't1'))).to.include({ code: 'not_in_this_state' });
  });

  it('can be rejected, and the goods can then be sent back again', () => {
    const wanted = sent(delivered, 't1', [{ sku: 'LAMP', quantity: 2 }]);
    const rejected = then(wanted, rejectReturn(wanted, 't1'));
    expect(rejected.returns[0]).to.include({ status: 'rejected' });
    expect(rejectReturn(rejected, 't1')).to.deep.equal([]);
    expect(problem(() => receiveReturn(rejected, { returnId: 't1', ...receipt }))).to.include({ code: 'return_rejected' });
    expect(returnable(rejected)).to.deep.equal([{ sku: 'LAMP', quantity: 2 }]);
    const received = then(wanted, receiveReturn(wanted, { returnId: 't1', restock: false, refund: false }));
    expect(received).to.include({ fulfilment: 'returned', refunded: 0 });
    expect(problem(() => rejectReturn(received, 't1'))).to.include({ code: 'return_received' });
    expect(problem(() => rejectReturn(delivered, 't9'))).to.include({ status: 404 });
  });

  it('asks for no more than is left when money was given back before', () => {
    const before = then(delivered, refund(delivered, { refundId: 'r1', amount: 10_000, reason: 'late' }));
    const wanted = sent(before, 't1');
    expect(receiveReturn(wanted, { returnId: 't1', ...receipt })[1]?.data).to.include({ amount: 413 });
    const empty = then(wanted, refund(wanted, { refundId: 'r2', reason: 'late' }));
    expect(receiveReturn(empty, { returnId: 't1', ...receipt }).map(({ type }) => type)).to.deep.equal(['OrderReturned']);
  });

  it('is told to others as it is', () => {
    const order = orderThatIs('confirmed', captured);
    const told = (event: OrderEvent) => integrationEvent(order, event, null).data;
    const returnId = orderId;
    expect(told({ type: 'OrderReturnRequested', data: { returnId, lines: one, reason: 'x' } })).to.deep.include({ returnId, lines: one });
    expect(told({ type: 'OrderReturned', data: { returnId, lines: one, restock: false } })).to.deep.include({ restock: false });
    expect(told({ type: 'OrderRefundRequested', data: { refundId: returnId, amount: 5, reason: 'x' } })).to.include({ currency: 'USD' });
  });
});

describe('The value of what comes back', () => {
  const amount = (max: number) => fc.integer({ min: 0, max });
  const orders = fc
    .record({
      quantities: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
      prices: fc.array(amount(1_000_000), { minLength: 4, maxLength: 4 }),
      discountShare: amount(100),
      shipping: amount(2000),
      taxShare: amount(30),
    })
    .map(({ quantities, prices, discountShare, shipping, taxShare }): Order => {
      const lines = quantities.map((quantity, index) => {
        const unitPrice = prices[index] ?? 0;
        return { sku: `S${String(index)}`, title: 'x', quantity, unitPrice, total: quantity * unitPrice };
      });
      const items = lines.reduce((sum, { total }) => sum + total, 0);
      const discount = Math.floor((items * discountShare) / 100);
      const tax = Math.floor(((items - discount + shipping) * taxShare) / 100);
      const totals = { items, discount, shipping, tax, total: items - discount + shipping + tax };
      const [, ...rest] = [...histories.confirmed, captured];
      const order = fold(orderId, [{ type: 'OrderPlaced', data: { ...placedData, lines, totals } }, ...rest]);
      return then(order, ship(order, { id: 's1' }));
    });

  it('adds up to what was paid, however the order is sent back in parts, and no part costs the customer anything', () => {
    fc.assert(
      fc.property(orders, fc.array(fc.nat(), { maxLength: 20 }), (start, picks) => {
        let order = start;
        let sum = 0;
        const back = (lines: readonly { sku: string; quantity: number }[], id: string): void => {
          const value = valueOfReturn(order, lines);
          expect(value).to.be.at.least(0);
          sum += value;
          order = then(order, requestReturn(order, { returnId: id, lines, reason: 'x' }));
          order = then(order, receiveReturn(order, { returnId: id, ...receipt }));
        };
        picks.forEach((pick, index) => {
          const left = returnable(order);
          const line = left[pick % Math.max(1, left.length)];
          if (line !== undefined) back([{ sku: line.sku, quantity: (pick % line.quantity) + 1 }], `t${String(index)}`);
        });
        const left = returnable(order);
        if (left.length > 0) back(left, 'last');
        expect(sum).to.equal(order.totals.total);
        expect(refundable(order)).to.equal(0);
        expect(order.fulfilment).to.equal('returned');
      }),
      { numRuns: 300 },
    );
  });
});
