import { expect } from 'chai';
import fc from 'fast-check';
import { integrationEvent } from '../../domain/integration-events.ts';
import { isFailed, orderStatuses } from '../../domain/order-states.ts';
import { evolve, fold } from '../../domain/order.ts';
import type { Order, OrderEvent } from '../../domain/order.ts';
import { orderProcess, react } from '../../domain/process.ts';
import type { MessageData, ProcessMessage } from '../../domain/process.ts';
import { histories, orderId, orderThatIs } from './examples.ts';

const messages: { readonly [M in ProcessMessage]: MessageData<M> } = {
  StockReserved: {},
  StockRejected: { shortages: [{ sku: 'LAMP', requested: 2, available: 0 }] },
  PaymentActionRequired: { nextAction: { type: 'redirect', url: 'https://example.com/3ds' } },
  PaymentAuthorized: {},
  PaymentFailed: { reason: 'card_declined' },
  PaymentCaptured: {},
  PaymentCaptureFailed: { reason: 'expired_card' },
  PaymentVoided: {},
  PaymentRefunded: { amount: 10_413 },
  PaymentRefundFailed: { refundId: '0193a6f0-0000-7000-8000-000000000008', reason: 'disputed' },
  Expired: {},
};
const names = Object.keys(messages) as ProcessMessage[];

function after(order: Order, message: ProcessMessage): Order {
  return react(order, message, messages[message] as never).reduce(evolve, order);
}

describe('The process of an order', () => {
  it('leads from placed to confirmed and captured', () => {
    const order = (['StockReserved', 'PaymentAuthorized', 'PaymentCaptured'] as const).reduce(after, orderThatIs('placed'));
    expect(order).to.include({ status: 'confirmed', paymentStatus: 'captured', version: 5 });
  });

  it('authorises and confirms in one step', () => {
    expect(react(orderThatIs('reserved'), 'PaymentAuthorized', {}).map(({ type }) => type)).to.deep.equal([
      'OrderAuthorized',
      'OrderConfirmed',
    ]);
  });

  it('ends when stock does not suffice or the payment fails, and names the cart that is left', () => {
    const retryCartId = '0193a6f0-0000-7000-8000-000000000006';
    const rejected = react(orderThatIs('placed'), 'StockRejected', { shortages: [], retryCartId }).reduce(evolve, orderThatIs('placed'));
    expect(rejected).to.include({ status: 'rejected', retryCartId });
    const failed = react(orderThatIs('reserved'), 'PaymentFailed', { reason: 'x', retryCartId }).reduce(evolve, orderThatIs('reserved'));
    expect(failed).to.include({ status: 'payment_failed', paymentStatus: 'failed', retryCartId });
    expect(after(orderThatIs('placed'), 'StockRejected')).to.include({ status: 'rejected', retryCartId: null });
  });

  it('tells the customer what the payment needs', () => {
    expect(after(orderThatIs('reserved'), 'PaymentActionRequired').nextAction).to.deep.equal(messages.PaymentActionRequired.nextAction);
  });

  it('cancels what was not paid in time, and nothing else', () => {
    for (const status of orderStatuses) {
      const expired = after(orderThatIs(status), 'Expired').status;
      expect(expired, status).to.equal(['placed', 'reserved'].includes(status) ? 'cancelled' : status);
    }
  });

  it('has money voided that is authorised after the order has come to nothing', () => {
    for (const status of ['cancelled', 'rejected', 'payment_failed'] as const) {
      const events = react(orderThatIs(status), 'PaymentAuthorized', {});
      expect(events).to.deep.equal([{ type: 'OrderCancelled', data: { reason: 'authorized_too_late', previousStatus: status } }]);
      expect(after(orderThatIs(status), 'PaymentAuthorized').status).to.equal(status);
    }
  });

  it('cancels a confirmed order whose capture finally failed', () => {
    expect(after(orderThatIs('confirmed'), 'PaymentCaptureFailed')).to.include({ status: 'cancelled', paymentStatus: 'failed' });
    const voidedThen = after(after(orderThatIs('confirmed'), 'PaymentCaptureFailed'), 'PaymentVoided');
    expect(voidedThen, 'what was authorised is voided').to.include({ status: 'cancelled', paymentStatus: 'failed' });
  });

  it('follows the money of a cancelled order until it is given back', () => {
    const cancelled = orderThatIs('confirmed', { type: 'OrderCancelled', data: { reason: 'customer', previousStatus: 'confirmed' } });
    expect(after(cancelled, 'PaymentVoided')).to.include({ status: 'cancelled', paymentStatus: 'none' });
    const refunded = after(after(cancelled, 'PaymentCaptured'), 'PaymentRefunded');
    expect(refunded).to.include({ status: 'cancelled', paymentStatus: 'refunded', refunded: 10_413 });
    expect(after(cancelled, 'PaymentCaptureFailed')).to.include({ status: 'cancelled', paymentStatus: 'failed' });
  });

  it('counts refunds together: partial until all is given back', () => {
    const captured = after(orderThatIs('confirmed'), 'PaymentCaptured');
    const part = react(captured, 'PaymentRefunded', { amount: 400 }).reduce(evolve, captured);
    expect(part).to.include({ paymentStatus: 'partially_refunded', refunded: 400 });
    const more = react(part, 'PaymentRefunded', { amount: 13 }).reduce(evolve, part);
    expect(more).to.include({ paymentStatus: 'partially_refunded', refunded: 413 });
    expect(react(more, 'PaymentRefunded', { amount: 10_000 }).reduce(evolve, more)).to.include({ paymentStatus: 'refunded' });
  });

  it('holds in any order of messages: no message breaks it, twice changes nothing more than the state tables allow, and what failed stays so', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 12 }), (sequence) => {
        const events: OrderEvent[] = [...histories.placed];
        let order = fold(orderId, events);
        for (const message of sequence) {
          const before = order;
          for (const event of react(order, message, messages[message] as never)) {
            events.push(event);
            order = evolve(order, event);
          }
          if (isFailed(before.status)) expect(order.status).to.equal(before.status);
        }
        expect(fold(orderId, events)).to.deep.equal(order);
      }),
      { numRuns: 500 },
    );
  });

  it('awaits each message in some status', () => {
    for (const { awaitedIn } of Object.values(orderProcess)) expect(awaitedIn).not.to.deep.equal([]);
  });
});

