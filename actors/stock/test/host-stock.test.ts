import { actorClient } from '@cartwright/actor-host/client';
import { ActorHost } from '@cartwright/actor-host/host';
import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { expect } from 'chai';
import { hostStock, snapshotKey } from '../host-stock.ts';
import type { StockCommand } from '../rules.ts';
import { StockActor } from '../stock-actor.ts';
import type { StockState } from '../state.ts';
import { JournalForTests } from './journal-for-tests.ts';

const sku = 'LAMP';
const orders = ['0190a0a0-0000-7000-8000-000000000001', '0190a0a0-0000-7000-8000-000000000002'] as const;
const set = (onHand: number, id = 'set'): StockCommand => ({ id, type: 'set', onHand, reason: 'count' });
const reserve = (orderId: string, quantity: number): StockCommand => ({ id: `reserve:${orderId}`, type: 'reserve', orderId, quantity });

describe('The Stock actor', () => {
  let journal: JournalForTests;
  let api: ActorApiForTests;
  let snapshots: StockState[];
  let saving: () => Promise<void>;

  beforeEach(() => {
    journal = new JournalForTests();
    api = new ActorApiForTests();
    snapshots = [];
    saving = () => Promise.resolve();
  });

  /** An activation in a process of its own: nothing is shared but the journal and the store. */
  function activation(snapshotEvery = 2) {
    const saveSnapshot = async (_sku: string, state: StockState): Promise<void> => {
      await saving();
      snapshots.push(state);
      await api.saveState('Stock', sku, [{ operation: 'upsert', request: { key: snapshotKey, value: state } }]);
    };
    const host = new ActorHost(api, createLogger('test', 'silent'), [hostStock({ journal, saveSnapshot, snapshotEvery })]);
    const client = actorClient({ actors: { invoke: (type, id, method, input) => host.call(type, id, method, input) } }, StockActor, sku);
    return async (...commands: StockCommand[]) => (await client.decide({ commands: commands })).answers;
  }

  it('decides a batch in one turn and appends it at once', async () => {
    const decide = activation();
    const answers = await decide(set(10), reserve(orders[0], 4), reserve(orders[1], 7));
    expect(answers.map(({ ok }) => ok)).to.deep.equal([true, true, false]);
    expect(journal.movements.map(({ type }) => type)).to.deep.equal(['set', 'reserved']);
  });

  it('fences an activation that is behind: two live at once, and the last unit is sold once', async () => {
    const [one, other] = [activation(), activation()];
    await one(set(1));
    await other(set(1)); // both know the stock now
    const [[first], [second]] = await Promise.all([one(reserve(orders[0], 1)), other(reserve(orders[1], 1))]);
    expect([first?.ok, second?.ok].filter(Boolean)).to.have.length(1);
    expect(journal.movements.at(-1)).to.include({ reserved: 1, onHand: 1 });
    expect(journal.movements.filter(({ type }) => type === 'reserved')).to.have.length(1);
  });

  it('decides again when another was first between its decision and its append', async () => {
    const [one, other] = [activation(), activation()];
    await one(set(5));
    journal.beforeAppend = async () => {
      await other(reserve(orders[1], 4));
    };
    const [answer] = await one(reserve(orders[0], 3));
    expect(answer).to.include({ ok: false, refused: 'insufficient', reserved: 4 });
    expect(journal.movements).to.have.length(2);
  });

  it('refuses nothing on old knowledge: it reads the journal before it says no', async () => {
    const [one, other] = [activation(), activation()];
    await one(set(1));
    await other(set(100, 'restock'));
    const [answer] = await one(reserve(orders[0], 50));
    expect(answer).to.include({ ok: true, onHand: 100, reserved: 50 });
  });

  it('answers as recorded when another activation does the same command at the same time', async () => {
    const [one, other] = [activation(), activation()];
    await one(set(5), reserve(orders[0], 5));
    await other(set(5));
    const commit: StockCommand = { id: 'commit', type: 'commit', orderId: orders[0] };
    let [twin]: readonly unknown[] = [];
    journal.afterOfCommands = async () => {
      [twin] = await other(commit);
    };
    expect((await one({ id: 'y', type: 'release', orderId: orders[1] }, commit))[1]).to.deep.equal(twin);
  });

  it('answers a command that comes again as before, also from a new activation', async () => {
    const first = await activation()(set(5), reserve(orders[0], 5));
    await activation()({ id: 'commit', type: 'commit', orderId: orders[0] });
    expect(await activation()(set(5), reserve(orders[0], 5))).to.deep.equal(first);
    expect(journal.movements).to.have.length(3);
  });

  it('begins from its snapshot and the movements after it', async () => {
    const one = activation(2);
    await one(set(10), reserve(orders[0], 1)); // the snapshot
    await one(reserve(orders[1], 2));
    expect(snapshots).to.have.length(1);
    const [answer] = await activation()({ id: 'commit', type: 'commit', orderId: orders[0] });
    expect(answer).to.include({ ok: true, onHand: 9, reserved: 2, version: 4 });
  });

  it('goes on when a snapshot cannot be kept', async () => {
    saving = () => Promise.reject(new Error('store away'));
    const one = activation(1);
    await one(set(10));
    expect((await one(reserve(orders[0], 1)))[0]).to.include({ ok: true });
  });

  it('gives up, with nothing done, when others are always first', async () => {
    const one = activation();
    journal.append = () => Promise.resolve(false);
    const error = await one(set(1)).catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('could not be changed');
  });
});
