import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { ProviderUnavailable } from '../../ports.ts';
import type { PaymentProvider } from '../../ports.ts';
import { startPayments } from './fixtures.ts';
import type { RunningPayments } from './fixtures.ts';
import { gate } from './gate.ts';

describe('what happens to a payment at the same moment', () => {
  let service: RunningPayments;
  let after: Partial<Record<'authorise' | 'capture' | 'refund' | 'lookUp', () => Promise<void>>>;

  beforeEach(async () => {
    after = {};
    service = await startPayments({
      provider: (sandbox): PaymentProvider => ({
        ...sandbox,
        authorise: (request) => sandbox.authorise(request).finally(() => after.authorise?.()),
        capture: (request) => sandbox.capture(request).finally(() => after.capture?.()),
        refund: (request) => sandbox.refund(request).finally(() => after.refund?.()),
        lookUp: (request) => sandbox.lookUp(request).finally(() => after.lookUp?.()),
      }),
    });
  });
  afterEach(() => service.close());

  const free = (orderId: string) =>
    service.database.sql(`update attempts set due_at = now(), leased_until = null where order_id = ? and state = 'open'`, [orderId]);
  const webhook = (orderId: string) => service.payments.notice({ provider: 'sandbox', eventId: v7(), about: { orderId } });
  /** A hook that stops there once, and what it then does when it may go on. */
  function stopOnce(then: () => Promise<void> = () => Promise.resolve()) {
    const stop = gate();
    let stopped = false;
    const hook = async (): Promise<void> => {
      if (stopped) return;
      stopped = true;
      stop.reach();
      await stop.opened;
      await then();
    };
    return { ...stop, hook };
  }
  const noAnswer = () => Promise.reject(new ProviderUnavailable('no answer'));

  /** The last authorisation that may be tried: its time-out ends the payment. */
  async function lastTry(): Promise<string> {
    const orderId = await service.order();
    await service.database.sql('update attempts set tries = 2, leased_until = null where order_id = ?', [orderId]);
    return orderId;
  }
  async function captured(): Promise<string> {
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    await service.run(orderId, 'captured');
    return orderId;
  }

  it('webhook before time-out: the payment is authorised, and the time-out comes too late to fail it', async () => {
    const orderId = await lastTry();
    const timingOut = stopOnce(noAnswer);
    after.authorise = timingOut.hook;
    const running = service.worker.sweep();
    await timingOut.reached;
    service.worker.start(...(await webhook(orderId)));
    await service.settled(orderId, 'authorized');
    timingOut.open();
    await running;
    expect(await service.stateOf(orderId)).to.equal('authorized');
    expect(await service.events(orderId)).to.deep.equal(['Authorized']);
    expect(await service.movements(orderId)).to.deep.equal(['authorise']);
  });

  it('time-out before webhook: the payment has failed, and what is held is let go whatever the webhook says', async () => {
    const orderId = await lastTry();
    const [job] = await webhook(orderId);
    await service.sandbox.authorise({ ...job!, token: 'tok_ok', key: `${orderId}:authorise:1` }); // what timed out was done
    const looked = stopOnce();
    after.lookUp = looked.hook;
    service.worker.start(job!);
    await looked.reached; // it has read `authorised`
    await service.payments.conclude((await service.payments.lease(1))[0]!, {
      inputs: [{ signal: 'unanswered', reason: 'provider_timeout' }],
      outcome: 'no_answer',
    });
    expect(await service.stateOf(orderId)).to.equal('abandoning');
    looked.open();
    await service.run(orderId, 'failed');
    expect(await service.movements(orderId)).to.deep.equal(['authorise', 'void']);
    expect(await service.events(orderId)).to.deep.equal(['Failed']);
    expect(await service.payments.find(orderId)).to.include({ held: 0 });
  });

  it('webhook and answer about one capture: it is booked and told once', async () => {
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    const answering = stopOnce();
    after.capture = answering.hook;
    await free(orderId);
    const running = service.worker.sweep();
    await answering.reached;
    service.worker.start(...(await webhook(orderId)));
    await service.settled(orderId, 'captured');
    answering.open();
    await running;
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured']);
    expect(await service.movements(orderId)).to.deep.equal(['authorise', 'capture']);
  });

  it('the same refund wanted twice: it is made once', async () => {
    const orderId = await captured();
    const refundId = v7();
    const want = () => service.tell(orderId, { signal: 'refund_wanted', refundId, amount: 1000 });
    const jobs = (await Promise.all([want(), want(), want()])).flat();
    expect(jobs).to.have.length(1);
    service.worker.start(...jobs, ...jobs);
    await until('it was made', async () => (await service.payments.find(orderId))?.refunded === 1000);
    expect(await service.movements(orderId)).to.deep.equal(['authorise', 'capture', 'refund']);
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured', 'Refunded']);
  });

  it('a refund whose answer is under way, and a cancellation: the rest goes back, together what was taken', async () => {
    const orderId = await captured();
    const [job] = await service.tell(orderId, { signal: 'refund_wanted', refundId: v7(), amount: 1000 });
    const answering = stopOnce();
    after.refund = answering.hook;
    service.worker.start(job!);
    await answering.reached;
    service.worker.start(...(await service.tell(orderId, { signal: 'ended' })));
    await until('the rest went back', async () => (await service.payments.find(orderId))?.refunded === 10_124);
    expect(await service.stateOf(orderId)).to.equal('refunding');
    answering.open();
    await service.settled(orderId, 'refunded');
    const [sum] = await service.database.sql(
      `select sum(amount)::int as amount from sandbox_movements where order_id = ? and kind = 'refund'`,
      [orderId],
    );
    expect(sum).to.deep.equal({ amount: 11_124 });
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured', 'Refunded', 'Refunded']);
  });

  it('the refund wanted and the cancellation, in either order: all goes back, nothing twice', async () => {
    for (const refundFirst of [true, false]) {
      const orderId = await captured();
      const want = () => service.tell(orderId, { signal: 'refund_wanted', refundId: v7(), amount: 1000 });
      const end = () => service.tell(orderId, { signal: 'ended' });
      await Promise.all(refundFirst ? [want(), end()] : [end(), want()]);
      await service.run(orderId, 'refunded');
      expect(await service.payments.find(orderId)).to.include({ captured: 11_124, refunded: 11_124 });
      const [sum] = await service.database.sql(
        `select sum(amount)::int as amount from sandbox_movements where order_id = ? and kind = 'refund'`,
        [orderId],
      );
      expect(sum).to.deep.equal({ amount: 11_124 });
    }
  });
});
