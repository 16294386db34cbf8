import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  failedStatuses,
  fulfilmentTransitions,
  isFailed,
  isSettled,
  mayFollow,
  orderStatuses,
  paymentTransitions,
  statusTransitions,
  unpaidStatuses,
} from '../../domain/order-states.ts';
import { architecturePage, withStates } from '../../document-states.ts';
import type { Transitions } from '../../domain/order-states.ts';

function following<State extends string>(transitions: Transitions<State>, from: State): State[] {
  return Object.keys(transitions[from]) as State[];
}

function reachable<State extends string>(transitions: Transitions<State>, from: State): Set<State> {
  const found = new Set<State>([from]);
  for (const state of found) for (const next of following(transitions, state)) found.add(next);
  return found;
}

describe("The order's state tables", () => {
  it('reach every state from the first', () => {
    expect([...reachable(statusTransitions, 'placed')]).to.have.members([...orderStatuses]);
    expect([...reachable(fulfilmentTransitions, 'none')]).to.have.members(Object.keys(fulfilmentTransitions));
    expect([...reachable(paymentTransitions, 'none')]).to.have.members(Object.keys(paymentTransitions));
  });

  it('have no dead ends but those that are meant', () => {
    const ends = orderStatuses.filter((status) => following(statusTransitions, status).length === 0);
    expect(ends).to.have.members([...failedStatuses]);
    for (const status of orderStatuses) expect([...reachable(statusTransitions, status)].some(isSettled), status).to.equal(true);
    expect(fulfilmentTransitions.returned).to.deep.equal({});
    expect(paymentTransitions.refunded).to.deep.equal({});
    expect(paymentTransitions.failed).to.deep.equal({});
  });

  it('let every status that holds something be cancelled', () => {
    for (const status of orderStatuses.filter((one) => !isFailed(one)))
      expect(mayFollow(statusTransitions, status, 'cancelled'), status).to.equal(true);
  });

  it('give a deadline to every status that waits for others', () => {
    expect(unpaidStatuses).to.have.members(['placed', 'reserved']);
    expect(orderStatuses.filter((status) => !isSettled(status) && !unpaidStatuses.includes(status))).to.deep.equal(['authorized']);
  });

  it('are what the documentation draws (npm run docs:states)', () => {
    const page = readFileSync(architecturePage, 'utf8');
    expect(withStates(page)).to.equal(page);
  });
});
