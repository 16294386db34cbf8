import { appToken, listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { retry } from '../commands/retry.ts';
import { envelope, startPayments, tokenOf } from './adapters/fixtures.ts';
import type { RunningPayments } from './adapters/fixtures.ts';

describe('payments that are stuck', () => {
  let service: RunningPayments;
  let server: Listening;
  /** Whether the provider refuses to undo. */
  let refuses: boolean;
  const staff = tokenOf(v7(), ['staff']);

  beforeEach(async () => {
    refuses = true;
    const refused = { outcome: 'refused', reason: 'charge_disputed', again: false } as const;
    service = await startPayments({
      provider: (sandbox) => ({
        ...sandbox,
        refund: (request) => (refuses ? Promise.resolve(refused) : sandbox.refund(request)),
        void: (request) => (refuses ? Promise.resolve(refused) : sandbox.void(request)),
      }),
    });
    server = await listen(service.kernel, service.app);
  });
  afterEach(async () => {
    await server.close();
    await service.close();
  });

  async function ended(after: 'authorized' | 'captured', state: 'void_stuck' | 'refund_stuck'): Promise<string> {
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    if (after === 'captured') {
      await service.tell(orderId, { signal: 'confirmed' });
      await service.run(orderId, 'captured');
    }
    await service.tell(orderId, { signal: 'ended' });
    await service.run(orderId, state);
    return orderId;
  }
  const heldAndStuck = () => ended('authorized', 'void_stuck');
  const takenAndStuck = () => ended('captured', 'refund_stuck');
  async function ask(method: string, path: string, token = staff) {
    const response = await fetch(`${server.url}/api/payments${path}`, { method, headers: { authorization: `Bearer ${token}` } });
    const body = (await response.json()) as {
      code: string;
      state: string;
      items: { orderId: string; state: string }[];
      nextCursor: string | null;
    };
    return { status: response.status, body };
  }
  const givesBack = async (orderId: string) => (await service.payments.balances(orderId)).filter(({ amount }) => amount !== 0).length === 0;

  it('are told: the refund that failed by an event, all of them by a metric', async () => {
    const orderId = await takenAndStuck();
    await heldAndStuck();
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured', 'RefundFailed']);
    expect(await service.kernel.metrics.metrics()).to.match(/payments_stuck\b.* 2$/m);
  });

  it('are listed for support, the oldest first, page by page', async () => {
    const orders = [await heldAndStuck(), await takenAndStuck(), await takenAndStuck()];
    const support = tokenOf(v7(), ['support']);
    const first = await ask('GET', '/stuck?limit=2', support);
    const second = await ask('GET', `/stuck?limit=2&cursor=${String(first.body.nextCursor)}`, support);
    expect([...first.body.items, ...second.body.items].map(({ orderId }) => orderId)).to.deep.equal(orders);
    expect([first.body.items[0]!.state, second.body.nextCursor]).to.deep.equal(['void_stuck', null]);
    const invented = [
      ['x', v7()],
      ['2026-01-01T00:00:00Z', 'y'],
    ].map((place) => Buffer.from(JSON.stringify(place)).toString('base64url'));
    for (const cursor of ['x', ...invented]) expect((await ask('GET', `/stuck?cursor=${cursor}`)).status, cursor).to.equal(400);
    expect((await ask('GET', '/stuck', tokenOf(v7()))).status).to.equal(403);
  });

  for (const [stuck, begin, end] of [
    ['a hold', heldAndStuck, 'voided'],
    ['a refund', takenAndStuck, 'refunded'],
  ] as const) {
    it(`are tried again by staff: ${stuck}`, async () => {
      const orderId = await begin();
      const path = `/orders/${orderId}/retry`;
      expect((await ask('POST', path)).status).to.equal(202);
      await service.run(orderId, stuck === 'a hold' ? 'void_stuck' : 'refund_stuck'); // it is refused again
      refuses = false;
      expect((await ask('POST', path)).body.state).to.equal(stuck === 'a hold' ? 'voiding' : 'refunding');
      await service.settled(orderId, end);
      expect(await givesBack(orderId)).to.equal(true);
      expect(await ask('POST', path)).to.have.nested.property('body.code', 'not_stuck');
      expect((await service.movements(orderId)).at(-1)).to.equal(stuck === 'a hold' ? 'void' : 'refund');
    });
  }

  it('are tried again by nobody else, and only where there is a payment', async () => {
    const orderId = await takenAndStuck();
    for (const roles of [['customer'], ['support']]) {
      expect((await ask('POST', `/orders/${orderId}/retry`, tokenOf(v7(), roles))).status).to.equal(403);
    }
    expect((await ask('POST', `/orders/${v7()}/retry`)).status).to.equal(404);
    expect((await ask('POST', '/orders/x/retry')).status).to.equal(400);
  });

  it('are given back as orders asks for it anew, in parts too, and never more than was taken', async () => {
    const orderId = await takenAndStuck();
    refuses = false;
    const wish = (version: number, amount: number) =>
      envelope(orderId, version, 'OrderRefundRequested', { refundId: v7(), amount, currency: 'USD', reason: 'staff' });
    const deliver = (...events: object[]) =>
      fetch(`${server.url}/events/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'dapr-api-token': appToken },
        body: JSON.stringify({ entries: events.map((event, index) => ({ entryId: String(index), event })) }),
      });
    await deliver(wish(1, 1124), wish(2, 10_000), wish(3, 1));
    await service.settled(orderId, 'refunded');
    expect(await givesBack(orderId)).to.equal(true);
    const { RefundFailed, Refunded } = Object.groupBy(await service.events(orderId), (type) => type);
    expect([RefundFailed?.length, Refunded?.length]).to.deep.equal([2, 2]);
  });

  it('are learnt to be settled from the provider, in parts too, where a person gives back there', async () => {
    const orderId = await takenAndStuck();
    const byHand = (amount: number) =>
      service.sandbox.refund({ orderId, amount, currency: 'USD', key: v7(), reference: null, refundId: v7() });
    const told = async () => {
      service.worker.start(...(await service.payments.notice({ provider: 'sandbox', eventId: v7(), about: { orderId } })));
    };
    await byHand(1124);
    await told();
    await until('it was learnt', async () => (await service.payments.find(orderId))?.refunded === 1124);
    expect(await service.stateOf(orderId)).to.equal('refund_stuck');
    await byHand(10_000);
    await told();
    await service.settled(orderId, 'refunded');
    expect(await givesBack(orderId)).to.equal(true);
  });

  it('are listed and tried again by a command', async () => {
    const command = async (...words: string[]) => {
      const lines: string[] = [];
      const context = { url: server.url, token: () => Promise.resolve(staff), print: (line: string) => lines.push(line) };
      return { code: await retry(words, context), lines };
    };
    expect(await command()).to.deep.equal({ code: 0, lines: ['✔ no payment is stuck'] });
    const [held, taken] = [await heldAndStuck(), await takenAndStuck()];
    const { lines } = await command();
    expect(lines[0]).to.match(new RegExp(`^${held}  void_stuck  sandbox  charge_disputed  since 2`));
    expect(lines.at(-1)).to.equal('2 stuck: try again by their ids, or --all');
    refuses = false;
    expect(await command(held)).to.deep.equal({ code: 0, lines: [`✔ ${held}  is tried again`] });
    await service.settled(held, 'voided');
    expect((await command(held)).code).to.equal(1);
    expect((await command('--all')).lines).to.deep.equal([`✔ ${taken}  is tried again`]);
    await service.settled(taken, 'refunded');
    expect((await command('--what')).code).to.equal(2);
    expect((await command('--all', held)).code).to.equal(2);
  });
});
