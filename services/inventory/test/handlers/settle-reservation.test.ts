import { decide } from '@cartwright/stock/rules';
import type { StockAnswer, StockCommand } from '@cartwright/stock/rules';
import { applyMovements, noStock } from '@cartwright/stock/state';
import type { Movement, StockState } from '@cartwright/stock/state';
import { expect } from 'chai';
import fc from 'fast-check';
import type { AllocationPolicy } from '../../domain/allocation.ts';
import { isUnsettled, outcomeOf, transitions } from '../../domain/reservation.ts';
import type { ReservationLine, ReservationSignal, UnsettledState } from '../../domain/reservation.ts';
import { settleReservation } from '../../handlers/settle-reservation.ts';
import type { Reservation, Reservations, StockTurns } from '../../ports.ts';

/** Stock by the real rules, in memory; `fail` makes chosen turns fail, before or after they were done. */
class StockInMemory implements StockTurns {
  readonly journals = new Map<string, Movement[]>();
  readonly commands: string[] = [];
  fail: (turn: number) => 'before' | 'after' | undefined = () => undefined;
  #turn = 0;

  state(sku: string): StockState {
    return applyMovements(noStock, this.journals.get(sku) ?? []);
  }

  decide(sku: string, command: StockCommand): Promise<StockAnswer> {
    const failure = this.fail(this.#turn++);
    if (failure === 'before') return Promise.reject(new Error('turn failed'));
    this.commands.push(`${command.type} ${sku}`);
    const journal = this.journals.get(sku) ?? [];
    this.journals.set(sku, journal);
    const recorded = new Map(journal.map((movement): [string, Movement] => [movement.commandId, movement]));
    const { movements, answers } = decide(this.state(sku), [command], recorded);
    journal.push(...movements);
    return failure === 'after' ? Promise.reject(new Error('answer lost')) : Promise.resolve(answers[0]!);
  }
}

class ReservationsInMemory implements Reservations {
  readonly rows = new Map<string, Reservation>();
  readonly published: string[] = [];
  readonly leases = new Set<string>();
  postponed = 0;
  /** Runs when a lease is kept, to let an event come in the middle. */
  onKeep: () => void = () => undefined;

  place(orderId: string, lines: readonly ReservationLine[]): void {
    this.rows.set(orderId, { orderId, state: 'reserving', lines, shortages: [] });
  }

  signal(orderId: string, signal: ReservationSignal): void {
    const row = this.rows.get(orderId)!;
    const next = transitions[row.state][signal];
    if (next !== undefined) this.rows.set(orderId, { ...row, state: next });
  }

  lease(orderId: string) {
    const reservation = this.rows.get(orderId);
    if (reservation === undefined || !isUnsettled(reservation.state) || this.leases.has(orderId)) return Promise.resolve(undefined);
    this.leases.add(orderId);
    const end = (): Promise<void> => {
      this.leases.delete(orderId);
      return Promise.resolve();
    };
    return Promise.resolve({
      reservation,
      keep: () => {
        this.onKeep();
        return Promise.resolve();
      },
      end,
      postpone: () => {
        this.postponed++;
        return end();
      },
    });
  }

  read(orderId: string) {
    return Promise.resolve(this.rows.get(orderId));
  }

  refuse(orderId: string, shortages: Reservation['shortages']) {
    const row = this.rows.get(orderId);
    if (row?.state !== 'reserving') return Promise.resolve(false);
    this.rows.set(orderId, { ...row, state: 'refusing', shortages });
    return Promise.resolve(true);
  }

  settle(orderId: string, from: UnsettledState, shortages: Reservation['shortages']) {
    const row = this.rows.get(orderId);
    if (row?.state !== from) return Promise.resolve(false);
    this.rows.set(orderId, { ...row, state: outcomeOf(from, shortages), shortages });
    this.leases.delete(orderId);
    this.published.push(outcomeOf(from, shortages));
    return Promise.resolve(true);
  }

  unsettled() {
    return Promise.resolve([...this.rows.values()].filter(({ state }) => isUnsettled(state)).map(({ orderId }) => orderId));
  }