describe('What others are told of an order', () => {
  it('is one event for each of ours, with the same version', () => {
    for (const status of orderStatuses) {
      const events = histories[status];
      events.forEach((event, index) => {
        const order = fold(orderId, events.slice(0, index + 1));
        expect(integrationEvent(order, event, 'tok_ok')).to.include({
          type: event.type,
          aggregateVersion: index + 1,
          aggregateId: orderId,
        });
      });
    }
  });

  it('carries the payment token with OrderReserved alone', () => {
    const told = (Object.values(histories) as OrderEvent[][]).flatMap((events) =>
      events.map((event, index) => integrationEvent(fold(orderId, events.slice(0, index + 1)), event, 'tok_secret')),
    );
    const carriers = told.filter((event) => JSON.stringify(event).includes('tok_secret'));
    expect(new Set(carriers.map(({ type }) => type))).to.deep.equal(new Set(['OrderReserved']));
    expect(() => integrationEvent(orderThatIs('reserved'), { type: 'OrderReserved', data: {} }, null)).to.throw('no payment token');
  });

  it('says where the order stands when anything else changed', () => {
    const event: OrderEvent = { type: 'OrderUpdated', data: { reason: 'payment_action_required', nextAction: { type: '3ds' } } };
    expect(integrationEvent(orderThatIs('reserved', event), event, null).data).to.deep.include({
      status: 'reserved',
      fulfilment: 'none',
      paymentStatus: 'none',
      nextAction: { type: '3ds' },
    });
    const captured: OrderEvent = { type: 'OrderUpdated', data: { reason: 'captured', paymentStatus: 'captured' } };
    expect(integrationEvent(orderThatIs('confirmed', captured), captured, null).data).to.include({ paymentStatus: 'captured' });
  });
});
