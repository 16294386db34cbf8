import { expect } from 'chai';
import fc from 'fast-check';
import { decide, mostUnits } from '../rules.ts';
import type { StockCommand } from '../rules.ts';
import { applyMovements, noStock } from '../state.ts';
import type { Movement, StockState } from '../state.ts';

const order = 'o1';
const set = (onHand: number): StockCommand => ({ id: `set-${String(onHand)}`, type: 'set', onHand, reason: 'count' });
const reserve = (orderId: string, quantity: number): StockCommand => ({ id: `reserve:${orderId}`, type: 'reserve', orderId, quantity });
const release = (orderId: string): StockCommand => ({ id: `release:${orderId}`, type: 'release', orderId });
const commit = (orderId: string): StockCommand => ({ id: `commit:${orderId}`, type: 'commit', orderId });

describe('The rules of stock', () => {
  const ten = decide(noStock, [set(10)]).state;

  it('hold what is reserved, and count it as neither sold nor available', () => {
    const { state, answers } = decide(ten, [reserve(order, 4)]);
    expect(state).to.deep.equal({ version: 2, onHand: 10, reserved: 4, reservations: { o1: 4 } });
    expect(answers[0]).to.deep.equal({ id: 'reserve:o1', ok: true, version: 2, onHand: 10, reserved: 4 });
  });

  it('refuse the unit that is one too many, and go on with those that fit', () => {
    const { answers, movements } = decide(ten, [reserve('o1', 8), reserve('o2', 3), reserve('o3', 2)]);
    expect(answers.map(({ ok }) => ok)).to.deep.equal([true, false, true]);
    expect(answers[1]).to.include({ refused: 'insufficient', onHand: 10, reserved: 8 });
    expect(movements.map(({ version }) => version)).to.deep.equal([2, 3]);
  });

  it('sell what was reserved, or give it back', () => {
    expect(decide(ten, [reserve(order, 4), commit(order)]).state).to.deep.equal({ version: 3, onHand: 6, reserved: 0, reservations: {} });
    expect(decide(ten, [reserve(order, 4), release(order)]).state).to.deep.equal({ version: 3, onHand: 10, reserved: 0, reservations: {} });
  });

  it('take back what was sold', () => {
    const sold = decide(ten, [reserve(order, 4), commit(order)]).state;
    const back: StockCommand = { id: 'restock:o1', type: 'restock', orderId: order, quantity: 4 };
    const { state, movements } = decide(sold, [back, back]);
    expect(state).to.include({ onHand: 10, reserved: 0 });
    expect(movements.map(({ type }) => type)).to.deep.equal(['restocked']);
    const full = decide(noStock, [set(mostUnits)]).state;
    expect(decide(full, [back]).answers[0]).to.include({ refused: 'too_much' });
  });

  it('sell nothing that is not held, and find a release of nothing done', () => {
    expect(decide(ten, [commit(order)]).answers[0]).to.include({ ok: false, refused: 'not_reserved' });
    expect(decide(ten, [release(order)])).to.deep.include({ movements: [], state: ten });
  });

  it('lower the count below what is held neither by a count nor by an adjustment', () => {
    const held = decide(ten, [reserve(order, 4)]).state;
    expect(decide(held, [set(3)]).answers[0]).to.include({ refused: 'held' });
    expect(decide(held, [{ id: 'a', type: 'adjust', delta: -7, reason: 'broken' }]).answers[0]).to.include({ refused: 'held' });
    const adjusted = decide(held, [{ id: 'a', type: 'adjust', delta: -6, reason: 'broken', author: 'ada' }]);
    expect(adjusted.movements[0]).to.include({ onHand: 4, reason: 'broken', author: 'ada', type: 'adjusted' });
  });

  it('hold no more than a billion units', () => {
    const full = decide(noStock, [set(mostUnits)]).state;
    expect(decide(full, [{ id: 'a', type: 'adjust', delta: 1, reason: 'found' }]).answers[0]).to.include({
      ok: false,
      refused: 'too_much',
    });
  });

  it('make a first movement even for a count of zero, so that the SKU is known, and none for a count that changes nothing', () => {
    expect(decide(noStock, [set(0)]).movements).to.have.length(1);
    expect(
      decide(ten, [
        { ...set(10), id: 'again' },
        { id: 'zero', type: 'adjust', delta: 0, reason: 'x' },
      ]).movements,
    ).to.have.length(0);
  });

  it('answer a repeated command as it was answered, whatever has happened since', () => {
    const first = decide(ten, [reserve(order, 4)]);
    const recorded = new Map(first.movements.map((movement): [string, Movement] => [movement.commandId, movement]));
    const sold = decide(first.state, [commit(order)]).state;
    expect(decide(sold, [reserve(order, 4)], recorded)).to.deep.equal({ state: sold, movements: [], answers: first.answers });
    expect(decide(ten, [reserve(order, 4), reserve(order, 4)]).movements, 'in one batch').to.have.length(1);
    expect(decide(first.state, [{ ...reserve(order, 4), id: 'other' }]).movements, 'an order reserves once').to.have.length(0);
  });

  it('refuse to build a sum with a hole', () => {
    const [movement] = decide(ten, [reserve(order, 1)]).movements;
    expect(() => applyMovements(noStock, [movement!])).to.throw('does not follow');
  });

  const orders = fc.constantFrom('o1', 'o2', 'o3', 'o4');
  const id = fc.nat(40).map(String);
  const command: fc.Arbitrary<StockCommand> = fc.oneof(
    fc.record({ id, type: fc.constant('set' as const), onHand: fc.nat(30), reason: fc.constant('x') }),
    fc.record({ id, type: fc.constant('adjust' as const), delta: fc.integer({ min: -20, max: 20 }), reason: fc.constant('x') }),
    fc.record({ id, type: fc.constant('reserve' as const), orderId: orders, quantity: fc.integer({ min: 1, max: 15 }) }),
    fc.record({ id, type: fc.constant('release' as const), orderId: orders }),
    fc.record({ id, type: fc.constant('commit' as const), orderId: orders }),
    fc.record({ id, type: fc.constant('restock' as const), orderId: orders, quantity: fc.integer({ min: 1, max: 15 }) }),
  );

  it('hold whatever is commanded: 0 ≤ reserved ≤ on hand, and what came in is what is there plus what went out', () => {
    fc.assert(
      fc.property(fc.array(fc.array(command, { minLength: 1, maxLength: 8 }), { maxLength: 20 }), (batches) => {
        let state: StockState = noStock;
        const journal: Movement[] = [];
        for (const commands of batches) {
          const recorded = new Map(journal.map((movement): [string, Movement] => [movement.commandId, movement]));
          const decision = decide(state, commands, recorded);
          expect(decision.answers.map((answer) => answer.id)).to.deep.equal(commands.map((one) => one.id));
          journal.push(...decision.movements);
          state = decision.state;
          for (const { onHand, reserved } of decision.movements) {
            expect(reserved).to.be.at.least(0);
            expect(onHand).to.be.at.least(reserved);
          }
          expect(Object.values(state.reservations).reduce((sum, held) => sum + held, 0)).to.equal(state.reserved);
        }
        const came = journal.filter(({ onHandDelta }) => onHandDelta > 0).reduce((sum, { onHandDelta }) => sum + onHandDelta, 0);
        const went = journal.filter(({ onHandDelta }) => onHandDelta < 0).reduce((sum, { onHandDelta }) => sum - onHandDelta, 0);
        expect(came).to.equal(state.onHand + went);
        expect(applyMovements(noStock, journal), 'the stock is the sum of its movements').to.deep.equal(state);
        expect(new Set(journal.map(({ commandId }) => commandId)).size, 'a command is done once').to.equal(journal.length);
      }),
    );
  });
});
