import { expect } from 'chai';
import { receiveReturn, refund, rejectReturn, requestReturn } from '../../domain/after-sales.ts';
import { returnable, unshipped } from '../../domain/fulfilment.ts';
import { cancelUnshipped, deliver, ship } from '../../domain/order-commands.ts';
import { failedStatuses, fulfilmentTransitions, paymentTransitions, statusTransitions } from '../../domain/order-states.ts';
import type { Transitions } from '../../domain/order-states.ts';
import { evolve } from '../../domain/order.ts';
import type { Order, OrderEvent } from '../../domain/order.ts';
import { react } from '../../domain/process.ts';
import { refundable } from '../../domain/refunds.ts';
import { orderThatIs } from './examples.ts';

/** What is wrong with a table of states: those that are never reached, that only look like ends, or from which no end is reached. */
function faultsOf(transitions: Transitions<string>, first: string, ends: readonly string[]): string[] {
  const from = (state: string): Set<string> => {
    const found = new Set([state]);
    for (const one of found) for (const next of Object.keys(transitions[one] ?? {})) found.add(next);
    return found;
  };
  const reached = from(first);
  return Object.keys(transitions).flatMap((state) => {
    const next = Object.keys(transitions[state] ?? {});
    const unknown = next.filter((one) => !(one in transitions));
    return [
      ...(reached.has(state) ? [] : [`${state} is never reached`]),
      ...(next.length > 0 === ends.includes(state) ? [ends.includes(state) ? `${state} is no end` : `${state} is a dead end`] : []),
      ...([...from(state)].some((one) => ends.includes(one)) ? [] : [`${state} leads to no end`]),
      ...unknown.map((one) => `${state} leads to ${one}, which is no state`),
    ];
  });
}

const tables = {
  status: { transitions: statusTransitions, first: 'placed', ends: failedStatuses },
  fulfilment: { transitions: fulfilmentTransitions, first: 'none', ends: ['returned'] },
  paymentStatus: { transitions: paymentTransitions, first: 'none', ends: ['refunded', 'failed'] },
} as const;

describe('Each table of states', () => {
  for (const [name, { transitions, first, ends }] of Object.entries(tables)) {
    it(`has no dead ends, and nothing that is never reached: ${name}`, () => {
      expect(faultsOf(transitions, first, ends)).to.deep.equal([]);
    });
  }

  it('is found faulty where it is', () => {
    expect(faultsOf({ a: { b: '' }, b: {} }, 'a', ['a'])).to.deep.equal(['a is no end', 'b is a dead end', 'b leads to no end']);
    expect(faultsOf({ a: { b: '' }, b: { a: '' }, c: {} }, 'a', ['c'])).to.deep.equal([
      'a leads to no end',
      'b leads to no end',
      'c is never reached',
    ]);
    expect(faultsOf({ a: { x: '' } }, 'a', [])).to.include('a leads to x, which is no state');
  });
});

/** All that may happen to an order of two units: every message, and all that people may ask, where it is not refused. */
function whatMayHappen(order: Order): (readonly OrderEvent[])[] {
  const [unit] = unshipped(order);
  const [back] = returnable(order);
  const asked = order.returns.find(({ status }) => status === 'requested');
  const money = order.refunds.find(({ status }) => status === 'requested');
  const wishes: (() => readonly OrderEvent[])[] = [
    () => react(order, 'StockReserved', {}),
    () => react(order, 'StockRejected', { shortages: [] }),
    () => react(order, 'PaymentAuthorized', {}),
    () => react(order, 'PaymentFailed', { reason: 'x' }),
    () => react(order, 'PaymentCaptured', {}),
    () => react(order, 'PaymentCaptureFailed', { reason: 'x' }),
    () => react(order, 'PaymentVoided', {}),
    () => react(order, 'PaymentRefunded', { amount: order.totals.total - order.refunded }),
    () => react(order, 'Expired', {}),
    () => cancelUnshipped(order, { cancellationId: 'c', reason: 'x' }),
    () => ship(order, { id: `s${String(order.shipments.length)}` }),
    () => (unit === undefined ? [] : ship(order, { id: `s${String(order.shipments.length)}`, lines: [{ ...unit, quantity: 1 }] })),
    () => deliver(order),
    () => refund(order, { refundId: `r${String(order.refunds.length)}`, reason: 'x' }),
    () => refund(order, { refundId: `r${String(order.refunds.length)}`, amount: Math.ceil(refundable(order) / 2), reason: 'x' }),
    () => (back === undefined ? [] : requestReturn(order, { returnId: `t${String(order.returns.length)}`, lines: [back], reason: 'x' })),
    () => (asked === undefined ? [] : receiveReturn(order, { returnId: asked.id, restock: true, refund: true })),
    () => (asked === undefined ? [] : rejectReturn(order, asked.id)),
    () => (money === undefined ? [] : react(order, 'PaymentRefunded', { refundId: money.id, amount: money.amount })),
    () => (money === undefined ? [] : react(order, 'PaymentRefundFailed', { refundId: money.id, reason: 'x' })),
  ];
  return wishes.flatMap((wish) => {
    try {
      return [wish()];
    } catch (error) {
      if ((error as Error).name === 'Problem') return []; // refused
      throw error;
    }
  });
}

describe('All ways of an order of two units, up to ten steps', () => {
  const made = { status: new Set<string>(), fulfilment: new Set<string>(), paymentStatus: new Set<string>() };
  const stuck: string[] = [];

  before(() => {
    const known = new Set<string>();
    let orders = [orderThatIs('placed')];
    for (let step = 0; step < 10; step++) {
      const next: Order[] = [];
      for (const order of orders) {
        const all = whatMayHappen(order).filter((events) => events.length > 0);
        if (all.length === 0 && !failedStatuses.includes(order.status) && order.fulfilment !== 'returned')
          stuck.push(JSON.stringify(order));
        for (const events of all) {
          let after = order;
          for (const event of events) {
            const before = after;
            after = evolve(before, event);
            for (const name of ['status', 'fulfilment', 'paymentStatus'] as const)
              if (before[name] !== after[name]) made[name].add(`${before[name]} → ${after[name]}`);
          }
          const { version: _, ...rest } = after;
          const key = JSON.stringify(rest);
          // Refunds and returns can be asked for and refused for ever.
          if (known.has(key) || after.refunds.length > 2 || after.returns.length > 2) continue;
          known.add(key);
          next.push(after);
        }
      }
      orders = next;
    }
  });

  for (const [name, { transitions }] of Object.entries(tables)) {
    it(`make every transition of the table, and no other: ${name}`, () => {
      const listed = Object.entries(transitions as Transitions<string>).flatMap(([from, next]) =>
        Object.keys(next)
          .filter((to) => to !== from)
          .map((to) => `${from} → ${to}`),
      );
      // An order is confirmed in the transaction that authorises it: only histories of older rules stop in between.
      const never = name === 'status' ? ['authorized → cancelled'] : [];
      expect([...made[name as keyof typeof made], ...never]).to.have.members(listed);
    });
  }

  it('come to a stop only where the order is over', () => {
    expect(stuck).to.deep.equal([]);
  });
});
