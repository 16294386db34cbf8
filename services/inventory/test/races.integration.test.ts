import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import { bulk, envelope } from '@cartwright/kernel/test/messaging/fixtures';
import type { StockJournal } from '@cartwright/stock/journal';
import type { StockAnswer, StockCommand } from '@cartwright/stock/rules';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { releaseOrphans } from '../adapters/orphaned-units.ts';
import { reservationsIn } from '../adapters/reservations.ts';
import { startRestocking } from '../adapters/returned-goods.ts';
import { stockJournal } from '../adapters/stock-journal.ts';
import { stockLevels } from '../adapters/stock-levels.ts';
import { stockTurns } from '../adapters/stock-turns.ts';
import { orderEvents } from '../handlers/order-events.ts';
import { settleReservation } from '../handlers/settle-reservation.ts';
import type { ReservationLine } from '../domain/reservation.ts';
import { inventoryDatabase, newSku, quiet, stockActors, stockUp, turnsOf } from './inventory-for-tests.ts';

/** A process of inventory: it shares nothing with others but the database. The hooks run once each, to let others be first. */
class Process {
  /** Before the append of this number (from 0). */
  beforeAppend: ReadonlyMap<number, () => Promise<unknown> | undefined> = new Map();
  afterAppend: ReadonlyMap<number, () => Promise<unknown> | undefined> = new Map();
  readonly #api = new ActorApiForTests();
  readonly #database: Database;
  #appends = 0;

