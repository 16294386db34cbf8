import { expect } from 'chai';
import { v7 } from 'uuid';
import { ProviderUnavailable } from '../../ports.ts';
import type { Job, PaymentProvider } from '../../ports.ts';
import { startPayments } from './fixtures.ts';
import type { RunningPayments } from './fixtures.ts';

describe('refunds in parts', () => {
  let service: RunningPayments;
  let dieAfter: ((job: Job) => boolean) | undefined;
  let beforeRefund: (() => Promise<void>) | undefined;
  let afterRefund: (() => Promise<void>) | undefined;

  beforeEach(async () => {
    dieAfter = beforeRefund = afterRefund = undefined;
    service = await startPayments({
      provider: (sandbox): PaymentProvider => ({
        ...sandbox,
        refund: async (request) => {
          await beforeRefund?.();
          const answer = await sandbox.refund(request);
          await afterRefund?.();
          return answer;
        },
      }),
      answered: (job) => (dieAfter?.(job) === true ? Promise.reject(new Error('killed')) : Promise.resolve()),
    });
  });
  afterEach(() => service.close());

  async function captured(token = 'tok_ok'): Promise<string> {
    const orderId = await service.order(token);
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    await service.run(orderId, 'captured');
    return orderId;
  }
  const want = (orderId: string, amount: number, refundId = v7()) => service.tell(orderId, { signal: 'refund_wanted', refundId, amount });

  /** Makes all calls that are there, as if their time had come, until none is left. */
  async function runAll(orderId: string): Promise<void> {
    const open = async () => (await service.database.sql(`select 1 from attempts where order_id = ? and state = 'open'`, [orderId])).length;
    for (let turn = 0; turn < 300 && (await open()) > 0; turn += 1) {
      await service.database.sql(`update attempts set due_at = now(), leased_until = null where order_id = ? and state = 'open'`, [
        orderId,
      ]);
      await service.worker.sweep();
    }
    expect(await open()).to.equal(0);
  }

  /** What the provider has given back, by its own records. */
  async function givenBack(orderId: string): Promise<number> {
    const [row] = await service.database.sql<{ sum: number }>(
      `select coalesce(sum(amount), 0)::float8 as sum from sandbox_movements where order_id = ? and kind = 'refund'`,
      [orderId],
    );
    return row?.sum ?? 0;
  }
  async function agrees(orderId: string, refunded: number): Promise<void> {
    expect(await service.payments.find(orderId)).to.include({ captured: 11_124, refunded });
    expect(await givenBack(orderId)).to.equal(refunded);
    const balances = await service.payments.balances(orderId);
    expect(balances.reduce((sum, { amount }) => sum + amount, 0)).to.equal(0);
    expect(balances.find(({ account }) => account === 'provider:sandbox')?.amount).to.equal(11_124 - refunded);
  }

  it('give back each part once, however often it is asked for', async () => {
    const orderId = await captured();
    const refundId = v7();
    for (const id of [refundId, refundId, v7()]) await want(orderId, 1000, id);
    await runAll(orderId);
    await agrees(orderId, 2000);
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured', 'Refunded', 'Refunded']);
    await want(orderId, 9124);
    await runAll(orderId);
    await agrees(orderId, 11_124);
    expect(await service.stateOf(orderId)).to.equal('refunded');
  });

  it('say when a part was finally refused, and nothing has moved', async () => {
    const orderId = await captured('tok_refund_fails');
    await want(orderId, 1000);
    await runAll(orderId);
    await agrees(orderId, 0);
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured', 'RefundFailed']);
    await want(orderId, 11_125);
    expect(await service.events(orderId)).to.have.length(4);
    expect(await service.stateOf(orderId)).to.equal('captured');
  });

  it('are done once, though the worker is killed between the answer and its commit, and answers are lost', async () => {
    const orderId = await captured();
    let deaths = 0;
    let calls = 0;
    dieAfter = ({ step }) => step === 'refund' && ++deaths <= 2;
    afterRefund = () => (++calls === 1 ? Promise.reject(new ProviderUnavailable('the answer was lost')) : Promise.resolve());
    await want(orderId, 1000);
    await runAll(orderId);
    expect(deaths).to.be.greaterThan(2);
    expect(calls, 'it was looked up: a provider that has forgotten the key would pay again').to.equal(1);
    await agrees(orderId, 1000);
  });

  it('made at the provider by hand are learnt from its word, and leave so much less to give back', async () => {
    const orderId = await captured();
    await want(orderId, 1000);
    await runAll(orderId);
    await service.sandbox.refund({ orderId, amount: 500, currency: 'USD', key: v7(), reference: null, refundId: v7() });
    for (const eventId of ['1', '2']) await service.payments.notice({ provider: 'sandbox', eventId, about: { orderId } });
    await runAll(orderId);
    await agrees(orderId, 1500);
    await service.tell(orderId, { signal: 'ended' });
    await runAll(orderId);
    await agrees(orderId, 11_124);
    expect(await service.stateOf(orderId)).to.equal('refunded');
  });

  it('that two workers make at the same moment stay within what was taken', async () => {
    const orderId = await captured();
    await Promise.all([want(orderId, 6000), want(orderId, 6000)]);
    await Promise.all([runAll(orderId), service.worker.sweep()]);
    await agrees(orderId, 6000);
    expect((await service.events(orderId)).sort()).to.deep.equal(['Authorized', 'Captured', 'RefundFailed', 'Refunded']);
  });

  it('go on when the order is cancelled meanwhile: the rest goes back beside them', async () => {
    const orderId = await captured();
    await want(orderId, 1000);
    const [reached, opened] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    beforeRefund = async () => {
      reached.resolve(undefined);
      await opened.promise;
    };
    await service.database.sql('update attempts set leased_until = null');
    const running = service.worker.sweep();
    await reached.promise;
    await service.tell(orderId, { signal: 'ended' });
    opened.resolve(undefined);
    beforeRefund = undefined;
    await running;
    await runAll(orderId);
    await agrees(orderId, 11_124);
    expect(await service.stateOf(orderId)).to.equal('refunded');
  });
});
