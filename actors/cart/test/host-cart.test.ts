import { randomUUID } from 'node:crypto';
import { ActorError } from '@cartwright/actor-host/actor-error';
import { actorClient } from '@cartwright/actor-host/client';
import { ActorHost } from '@cartwright/actor-host/host';
import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import { LateReminders } from '@cartwright/actor-host/late-reminders';
import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { expect } from 'chai';
import { CartActor } from '../cart-actor.ts';
import { hostCart } from '../host-cart.ts';
import type { CartState } from '../state.ts';

const id = '0190a0a0-0000-7000-8000-000000000001';
const order = '0190a0a0-0000-7000-8000-000000000002';
const line = { sku: 'A', title: 'A', quantity: 1, unitPrice: 100 };

describe('The Cart actor', () => {
  let api: ActorApiForTests;
  let host: ActorHost;
  let published: CartState[];
  let clock: number;
  let publishing: () => Promise<void>;
  let reminders: LateReminders;

  beforeEach(() => {
    api = new ActorApiForTests();
    published = [];
    clock = Date.parse('2026-01-01T00:00:00Z');
    publishing = () => Promise.resolve();
    reminders = new LateReminders(api, createLogger('test', 'silent'), { everyMs: 3_600_000 });
    const cart = hostCart({
      reminders,
      now: () => new Date(clock),
      idleMs: 1000,
      publishAbandoned: async (state) => {
        await publishing();
        published.push(state);
      },
    });
    host = new ActorHost(api, createLogger('test', 'silent'), [cart]);
    api.host = (...call) => host.call(...call);
  });

  afterEach(() => reminders.close());

  /** What was armed until now, as the scheduler has it half a minute later. */
  const inAWhile = () => reminders.sweep(Infinity);

  const client = () => actorClient({ actors: api }, CartActor, id);
  const create = () => client().create({ currency: 'USD', ownerId: null, lines: [] });

  it('keeps everything in one key, and arms its reminder when it is made', async () => {
    await create();
    await client().add({ line, currency: 'USD' });
    await client().change({ sku: 'A', quantity: 5 });
    await client().setCoupon({ coupon: 'TEN' });
    expect([...api.store.keys()]).to.deep.equal([`Cart/${id}/cart`]);
    await inAWhile();
    expect(api.reminders.get(`Cart/${id}/idle`)).to.deep.equal({ dueTime: '1000ms', period: '1000ms' });
    expect(await client().view(null)).to.deep.include({ coupon: 'TEN', lines: [{ ...line, quantity: 5 }] });
  });

  it('answers null for a cart that was never made, and refuses to fill it', async () => {
    expect(await client().view(null)).to.equal(null);
    const error = await client()
      .add({ line, currency: 'USD' })
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ActorError).and.to.include({ code: 'cart_not_found' });
  });

  it('does every command of its contract', async () => {
    await create();
    await client().merge({ mergeId: randomUUID(), lines: [line, { ...line, sku: 'B' }], currency: 'USD', coupon: null });
    await client().reprice({ prices: [{ sku: 'A', title: 'A2', unitPrice: 90 }] });
    await client().remove({ sku: 'B' });
    await client().claim({ ownerId: order });
    expect((await client().seal({ orderId: order })).orderId).to.equal(order);
    const cart = await client().unseal({ orderId: order });
    expect(cart).to.deep.include({ orderId: null, ownerId: order, lines: [{ sku: 'A', title: 'A2', quantity: 1, unitPrice: 90 }] });
  });

  it('writes nothing when nothing changes', async () => {
    await create();
    const saves = api.saves.length;
    await client().setCoupon({ coupon: null });
    expect(api.saves).to.have.length(saves);
  });

  it('publishes once that it was left, and again only after it was touched and left again', async () => {
    await create();
    await client().add({ line, currency: 'USD' });
    await host.remind('Cart', id, 'idle', undefined);
    expect(published, 'not yet').to.have.length(0);
    clock += 1000;
    await host.remind('Cart', id, 'idle', undefined);
    await host.remind('Cart', id, 'idle', undefined);
    expect(published).to.have.length(1);
    await client().change({ sku: 'A', quantity: 2 });
    clock += 1000;
    await host.remind('Cart', id, 'idle', undefined);
    expect(published).to.have.length(2);
  });

  it('ends its reminder once it was told that it was left, and arms it again when somebody comes back', async () => {
    await create();
    await client().add({ line, currency: 'USD' });
    await inAWhile();
    clock += 1000;
    await host.remind('Cart', id, 'idle', undefined);
    expect(api.reminders.size, 'the mark may not be written yet').to.equal(1);
    await host.remind('Cart', id, 'idle', undefined);
    expect(api.reminders.size).to.equal(0);
    await client().change({ sku: 'A', quantity: 2 });
    await inAWhile();
    expect(api.reminders.size).to.equal(1);
  });

  it('ends its reminder when it is empty and nobody comes, and arms it again when somebody does', async () => {
    await create();
    await inAWhile();
    clock += 1000;
    await host.remind('Cart', id, 'idle', undefined);
    expect(api.reminders.size).to.equal(0);
    await client().add({ line, currency: 'USD' });
    await inAWhile();
    expect(api.reminders.size).to.equal(1);
    expect(published).to.have.length(0);
  });

  it('arms its reminder again when it is opened again', async () => {
    await create();
    await client().add({ line, currency: 'USD' });
    await client().seal({ orderId: order });
    await host.remind('Cart', id, 'idle', undefined);
    await client().unseal({ orderId: order });
    await inAWhile();
    expect(api.reminders.size).to.equal(1);
  });

  it('asks the scheduler once for many changes', async () => {
    await create();
    await inAWhile();
    api.reminders.clear();
    for (let quantity = 1; quantity < 5; quantity++) await client().add({ line, currency: 'USD' });
    await inAWhile();
    expect(api.reminders.size).to.equal(0);
  });

  it('publishes the same again when it could not mark it, so that nothing is lost', async () => {
    await create();
    await client().add({ line, currency: 'USD' });
    clock += 1000;
    api.failNextSave = new Error('store away');
    expect(await host.remind('Cart', id, 'idle', undefined).catch(() => 'failed')).to.equal('failed');
    await host.remind('Cart', id, 'idle', undefined);
    expect(published.map(({ changedAt }) => changedAt)).to.have.length(2);
    expect(new Set(published.map(({ changedAt }) => changedAt)).size).to.equal(1);
  });

  it('stays unmarked while publishing fails', async () => {
    await create();
    await client().add({ line, currency: 'USD' });
    clock += 1000;
    publishing = () => Promise.reject(new Error('database away'));
    await host.remind('Cart', id, 'idle', undefined).catch(() => undefined);
    expect((await client().view(null))?.abandonedAt).to.equal(null);
  });

  it('ends its reminder once it is sealed', async () => {
    await create();
    await client().add({ line, currency: 'USD' });
    await inAWhile();
    await client().seal({ orderId: order });
    await host.remind('Cart', id, 'idle', undefined);
    expect(api.reminders.size).to.equal(0);
    expect(published).to.have.length(0);
  });

  it('never asks the scheduler for a cart that is ordered at once', async () => {
    await create();
    await client().add({ line, currency: 'USD' });
    await client().seal({ orderId: order });
    await inAWhile();
    expect(api.reminders.size).to.equal(0);
  });

  it('arms its reminder with the next change where a process died with it', async () => {
    await create();
    reminders.cancel('Cart', id, 'idle');
    host.forgetAll();
    await client().view(null);
    await inAWhile();
    expect(api.reminders.size).to.equal(0);
    await client().add({ line, currency: 'USD' });
    await inAWhile();
    expect(api.reminders.size).to.equal(1);
  });
});
