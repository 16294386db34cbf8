import { actorClient } from '@cartwright/actor-host/client';
import { ActorHost } from '@cartwright/actor-host/host';
import { LateReminders } from '@cartwright/actor-host/late-reminders';
import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import { CartActor } from '@cartwright/cart/cart-actor';
import { hostCart } from '@cartwright/cart/host-cart';
import type { CartLine } from '@cartwright/cart/state';
import { Problem } from '@cartwright/kernel/http/problem';
import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { expect } from 'chai';
import { v7 } from 'uuid';
import type { Carts } from '../../ports.ts';
import { mergeCarts } from '../../routes/merge-carts.ts';

type Cart = ReturnType<Carts['cart']>;

const line = (sku: string, quantity: number): CartLine => ({ sku, title: sku, quantity, unitPrice: 100 });

describe('Merging carts', () => {
  let reminders: LateReminders;
  let mine: Cart;
  let guests: Cart;
  /** No order was ever placed under the id of a merge: it is void as soon as somebody asks. */
  const orders = { void: () => Promise.resolve(true) };

  beforeEach(async () => {
    const api = new ActorApiForTests();
    const log = createLogger('test', 'silent');
    reminders = new LateReminders(api, log, { everyMs: 3_600_000 });
    let clock = Date.parse('2026-01-01T00:00:00Z');
    const now = () => new Date(clock++);
    const host = new ActorHost(api, log, [hostCart({ reminders, now, publishAbandoned: () => Promise.resolve() })]);
    api.host = (...call) => host.call(...call);
    [mine, guests] = [actorClient({ actors: api }, CartActor, v7()), actorClient({ actors: api }, CartActor, v7())];
    await mine.create({ currency: 'USD', ownerId: v7(), lines: [line('A', 1)] });
    await guests.create({ currency: 'USD', ownerId: null, lines: [line('A', 2), line('B', 1)] });
  });
  afterEach(() => reminders.close());

  const linesOf = async (cart: Cart) => (await cart.view(null))?.lines.map(({ sku, quantity }) => `${String(quantity)} ${sku}`);
  const died = () => Promise.reject(new Error('died'));

  it('takes all lines over and leaves the other cart empty and open', async () => {
    expect((await mergeCarts(orders, mine, guests)).lines).to.have.length(2);
    expect(await linesOf(mine)).to.deep.equal(['3 A', '1 B']);
    expect(await guests.view(null)).to.deep.include({ lines: [], orderId: null });
  });

  it('does so once, also when it is asked for many times at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => mergeCarts(orders, mine, guests)));
    expect(await linesOf(mine)).to.deep.equal(['3 A', '1 B']);
    expect(await linesOf(guests)).to.deep.equal([]);
  });

  it('goes on where a process died before the lines were taken, and takes nothing twice where it died after', async () => {
    const dying = { ...mine, merge: () => new Promise<never>(() => undefined) };
    const seal: Cart['seal'] = async (input) => {
      const sealed = await guests.seal(input);
      resume();
      return sealed;
    };
    let resume: () => void = () => undefined;
    const isSealed = new Promise<void>((done) => (resume = done));
    void mergeCarts(orders, dying, { ...guests, seal });
    await isSealed;
    const taken = await mergeCarts(orders, mine, { ...guests, handOver: died }).catch((error: unknown) => error);
    expect(taken).to.have.property('message', 'died');
    expect(await linesOf(mine)).to.deep.equal(['3 A', '1 B']);
    await mergeCarts(orders, mine, guests);
    expect(await linesOf(mine)).to.deep.equal(['3 A', '1 B']);
    expect(await linesOf(guests)).to.deep.equal([]);
  });

  it('takes what was put in after it had been emptied by another request that began at the same time', async () => {
    const seal: Cart['seal'] = async (input) => {
      await mergeCarts(orders, mine, guests);
      await guests.add({ line: line('C', 1), currency: 'USD' });
      return guests.seal(input);
    };
    let slept = false;
    const once: Cart['seal'] = (input) => {
      if (slept) return guests.seal(input);
      slept = true;
      return seal(input);
    };
    await mergeCarts(orders, mine, { ...guests, seal: once });
    expect(await linesOf(mine)).to.deep.equal(['3 A', '1 B', '1 C']);
  });

  it('leaves a cart that belongs to an order alone', async () => {
    await guests.seal({ orderId: v7() });
    const refused = await mergeCarts(orders, mine, guests).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Problem).and.to.have.nested.property('parts.code', 'cart_sealed');
    expect(await linesOf(mine)).to.deep.equal(['1 A']);
  });
});
