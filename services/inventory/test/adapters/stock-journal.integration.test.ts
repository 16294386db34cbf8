import { ActorHost } from '@cartwright/actor-host/host';
import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import type { Database } from '@cartwright/kernel/postgres/database';
import { hostStock } from '@cartwright/stock/host-stock';
import type { StockJournal } from '@cartwright/stock/journal';
import type { StockAnswer, StockCommand } from '@cartwright/stock/rules';
import type { Movement } from '@cartwright/stock/state';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { stockJournal } from '../../adapters/stock-journal.ts';
import { stockLevels } from '../../adapters/stock-levels.ts';
import { inventoryDatabase, newSku, quiet, stockUp, turnsOf } from '../inventory-for-tests.ts';

const movement = (version: number, commandId = `c${String(version)}`): Movement => ({
  version,
  commandId,
  type: 'set',
  onHandDelta: 1,
  reservedDelta: 0,
  onHand: version,
  reserved: 0,
  backorder: 0,
  lowBelow: null,
  low: true,
  alerts: 0,
  wentBelow: null,
  cameBack: false,
  orderId: null,
  reason: 'count',
  author: null,
});

describe('The journal of stock on Postgres', () => {
  let database: Database;
  let end: () => Promise<void>;
  let journal: StockJournal;
  let sku: string;

  before(async () => {
    ({ database, end } = await inventoryDatabase());
    journal = stockJournal(database);
  });
  after(() => end());
  beforeEach(() => {
    sku = newSku();
  });

  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('keeps movements with their events, in one statement', async () => {
    expect(await journal.append(sku, [movement(1), movement(2)])).to.equal(true);
    expect(await journal.since(sku, 0)).to.deep.equal([movement(1), movement(2)]);
    expect(await journal.since(sku, 1)).to.deep.equal([movement(2)]);
    const events = await database.sql(
      'select type, aggregate_type, aggregate_version::int as version, data from outbox where aggregate_id = ? order by position',
      [sku],
    );
    expect(events).to.deep.equal(
      [1, 2].map((version) => ({
        type: 'StockUpdated',
        aggregate_type: 'sku',
        version,
        data: { sku, onHand: version, reserved: 0, available: version, reason: 'count' },
      })),
    );
  });

  it('refuses a version or a command that is there, with nothing done', async () => {
    await journal.append(sku, [movement(1)]);
    expect(await journal.append(sku, [movement(1, 'another')])).to.equal(false);
    expect(await journal.append(sku, [movement(2, 'new'), movement(3, 'c1')])).to.equal(false);
    expect(await journal.since(sku, 0)).to.have.length(1);
    expect(await database.sql('select 1 from outbox where aggregate_id = ?', [sku])).to.have.length(1);
  });

  it('finds movements by their commands', async () => {
    await journal.append(sku, [movement(1), movement(2)]);
    expect(await journal.ofCommands(sku, ['c2', 'c9'])).to.deep.equal([movement(2)]);
    expect(await journal.ofCommands(sku, [])).to.deep.equal([]);
  });

  it('is append-only in the database itself', async () => {
    await journal.append(sku, [movement(1)]);
    for (const statement of ['update stock_movements set on_hand = 5', 'delete from stock_movements', 'truncate stock_movements'])
      expect(String(await failureOf(database.sql(statement))), statement).to.include('append-only');
    expect(await journal.since(sku, 0)).to.deep.equal([movement(1)]);
  });

  it('takes no movement that would hold more than there is', async () => {
    for (const wrong of [{ ...movement(1), reserved: 2 }, { ...movement(1), onHand: -1, reserved: -1 }, { ...movement(0) }])
      expect(await failureOf(journal.append(sku, [wrong])), JSON.stringify(wrong)).to.be.an('error');
    expect(await journal.since(sku, 0)).to.deep.equal([]);
  });

  it('takes a movement that promises more than there is only within the limit', async () => {
    const promised = { ...movement(1), onHand: -2, reserved: 1, backorder: 3 };
    expect(await failureOf(journal.append(sku, [{ ...promised, backorder: 2 }]))).to.be.an('error');
    expect(await failureOf(journal.append(sku, [{ ...promised, backorder: -1, onHand: 5 }]))).to.be.an('error');
    expect(await journal.append(sku, [promised])).to.equal(true);
    const [level] = await stockLevels(database).of([sku]);
    expect(level).to.include({ onHand: -2, reserved: 1, backorder: 3 });
    const now = new Date(Date.now() + 1000).toISOString();
    expect(await stockLevels(database).availability([sku], now)).to.deep.equal([{ sku, available: 0, availableThen: 0 }]);
  });

  it('tells of few units in the statement of the movement that made them few, or not at all', async () => {
    const few = (version: number, alerts: number) => ({ ...movement(version), alerts, wentBelow: 5 });
    await journal.append(sku, [movement(1), few(2, 1), movement(3), few(4, 2)]);
    const told = () =>
      database.sql(`select aggregate_version::int as version, data from outbox where aggregate_type = 'stock_alert' and aggregate_id = ?`, [
        sku,
      ]);
    const alerts = [
      { version: 1, data: { sku, available: 2, threshold: 5 } },
      { version: 2, data: { sku, available: 4, threshold: 5 } },
    ];
    expect(await told()).to.deep.equal(alerts);
    expect(await journal.append(sku, [few(4, 3)]), 'fenced').to.equal(false);
    expect(await told()).to.deep.equal(alerts);
  });

  it('tells that a SKU can be bought again, counted with its other alerts without holes', async () => {
    const back = { ...movement(2), alerts: 1, cameBack: true };
    const both = { ...movement(3), alerts: 3, wentBelow: 5, cameBack: true };
    await journal.append(sku, [movement(1), back, both]);
    expect(await journal.since(sku, 1)).to.deep.equal([back, both]);
    const told = await database.sql(
      `select type, aggregate_version::int as version, data->>'available' as available from outbox
       where aggregate_type = 'stock_alert' and aggregate_id = ? order by position`,
      [sku],
    );
    expect(told).to.deep.equal([
      { type: 'BackInStock', version: 1, available: '2' },
      { type: 'StockLow', version: 2, available: '3' },
      { type: 'BackInStock', version: 3, available: '3' },
    ]);
  });

  /** An activation in a process of its own: it shares nothing with others but the database. */
  function activation(hooked: StockJournal = journal): (...commands: StockCommand[]) => Promise<readonly StockAnswer[]> {
    const stock = hostStock({ journal: hooked, saveSnapshot: () => Promise.resolve() });
    const host = new ActorHost(new ActorApiForTests(), quiet, [stock]);
    return async (...commands) => {
      const answer = (await host.call('Stock', sku, 'decide', { commands })) as { ok: { answers: StockAnswer[] } };
      return answer.ok.answers;
    };
  }
  const set = (onHand: number): StockCommand => ({ id: 'set', type: 'set', onHand, reason: 'count' });
  const reserve = (quantity = 1): StockCommand => ({ id: `r:${v7()}`, type: 'reserve', orderId: v7(), quantity });

  it('fences a stale activation: what it decided on old stock fails, and it decides again', async () => {
    const other = activation();
    let overtake: (() => Promise<unknown>) | undefined;
    const stale = activation({
      ...journal,
      append: async (...args) => {
        const hook = overtake;
        overtake = undefined;
        await hook?.(); // both live, and the other is first
        return journal.append(...args);
      },
    });
    await stale(set(1));
    overtake = () => other(reserve());
    const [answer] = await stale(reserve());
    expect(answer).to.include({ ok: false, refused: 'insufficient', onHand: 1, reserved: 1 });
    expect((await journal.since(sku, 0)).map(({ type }) => type)).to.deep.equal(['set', 'reserved']);
  });

  it('sells each unit once, however many activations live and compete', async () => {
    const activations = Array.from({ length: 4 }, () => activation());
    await activations[0]!(set(30));
    const commands = Array.from({ length: 60 }, () => reserve());
    const answers = await Promise.all(commands.map((command, index) => activations[index % 4]!(command)));
    expect(answers.filter(([answer]) => answer?.ok === true)).to.have.length(30);
    expect((await journal.since(sku, 0)).at(-1)).to.include({ onHand: 30, reserved: 30, version: 31 });
  });

  it('gives levels of many SKUs, and a page of movements, the newest first', async () => {
    const turns = turnsOf(database);
    const [one, two] = [newSku(), newSku()];
    await stockUp(turns, one, 3);
    await stockUp(turns, two, 4);
    await stockUp(turns, two, 6);
    const levels = stockLevels(database);
    expect(await levels.of([one, 'never', two])).to.have.deep.members([
      { sku: one, onHand: 3, reserved: 0, backorder: 0, lowBelow: null, version: 1 },
      { sku: two, onHand: 6, reserved: 0, backorder: 0, lowBelow: null, version: 2 },
    ]);
    expect(await levels.of([])).to.deep.equal([]);
    expect((await levels.movements(two, 10)).map(({ version, onHandDelta }) => [version, onHandDelta])).to.deep.equal([
      [2, 2],
      [1, 4],
    ]);
    expect((await levels.movements(two, 10, { before: 2 })).map(({ version }) => version)).to.deep.equal([1]);
  });
});
