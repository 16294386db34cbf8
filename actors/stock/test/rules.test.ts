import { expect } from 'chai';
import fc from 'fast-check';
import { decide, mostUnits } from '../rules.ts';
import type { StockCommand } from '../rules.ts';
import { applyMovements, availableOf, backorderedOf, noStock } from '../state.ts';
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
    expect(state).to.deep.equal({ ...ten, version: 2, onHand: 10, reserved: 4, reservations: { o1: 4 } });
    expect(answers[0]).to.deep.equal({ id: 'reserve:o1', ok: true, version: 2, onHand: 10, reserved: 4, backorder: 0 });
  });

  it('refuse the unit that is one too many, and go on with those that fit', () => {
    const { answers, movements } = decide(ten, [reserve('o1', 8), reserve('o2', 3), reserve('o3', 2)]);
    expect(answers.map(({ ok }) => ok)).to.deep.equal([true, false, true]);
    expect(answers[1]).to.include({ refused: 'insufficient', onHand: 10, reserved: 8 });
    expect(movements.map(({ version }) => version)).to.deep.equal([2, 3]);
  });

  it('sell what was reserved, or give it back', () => {
    const after = (onHand: number) => ({ ...ten, version: 3, onHand, reserved: 0, reservations: {} });
    expect(decide(ten, [reserve(order, 4), commit(order)]).state).to.deep.equal(after(6));
    expect(decide(ten, [reserve(order, 4), release(order)]).state).to.deep.equal(after(10));
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

  it('take a count only while what is on hand is as it was when it was counted', () => {
    const sold = decide(ten, [reserve(order, 4), commit(order)]).state;
    expect(decide(sold, [{ ...set(9), type: 'set', expected: 10 } as StockCommand]).answers[0]).to.include({ refused: 'moved', onHand: 6 });
    const count = { ...set(5), type: 'set', expected: 6 } as StockCommand;
    const { state, movements } = decide(sold, [count, { ...count, id: 'sent again' }]);
    expect([state.onHand, movements.length], 'what stands as counted is counted').to.deep.equal([5, 1]);
  });

  const configure = (what: { backorder?: number; lowBelow?: number | null }, id = JSON.stringify(what)): StockCommand => ({
    id,
    type: 'configure',
    reason: 'decided',
    ...what,
  });

  describe('where more may be promised than there are', () => {
    const lenient = decide(noStock, [set(2), configure({ backorder: 3 })]).state;

    it('hold up to the limit, and not one more', () => {
      const { answers, state } = decide(lenient, [reserve('o1', 5), reserve('o2', 1)]);
      expect(answers.map(({ ok }) => ok)).to.deep.equal([true, false]);
      expect(answers[1]).to.include({ refused: 'insufficient', onHand: 2, reserved: 5, backorder: 3 });
      expect(backorderedOf(state)).to.equal(3);
    });

    it('sell what is still to come, and count the delivery against it', () => {
      const sold = decide(lenient, [reserve('o1', 5), commit('o1')]).state;
      expect(sold).to.include({ onHand: -3, reserved: 0 });
      expect(decide(sold, [reserve('o2', 1)]).answers[0]).to.include({ refused: 'insufficient' });
      const delivered = decide(sold, [{ id: 'd', type: 'adjust', delta: 4, reason: 'delivery' }]).state;
      expect([delivered.onHand, availableOf(delivered), backorderedOf(delivered)]).to.deep.equal([1, 4, 0]);
      expect(decide(sold, [{ id: 'r', type: 'restock', orderId: 'o1', quantity: 5 }]).state).to.include({ onHand: 2 });
    });

    it('take no count while sold goods are still to come: it would forget them', () => {
      const sold = decide(lenient, [reserve('o1', 5), commit('o1')]).state;
      expect(decide(sold, [set(0)]).answers[0]).to.include({ refused: 'owed', onHand: -3 });
    });

    it('miss nothing that is not there', () => {
      expect(decide(lenient, [{ id: 'a', type: 'adjust', delta: -3, reason: 'broken' }]).answers[0]).to.include({
        refused: 'insufficient',
      });
      const sold = decide(lenient, [reserve('o1', 3), commit('o1')]).state;
      expect(decide(sold, [{ id: 'a', type: 'adjust', delta: -1, reason: 'broken' }]).answers[0]).to.include({ refused: 'insufficient' });
    });

    it('lower the limit to what is promised already, and no further', () => {
      const held = decide(lenient, [reserve('o1', 4)]).state;
      expect(decide(held, [configure({ backorder: 1 })]).answers[0]).to.include({ refused: 'held', backorder: 3 });
      const { state, movements } = decide(held, [configure({ backorder: 2 })]);
      expect(state).to.include({ backorder: 2 });
      expect(movements[0]).to.include({ type: 'configured', onHandDelta: 0, reservedDelta: 0, reason: 'decided' });
    });

    it('promise no more than a billion in all', () => {
      const full = decide(noStock, [set(mostUnits)]).state;
      expect(decide(full, [configure({ backorder: 1 })]).answers[0]).to.include({ refused: 'too_much' });
      expect(decide(lenient, [set(mostUnits)]).answers[0]).to.include({ refused: 'too_much' });
    });
  });

  describe('that tell when few are free', () => {
    const policy = { lowBelow: 5 };
    const alertsOf = (state: StockState, ...commands: StockCommand[]): number[] =>
      decide(state, commands, undefined, policy).movements.map(({ alerts }) => alerts);

    it('tell it once, and again only after there were enough', () => {
      const commands = [set(6), reserve('o1', 1), reserve('o2', 1), reserve('o3', 1), release('o3'), release('o2'), reserve('o4', 2)];
      expect(alertsOf(noStock, ...commands)).to.deep.equal([0, 0, 1, 1, 1, 1, 2]);
    });

    it('tell nothing of a beginning', () => {
      expect(alertsOf(noStock, set(1), set(2), set(5), set(4))).to.deep.equal([0, 0, 0, 1]);
    });

    it('know a threshold for one SKU, and forget it', () => {
      const ten = decide(noStock, [set(10)], undefined, policy).state;
      const changes = [configure({ lowBelow: 11 }), configure({ lowBelow: null }), configure({ lowBelow: 0 }), reserve('o1', 10)];
      expect(alertsOf(ten, ...changes)).to.deep.equal([1, 1, 1, 1]);
      expect(alertsOf(ten, reserve('o1', 6), { ...configure({ lowBelow: 4 }), id: 'less' })).to.deep.equal([1, 1]);
      expect(decide(ten, [configure({ lowBelow: null })]).movements, 'nothing changes').to.deep.equal([]);
    });

    it('count what is there, not what may be promised', () => {
      const state = decide(noStock, [set(6), configure({ backorder: 100 })], undefined, policy).state;
      expect(alertsOf(state, reserve('o1', 2))).to.deep.equal([1]);
    });
  });

  describe('that bring back what could not be bought', () => {
    const backs = (state: StockState, ...commands: StockCommand[]): boolean[] =>
      decide(state, commands).movements.map(({ cameBack }) => cameBack);
    const soldOut = decide(noStock, [set(0)]).state;

    it('tell it once, and again only after nothing could be bought', () => {
      const commands = [set(2), { ...set(3), id: 'more' }, reserve('o1', 3), release('o1')];
      expect(backs(soldOut, ...commands)).to.deep.equal([true, false, false, true]);
    });

    it('tell nothing of a beginning', () => {
      expect(backs(noStock, set(2))).to.deep.equal([false]);
    });

    it('count what may be promised, since that can be bought', () => {
      expect(backs(soldOut, configure({ backorder: 1 }), set(1))).to.deep.equal([true, false]);
    });

    it('may be told with the same movement to be few, as two alerts', () => {
      const none = decide(soldOut, [configure({ lowBelow: 0 })]).state;
      const [movement] = decide(none, [configure({ backorder: 1, lowBelow: 4 })]).movements;
      expect(movement).to.include({ wentBelow: 4, cameBack: true, alerts: none.alerts + 2 });
    });
  });

  const orders = fc.constantFrom('o1', 'o2', 'o3', 'o4');
  const id = fc.nat(40).map(String);
  const command: fc.Arbitrary<StockCommand> = fc.oneof(
    fc.record({ id, type: fc.constant('set' as const), onHand: fc.nat(30), reason: fc.constant('x') }),
    fc.record({ id, type: fc.constant('adjust' as const), delta: fc.integer({ min: -20, max: 20 }), reason: fc.constant('x') }),
    fc.record({ id, type: fc.constant('reserve' as const), orderId: orders, quantity: fc.integer({ min: 1, max: 15 }) }),
    fc.record({ id, type: fc.constant('set' as const), onHand: fc.nat(30), expected: fc.nat(30), reason: fc.constant('x') }),
    fc.record(
      {
        id,
        type: fc.constant('configure' as const),
        backorder: fc.nat(20),
        lowBelow: fc.option(fc.nat(12)),
        reason: fc.constant('x'),
      },
      { requiredKeys: ['id', 'type', 'reason'] },
    ),
    fc.record({ id, type: fc.constant('release' as const), orderId: orders }),
    fc.record({ id, type: fc.constant('commit' as const), orderId: orders }),
    fc.record({ id, type: fc.constant('restock' as const), orderId: orders, quantity: fc.integer({ min: 1, max: 15 }) }),
  );

  /** Lets batches be decided one after another, and checks what must hold whatever they are. Answers all movements. */
  function live(batches: readonly StockCommand[][]): Movement[] {
    let state: StockState = noStock;
    const journal: Movement[] = [];
    for (const commands of batches) {
      const recorded = new Map(journal.map((movement): [string, Movement] => [movement.commandId, movement]));
      const decision = decide(state, commands, recorded, { lowBelow: 4 });
      expect(decision.answers.map((answer) => answer.id)).to.deep.equal(commands.map((one) => one.id));
      journal.push(...decision.movements);
      state = decision.state;
      for (const { onHand, reserved, backorder } of decision.movements) {
        expect(reserved).to.be.at.least(0);
        expect(onHand + backorder).to.be.at.least(reserved);
      }
      expect(Object.values(state.reservations).reduce((sum, held) => sum + held, 0)).to.equal(state.reserved);
    }
    const sumOf = (deltas: number[]): number => deltas.reduce((sum, delta) => sum + delta, 0);
    const came = sumOf(journal.map(({ onHandDelta }) => Math.max(0, onHandDelta)));
    const went = sumOf(journal.map(({ onHandDelta }) => Math.max(0, -onHandDelta)));
    expect(came).to.equal(state.onHand + went);
    expect(sumOf(journal.map(({ reservedDelta }) => reservedDelta))).to.equal(state.reserved);
    expect(applyMovements(noStock, journal), 'the stock is the sum of its movements').to.deep.equal(state);
    expect(new Set(journal.map(({ commandId }) => commandId)).size, 'a command is done once').to.equal(journal.length);
    return journal;
  }
  const batchesOf = (one: fc.Arbitrary<StockCommand>) => fc.array(fc.array(one, { minLength: 1, maxLength: 8 }), { maxLength: 20 });

  it('hold whatever is commanded: 0 ≤ reserved ≤ on hand + limit, and what came in is what is there plus what went out', () => {
    fc.assert(
      fc.property(batchesOf(command), (batches) => {
        for (const { type, onHand, onHandDelta } of live(batches))
          if (onHand < 0 && onHandDelta < 0) expect(type, 'only a sale takes what is still to come').to.equal('committed');
      }),
    );
  });

  it('are as strict as ever where nobody allowed more: 0 ≤ reserved ≤ on hand', () => {
    fc.assert(
      fc.property(batchesOf(command.filter(({ type }) => type !== 'configure')), (batches) => {
        for (const { onHand, reserved } of live(batches)) expect(onHand).to.be.at.least(reserved);
      }),
    );
  });

  it('tell of few units, and of the first that can be bought, exactly when they become so', () => {
    fc.assert(
      fc.property(batchesOf(command), (batches) => {
        let [before, few, none] = [0, true, false];
        for (const { onHand, reserved, backorder, lowBelow, low, alerts, wentBelow, cameBack } of live(batches)) {
          const threshold = lowBelow ?? 4;
          const now = Math.max(0, onHand - reserved) < threshold;
          const told = now && !few;
          const sellable = onHand + backorder - reserved > 0;
          const back = none && sellable;
          const expected = [now, before + Number(told) + Number(back), told ? threshold : null, back];
          expect([low, alerts, wentBelow, cameBack]).to.deep.equal(expected);
          [before, few, none] = [alerts, now, !sellable];
        }
      }),
    );
  });
});
