import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import { SidecarUnavailable } from '@cartwright/kernel/dapr/errors';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { EventSubscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import { bulk, envelope } from '@cartwright/kernel/test/messaging/fixtures';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { startRestocking } from '../../adapters/returned-goods.ts';
import { stockLevels } from '../../adapters/stock-levels.ts';
import { stockTurns } from '../../adapters/stock-turns.ts';
import { orderEvents } from '../../handlers/order-events.ts';
import { inventoryDatabase, newSku, quiet, stockActors, stockUp } from '../inventory-for-tests.ts';

/** The sidecar's actor API. `after` runs when a turn was taken, before its answer comes. */
class Watched extends ActorApiForTests {
  after: (() => Promise<void>) | undefined;

  override async invoke(...call: Parameters<ActorApiForTests['invoke']>): Promise<unknown> {
    const answer = await super.invoke(...call);
    await this.after?.();
    return answer;
  }
}

describe('Goods that came back', () => {
  let database: Database;
  let end: () => Promise<void>;
  let api: Watched;
  let restocking: ReturnType<typeof startRestocking>;
  let events: EventSubscription;
  let sku: string;

  before(async () => {
    ({ database, end } = await inventoryDatabase());
    api = new Watched();
    const turns = stockTurns({ actors: stockActors(database, api) }, () => Promise.resolve());
    restocking = startRestocking({ log: quiet }, database, turns, 3_600_000);
    events = subscription({ topic: 'orders', database, handlers: orderEvents(() => undefined, restocking) });
  });
  after(async () => {
    await restocking.stop();
    await end();
  });
  beforeEach(async () => {
    api.after = undefined;
    sku = newSku();
    await stockUp(stockTurns({ actors: stockActors(database, new ActorApiForTests()) }), sku, 5);
  });

  const returned = (quantity: number, restock = true) => {
    const orderId = v7();
    const data = { orderId, returnId: v7(), lines: [{ sku, quantity }], restock };
    return envelope({ id: orderId, type: 'OrderReturned', data });
  };
  const receive = async (...all: object[]) => (await events.receive(bulk(...all))).statuses.map(({ status }) => status);
  const onHand = async () => (await stockLevels(database).of([sku]))[0]?.onHand;
  const open = async () => (await database.sql(`select 1 from returned_goods where state = 'open'`)).length;
  async function settled(): Promise<void> {
    while ((await open()) > 0) {
      await database.sql('update returned_goods set leased_until = null');
      await restocking.sweep();
    }
  }

  it('are in stock once, however often the event comes', async () => {
    const event = returned(2);
    expect(await receive(event)).to.deep.equal(['SUCCESS']);
    const again = { ...event, id: v7(), aggregateversion: 2 };
    expect(await receive(event, again)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    await settled();
    expect(await onHand()).to.equal(7);
    const [last] = await stockLevels(database).movements(sku, 1);
    expect(last).to.include({ type: 'restocked', onHandDelta: 2 });
  });

  it('or that were sold and never sent are in stock once', async () => {
    const orderId = v7();
    const data = { orderId, cancellationId: v7(), lines: [{ sku, quantity: 2 }], reason: 'customer' };
    const event = envelope({ id: orderId, type: 'OrderRestCancelled', data });
    expect(await receive(event, { ...event, id: v7(), aggregateversion: 2 })).to.deep.equal(['SUCCESS', 'SUCCESS']);
    await settled();
    expect(await onHand()).to.equal(7);
    const [last] = await stockLevels(database).movements(sku, 1);
    expect(last).to.include({ type: 'restocked', onHandDelta: 2, orderId });
  });

  it('stay out of stock where they cannot be sold again', async () => {
    expect(await receive(returned(2, false))).to.deep.equal(['SUCCESS']);
    await settled();
    expect(await onHand()).to.equal(5);
  });

  it('are in stock once when the service dies between the turn and its note, and while another resumes it', async () => {
    let deaths = 0;
    api.after = () => (++deaths <= 2 ? Promise.reject(new Error('killed')) : Promise.resolve());
    await receive(returned(3));
    await database.sql('update returned_goods set leased_until = null');
    await Promise.all([restocking.sweep(), restocking.sweep(), settled()]);
    await settled();
    expect(deaths).to.be.greaterThan(2);
    expect(await onHand()).to.equal(8);
  });

  it('wait while the actor cannot be reached', async () => {
    api.after = () => Promise.reject(new SidecarUnavailable('away'));
    await receive(returned(1));
    await restocking.sweep();
    expect(await open()).to.equal(1);
    api.after = undefined;
    await settled();
    expect(await onHand()).to.equal(6);
  });
});
