import { expect } from 'chai';
import { inTurnOrder, isUnsettled, settles, transitions } from '../../domain/reservation.ts';
import type { ReservationState } from '../../domain/reservation.ts';

describe('The states of a reservation', () => {
  const states = Object.keys(transitions) as ReservationState[];

  it('are either work to be done, which ends in a settled state, or settled', () => {
    for (const state of states) {
      if (isUnsettled(state)) expect(isUnsettled(settles[state]), state).to.equal(false);
    }
    expect(states.filter(isUnsettled)).to.have.members(Object.keys(settles));
  });

  it('sell only what is held, and give back what is held or being taken', () => {
    expect(states.filter((state) => transitions[state].order_confirmed !== undefined)).to.deep.equal(['reserved']);
    expect(states.filter((state) => transitions[state].order_ended === 'releasing')).to.have.members(['reserved', 'reserving']);
    expect(states.filter((state) => transitions[state].order_ended === 'restocking')).to.have.members(['committed', 'committing']);
  });

  it('are all reached, and those that are final are left by nothing', () => {
    const reached = new Set<ReservationState>(['reserving', 'refusing']); // placed; the first refusal
    for (let before = -1; before !== reached.size;) {
      before = reached.size;
      for (const state of [...reached]) {
        for (const next of Object.values(transitions[state])) if (next !== undefined) reached.add(next);
        if (isUnsettled(state)) reached.add(settles[state]);
      }
    }
    expect([...reached]).to.have.members(states);
    for (const state of ['rejected', 'released', 'restocked'] as const)
      expect(Object.values(transitions[state]).every((next) => next === undefined)).to.equal(true);
  });
});

describe('The order of turns', () => {
  it('is that of SKUs, each once with all that is wanted of it', () => {
    const lines = [
      { sku: 'b', quantity: 1 },
      { sku: 'a', quantity: 2 },
      { sku: 'b', quantity: 3 },
      { sku: 'C', quantity: 1 },
    ];
    expect(inTurnOrder(lines)).to.deep.equal([
      { sku: 'C', quantity: 1 },
      { sku: 'a', quantity: 2 },
      { sku: 'b', quantity: 4 },
    ]);
  });
});