  constructor(database: Database) {
    this.#database = database;
    const journal = stockJournal(database);
    const hooked: StockJournal = {
      ...journal,
      append: async (...movements) => {
        const number = this.#appends++;
        await this.beforeAppend.get(number)?.();
        const done = await journal.append(...movements);
        await this.afterAppend.get(number)?.();
        return done;
      },
    };
    stockActors(database, this.#api, hooked);
  }

  /** Works on a reservation until it is settled. */
  settle(orderId: string): Promise<void> {
    const stock = stockTurns({ actors: this.#api });
    return settleReservation(orderId, { reservations: reservationsIn(this.#database), stock, patience: () => Promise.resolve() });
  }

  async decide(sku: string, command: StockCommand): Promise<StockAnswer> {
    return stockTurns({ actors: this.#api }).decide(sku, command);
  }
}

describe('What two do to stock at the same moment', () => {
  let database: Database;
  let end: () => Promise<void>;
  let one: Process;
  let other: Process;
  let sku: string;

  before(async () => {
    ({ database, end } = await inventoryDatabase());
  });
  after(() => end());
  beforeEach(async () => {
    one = new Process(database);
    other = new Process(database);
    sku = newSku();
    await stockUp(turnsOf(database), sku, 1);
  });

  async function placed(lines: readonly ReservationLine[]): Promise<string> {
    const orderId = v7();
    await database.sql(`insert into reservations (order_id, state, lines) values (?, 'reserving', ?::jsonb)`, [
      orderId,
      JSON.stringify(lines),
    ]);
    return orderId;
  }
  const stateOf = async (orderId: string) => (await reservationsIn(database).read(orderId))?.state;
  const levelOf = async (which = sku) => (await stockLevels(database).of([which]))[0];
  const eventsOf = async (orderId: string) =>
    (await database.sql<{ type: string }>('select type from outbox where aggregate_id = ? order by position', [orderId])).map(
      ({ type }) => type,
    );
  const typesOf = async (which = sku) => (await stockLevels(database).movements(which, 100)).map(({ type }) => type).toReversed();

  it('the last unit, wanted by two orders: one has it, the other is told that there is none', async () => {
    const [slow, quick] = [await placed([{ sku, quantity: 1 }]), await placed([{ sku, quantity: 1 }])];
    one.beforeAppend = new Map([[0, () => other.settle(quick)]]);
    await one.settle(slow);
    expect([await stateOf(slow), await stateOf(quick)]).to.deep.equal(['rejected', 'reserved']);
    expect([await eventsOf(slow), await eventsOf(quick)]).to.deep.equal([['StockRejected'], ['StockReserved']]);
    expect((await reservationsIn(database).read(slow))?.shortages).to.deep.equal([{ sku, requested: 1, available: 0 }]);
    expect(await levelOf()).to.include({ onHand: 1, reserved: 1 });
  });

  describe('two carts with the same two SKUs in opposite order, one unit of each: one gets both, the other nothing', () => {
    let second: string;
    let mine: string;
    let theirs: string;

    beforeEach(async () => {
      second = newSku();
      await stockUp(turnsOf(database), second, 1);
      const lines = [sku, second].map((which) => ({ sku: which, quantity: 1 }));
      [mine, theirs] = [await placed(lines), await placed(lines.toReversed())];
    });
    afterEach(async () => {
      expect([await stateOf(mine), await stateOf(theirs)].toSorted()).to.deep.equal(['rejected', 'reserved']);
      for (const which of [sku, second]) expect(await levelOf(which)).to.include({ onHand: 1, reserved: 1 });
    });

    for (const number of [0, 1]) {
      it(`where they meet before line ${String(number)} is held`, async () => {
        one.beforeAppend = new Map([[number, () => other.settle(theirs)]]);
        await one.settle(mine);
      });
      it(`where they meet when line ${String(number)} is held`, async () => {
        one.afterAppend = new Map([[number, () => other.settle(theirs)]]);
        await one.settle(mine);
      });
    }

    it('where each would hold its own first, and both ask for the other’s', async () => {
      const [holds, goesOn] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
      let rival: Promise<void> | undefined;
      other.afterAppend = new Map([
        [
          0,
          () => {
            holds.resolve(undefined);
            return goesOn.promise;
          },
        ],
      ]);
      one.afterAppend = new Map([[0, () => Promise.race([(rival = other.settle(theirs)), holds.promise])]]);
      one.beforeAppend = new Map([
        [
          1,
          () => {
            goesOn.resolve(undefined);
            return rival;
          },
        ],
      ]);
      await one.settle(mine);
    });
  });

  it('a worker that slept through its lease reserves after the release: the units are found and given back', async () => {
    const orderId = await placed([{ sku, quantity: 1 }]);
    const endsMeanwhile = async (): Promise<void> => {
      await database.sql(`update reservations set state = 'releasing', leased_until = now() - interval '1 second' where order_id = ?`, [
        orderId,
      ]);
      await other.settle(orderId);
      expect(await stateOf(orderId)).to.equal('released');
    };
    one.beforeAppend = new Map([[0, endsMeanwhile]]);
    await one.settle(orderId);
    expect([await stateOf(orderId), (await levelOf())?.reserved], 'held for nobody').to.deep.equal(['released', 1]);
    expect(await releaseOrphans(database, turnsOf(database), quiet)).to.equal(1);
    expect(await levelOf()).to.include({ onHand: 1, reserved: 0 });
    expect(await releaseOrphans(database, turnsOf(database), quiet)).to.equal(0);
    expect(await one.decide(sku, { id: `reserve:${orderId}`, type: 'reserve', orderId, quantity: 1 }), 'late again').to.include({
      ok: true,
    });
    expect(await levelOf(), 'and nothing is held').to.include({ reserved: 0 });
    expect(await eventsOf(orderId)).to.deep.equal(['StockReleased']);
  });

  it('units that are found are given back one by one: a turn that fails keeps none of the others', async () => {
    const skus = [newSku(), newSku()].toSorted();
    for (const which of skus) {
      await stockUp(turnsOf(database), which, 1);
      const orderId = await placed([]);
      await one.decide(which, { id: 'late', type: 'reserve', orderId, quantity: 1 });
      await database.sql(`update reservations set state = 'rejected' where order_id = ?`, [orderId]);
    }
    const failing = {
      decide: (which: string, command: StockCommand) =>
        which === skus[0] ? Promise.reject(new Error('away')) : other.decide(which, command),
    };
    const error: unknown = await releaseOrphans(database, failing, quiet).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('1 of 2 turns failed');
    expect([(await levelOf(skus[0]))?.reserved, (await levelOf(skus[1]))?.reserved]).to.deep.equal([1, 0]);
    expect(await releaseOrphans(database, other, quiet)).to.equal(1);
  });

  it('units that an order holds by right are not given back', async () => {
    const orderId = await placed([{ sku, quantity: 1 }]);
    await one.settle(orderId);
    expect(await releaseOrphans(database, turnsOf(database), quiet)).to.equal(0);
    expect(await levelOf()).to.include({ reserved: 1 });
  });

  describe('a Stock actor that is alive twice does a command once, though both decide it:', () => {
    const orderId = v7();
    const ofOrder: Record<string, StockCommand> = {
      reserve: { id: 'r', type: 'reserve', orderId, quantity: 2 },
      release: { id: 'l', type: 'release', orderId },
      commit: { id: 'c', type: 'commit', orderId },
      restock: { id: 'b', type: 'restock', orderId, quantity: 2 },
      adjust: { id: 'a', type: 'adjust', delta: 3, reason: 'found' },
    };
    const expected: Record<string, object> = {
      reserve: { onHand: 5, reserved: 2 },
      release: { onHand: 5, reserved: 0 },
      commit: { onHand: 3, reserved: 0 },
      restock: { onHand: 7, reserved: 0 },
      adjust: { onHand: 8, reserved: 0 },
    };
    for (const [name, command] of Object.entries(ofOrder)) {
      it(name, async () => {
        await stockUp(turnsOf(database), sku, 5);
        if (name === 'release' || name === 'commit') await turnsOf(database).decide(sku, ofOrder['reserve']!);
        const before = (await typesOf()).length;
        let twin: StockAnswer | undefined;
        one.beforeAppend = new Map([[0, async () => (twin = await other.decide(sku, command))]]);
        expect(await one.decide(sku, command)).to.deep.equal(twin);
        expect(await typesOf()).to.have.length(before + 1);
        expect(await levelOf()).to.include(expected[name]!);
      });
    }
  });

  it('a return delivered again while its turn is taken, and while another process resumes it: the goods come back once', async () => {
    const orderId = v7();
    const data = { orderId, returnId: v7(), lines: [{ sku, quantity: 2 }], restock: true };
    const event = envelope({ id: orderId, type: 'OrderReturned', data });
    const mine = startRestocking({ log: quiet }, database, one, 3_600_000);
    const theirs = startRestocking({ log: quiet }, database, other, 3_600_000);
    const deliver = async (to: typeof mine, body: object): Promise<void> => {
      const events = subscription({ topic: 'orders', database, handlers: orderEvents(() => undefined, to) });
      expect((await events.receive(bulk(body))).statuses.map(({ status }) => status)).to.deep.equal(['SUCCESS']);
    };
    let resumed = 0;
    one.beforeAppend = new Map([
      [
        0,
        async () => {
          await deliver(theirs, event);
          await deliver(theirs, { ...event, id: v7() });
          await database.sql('update returned_goods set leased_until = null where return_id = ?', [data.returnId]);
          resumed = await theirs.sweep();
        },
      ],
    ]);
    await deliver(mine, event);
    await mine.stop();
    await theirs.stop();
    expect(resumed).to.equal(1);
    expect(await levelOf()).to.include({ onHand: 3, reserved: 0 });
    expect(await typesOf()).to.deep.equal(['set', 'restocked']);
    expect(await database.sql('select state from returned_goods where return_id = ?', [data.returnId])).to.deep.equal([{ state: 'done' }]);
  });
});