  held() {
    return Promise.resolve([]);
  }
}

const orderId = '0190a0a0-0000-7000-8000-000000000001';
const other = '0190a0a0-0000-7000-8000-000000000002';
const set = (onHand: number): StockCommand => ({ id: 'set', type: 'set', onHand, reason: 'count' });

describe('Settling a reservation', () => {
  let stock: StockInMemory;
  let reservations: ReservationsInMemory;
  let waits: number;
  let whileWaiting: () => Promise<unknown>;

  beforeEach(async () => {
    stock = new StockInMemory();
    reservations = new ReservationsInMemory();
    waits = 0;
    whileWaiting = () => Promise.resolve();
    for (const sku of ['a', 'b', 'c']) await stock.decide(sku, set(5));
    stock.commands.length = 0;
  });

  const patience = async (): Promise<void> => {
    waits++;
    await whileWaiting();
  };
  const settle = (id = orderId): Promise<void> => settleReservation(id, { reservations, stock, patience });
  const stateOf = (id = orderId) => reservations.rows.get(id)?.state;

  it('reserves all lines in the order of SKUs, and says so once', async () => {
    reservations.place(orderId, [
      { sku: 'b', quantity: 2 },
      { sku: 'a', quantity: 1 },
    ]);
    await settle();
    await settle();
    expect(stock.commands).to.deep.equal(['reserve a', 'reserve b']);
    expect(reservations.published).to.deep.equal(['reserved']);
    expect(reservations.leases.size).to.equal(0);
  });

  it('gives back what it took when a line is short, and says what was short', async () => {
    reservations.place(orderId, [
      { sku: 'a', quantity: 5 },
      { sku: 'b', quantity: 6 },
      { sku: 'c', quantity: 1 },
    ]);
    await settle();
    expect(stateOf()).to.equal('rejected');
    expect(reservations.rows.get(orderId)?.shortages).to.deep.equal([{ sku: 'b', requested: 6, available: 5 }]);
    expect([stock.state('a').reserved, stock.state('b').reserved, stock.state('c').reserved]).to.deep.equal([0, 0, 0]);
    expect(stock.commands, 'nothing is asked of the lines after').to.not.include('reserve c');
    expect(waits, 'there is too little, however long one waits').to.equal(0);
  });

  it('rejects without a turn to give back when nothing was taken', async () => {
    reservations.place(orderId, [
      { sku: 'a', quantity: 6 },
      { sku: 'b', quantity: 1 },
    ]);
    await settle();
    expect(stock.commands).to.deep.equal(['reserve a']);
    expect(reservations.published).to.deep.equal(['rejected']);
    expect(reservations.leases.size).to.equal(0);
  });

  it('tries once more what others hold, because they may give it back', async () => {
    await stock.decide('a', { id: 'x', type: 'reserve', orderId: other, quantity: 5 });
    reservations.place(orderId, [{ sku: 'a', quantity: 1 }]);
    whileWaiting = () => stock.decide('a', { id: 'y', type: 'release', orderId: other });
    await settle();
    expect([stateOf(), waits]).to.deep.equal(['reserved', 1]);
  });

  it('refuses what others go on holding, after waiting once', async () => {
    await stock.decide('a', { id: 'x', type: 'reserve', orderId: other, quantity: 5 });
    reservations.place(orderId, [{ sku: 'a', quantity: 1 }]);
    await settle();
    expect([stateOf(), waits]).to.deep.equal(['rejected', 1]);
    expect(reservations.rows.get(orderId)?.shortages).to.deep.equal([{ sku: 'a', requested: 1, available: 0 }]);
  });

  it('takes a line from where the policy says, gives it back there, and holds all of it or nothing', async () => {
    // Two at a time from the north, what is more from the south.
    const allocate: AllocationPolicy = (lines) =>
      lines.flatMap(({ sku, quantity }) => [
        { stock: `${sku}-south`, sku, quantity: quantity - 2 },
        { stock: `${sku}-north`, sku, quantity: 2 },
      ]);
    for (const [stockId, onHand] of [
      ['a-north', 2],
      ['a-south', 1],
    ] as const)
      await stock.decide(stockId, set(onHand));
    stock.commands.length = 0;
    const settleThere = (id: string) => settleReservation(id, { reservations, stock, patience, allocate });
    reservations.place(other, [{ sku: 'a', quantity: 4 }]);
    await settleThere(other);
    expect(reservations.rows.get(other)).to.deep.include({ state: 'rejected', shortages: [{ sku: 'a', requested: 2, available: 1 }] });
    reservations.place(orderId, [{ sku: 'a', quantity: 3 }]);
    await settleThere(orderId);
    reservations.signal(orderId, 'order_confirmed');
    await settleThere(orderId);
    expect(stock.commands).to.deep.equal([
      ...['reserve a-north', 'reserve a-south', 'release a-north', 'release a-south'],
      ...['reserve a-north', 'reserve a-south', 'commit a-north', 'commit a-south'],
    ]);
    for (const stockId of ['a-north', 'a-south']) expect(stock.state(stockId)).to.include({ onHand: 0, reserved: 0 });
  });

  it('sells what is held, or gives it back', async () => {
    for (const [id, signal] of [
      [orderId, 'order_confirmed'],
      [other, 'order_ended'],
    ] as const) {
      reservations.place(id, [{ sku: 'a', quantity: 2 }]);
      await settle(id);
      reservations.signal(id, signal);
      await settle(id);
    }
    expect([stateOf(orderId), stateOf(other)]).to.deep.equal(['committed', 'released']);
    expect(stock.state('a')).to.include({ onHand: 3, reserved: 0 });
  });

  it('takes back what was sold, also when the order ends in the middle of being sold', async () => {
    reservations.place(orderId, [
      { sku: 'a', quantity: 1 },
      { sku: 'b', quantity: 2 },
    ]);
    await settle();
    reservations.signal(orderId, 'order_confirmed');
    let kept = 0;
    reservations.onKeep = () => {
      if (++kept === 2) reservations.signal(orderId, 'order_ended'); // one line is sold by now
    };
    await settle();
    expect(stateOf()).to.equal('restocked');
    expect(reservations.published).to.deep.equal(['reserved', 'restocked']);
    for (const sku of ['a', 'b']) expect(stock.state(sku)).to.deep.include({ onHand: 5, reserved: 0, reservations: {} });
    expect(stock.journals.get('b')?.map(({ type }) => type)).to.deep.equal(['set', 'reserved', 'committed', 'restocked']);
  });

  it('gives back at once what it was taking when the order ends meanwhile', async () => {
    reservations.place(orderId, [
      { sku: 'a', quantity: 1 },
      { sku: 'b', quantity: 1 },
    ]);
    let kept = 0;
    reservations.onKeep = () => {
      if (++kept === 2) reservations.signal(orderId, 'order_ended');
    };
    await settle();
    expect(stateOf()).to.equal('released');
    expect(reservations.published).to.deep.equal(['released']);
    expect([stock.state('a').reserved, stock.state('b').reserved]).to.deep.equal([0, 0]);
  });

  it('does nothing while another works on it, or when there is nothing to do', async () => {
    reservations.place(orderId, [{ sku: 'a', quantity: 1 }]);
    reservations.leases.add(orderId);
    await settle();
    await settle('unknown');
    expect(stock.commands).to.deep.equal([]);
  });

  it('ends its lease when somebody else has settled it', async () => {
    reservations.place(orderId, [{ sku: 'a', quantity: 1 }]);
    reservations.onKeep = () => {
      reservations.rows.set(orderId, { ...reservations.rows.get(orderId)!, state: 'reserved' });
    };
    await settle();
    expect(reservations.leases.size).to.equal(0);
    expect(reservations.published).to.deep.equal([]);
  });

  it('postpones when a turn fails, and says what failed', async () => {
    reservations.place(orderId, [{ sku: 'a', quantity: 1 }]);
    stock.fail = () => 'before';
    const error = await settle().catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('turn failed');
    expect([reservations.postponed, reservations.leases.size, stateOf()]).to.deep.equal([1, 0, 'reserving']);
  });

  it('does not call sold what is not held', async () => {
    reservations.rows.set(orderId, { orderId, state: 'committing', lines: [{ sku: 'a', quantity: 1 }], shortages: [] });
    const error = await settle().catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('holds nothing');
    expect(stateOf()).to.equal('committing');
  });

  it('ends with all lines or none, whichever turns fail and whenever the order ends', async () => {
    const failures = fc.array(fc.constantFrom(undefined, undefined, 'before' as const, 'after' as const), { maxLength: 12 });
    const lines = fc.array(fc.record({ sku: fc.constantFrom('a', 'b', 'c'), quantity: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    const orders = fc.array(fc.record({ lines, ends: fc.option(fc.nat(6)), confirmed: fc.boolean(), cancelled: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(orders, failures, async (placed, failing) => {
        stock = new StockInMemory();
        reservations = new ReservationsInMemory();
        for (const sku of ['a', 'b', 'c']) await stock.decide(sku, set(5));
        let turn = 0;
        stock.fail = () => failing[turn++];
        for (const [index, one] of placed.entries()) {
          const id = `o${String(index)}`;
          reservations.place(id, one.lines);
          let kept = 0;
          reservations.onKeep = () => {
            if (kept++ === one.ends) reservations.signal(id, 'order_ended');
          };
          while (isUnsettled(stateOf(id)!)) await settle(id).catch(() => undefined);
          reservations.signal(id, one.confirmed ? 'order_confirmed' : 'order_ended');
          while (isUnsettled(stateOf(id)!)) await settle(id).catch(() => undefined);
          if (one.cancelled) reservations.signal(id, 'order_ended');
          while (isUnsettled(stateOf(id)!)) await settle(id).catch(() => undefined);
        }
        for (const sku of ['a', 'b', 'c']) {
          const sold = [...reservations.rows.values()]
            .filter(({ state }) => state === 'committed')
            .flatMap((row) => row.lines.filter((line) => line.sku === sku))
            .reduce((sum, { quantity }) => sum + quantity, 0);
          expect(stock.state(sku)).to.deep.include({ onHand: 5 - sold, reserved: 0, reservations: {} });
        }
      }),
    );
  });
});
