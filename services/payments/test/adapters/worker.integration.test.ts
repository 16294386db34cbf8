import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { ProviderUnavailable } from '../../ports.ts';
import type { Job, PaymentProvider } from '../../ports.ts';
import { callMs, patienceMs } from '../../adapters/lease.ts';
import { startPayments } from './fixtures.ts';
import { gate } from './gate.ts';
import type { RunningPayments } from './fixtures.ts';

describe('payments by the sandbox', () => {
  let service: RunningPayments;
  let dieAfter: ((job: Job) => boolean) | undefined;
  let hooks: Partial<Record<keyof PaymentProvider, () => Promise<void>>>;

  beforeEach(async () => {
    dieAfter = undefined;
    hooks = {};
    service = await startPayments({
      provider: (sandbox) => ({
        ...sandbox,
        authorise: async (request) => (await hooks.authorise?.(), sandbox.authorise(request)),
        capture: async (request) => (await hooks.capture?.(), sandbox.capture(request)),
        void: async (request) => (await hooks.void?.(), sandbox.void(request)),
        refund: async (request) => (await hooks.refund?.(), sandbox.refund(request)),
      }),
      answered: (job) => (dieAfter?.(job) === true ? Promise.reject(new Error('killed')) : Promise.resolve()),
    });
  });
  afterEach(() => service.close());

  const sumOf = async (orderId: string): Promise<number> =>
    (await service.payments.balances(orderId)).reduce((sum, { amount }) => sum + amount, 0);

  it('hold the money, take it, and give it back when the order is cancelled', async () => {
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    await service.run(orderId, 'captured');
    expect(await service.payments.balances(orderId)).to.deep.include({ account: 'provider:sandbox', currency: 'USD', amount: 11_124 });
    await service.tell(orderId, { signal: 'ended' });
    await service.run(orderId, 'refunded');
    expect(await service.movements(orderId)).to.deep.equal(['authorise', 'capture', 'refund']);
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured', 'Refunded']);
    expect((await service.payments.balances(orderId)).map(({ amount }) => amount)).to.deep.equal([0, 0, 0, 0]);
  });

  for (const [token, reason] of Object.entries({
    tok_declined: 'card_declined',
    tok_insufficient_funds: 'insufficient_funds',
    tok_what: 'unknown_token',
  })) {
    it(`fail with the reason ${reason} for ${token}`, async () => {
      const orderId = await service.order(token);
      await service.run(orderId, 'failed');
      expect(await service.payments.find(orderId)).to.include({ reason, held: 0 });
      expect(await service.events(orderId)).to.deep.equal(['Failed']);
    });
  }

  it('fail at last for tok_timeout, and make sure that nothing stays held', async () => {
    const orderId = await service.order('tok_timeout');
    await service.run(orderId, 'failed');
    expect(await service.payments.find(orderId)).to.include({ reason: 'provider_timeout' });
    expect(await service.events(orderId)).to.deep.equal(['Failed']);
    const tries = await service.database.sql('select step, tries from attempts where order_id = ? order by created_at', [orderId]);
    expect(tries).to.deep.equal([
      { step: 'authorise', tries: 3 },
      { step: 'void', tries: 1 },
    ]);
  });

  it('find out by a look-up what the lost answer of tok_answer_lost was', async () => {
    const orderId = await service.order('tok_answer_lost');
    await service.run(orderId, 'authorized');
    expect(await service.movements(orderId)).to.deep.equal(['authorise']);
    expect(await service.events(orderId)).to.deep.equal(['Authorized']);
  });

  it('wait for tok_slow', async () => {
    const orderId = await service.order('tok_slow');
    await service.run(orderId, 'authorized');
  });

  it('wait for the customer with tok_3ds, and go on with the answer', async () => {
    for (const [approved, state] of [
      [true, 'authorized'],
      [false, 'failed'],
    ] as const) {
      const orderId = await service.order('tok_3ds');
      await service.run(orderId, 'action_required');
      expect((await service.payments.find(orderId))?.nextAction?.url).to.equal(`/api/payments/sandbox/${orderId}/complete`);
      expect(await service.sandbox.complete(orderId, approved)).to.equal('completed');
      expect(await service.sandbox.complete(orderId, approved)).to.equal('not_waiting');
      await service.run(orderId, state);
      expect(await service.events(orderId)).to.deep.equal(['ActionRequired', approved ? 'Authorized' : 'Failed']);
    }
  });

  it('take the webhooks of tok_twice, which come twice and out of order, for one authorisation', async () => {
    const orderId = await service.order('tok_twice');
    await service.run(orderId, 'authorized');
    expect(service.delivered.map(({ eventId }) => eventId.split(':')[1])).to.deep.equal(['2', '1', '2', '1']);
    expect(await service.events(orderId)).to.deep.equal(['Authorized']);
    expect(await service.movements(orderId)).to.deep.equal(['authorise']);
  });

  it('try the capture of tok_capture_fails four times, then let the money go', async () => {
    const orderId = await service.order('tok_capture_fails');
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    await service.run(orderId, 'voided');
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'CaptureFailed', 'Voided']);
    const [capture] = await service.database.sql('select tries, outcome from attempts where order_id = ? and step = ?', [
      orderId,
      'capture',
    ]);
    expect(capture).to.deep.equal({ tries: 4, outcome: 'capture_failed' });
    expect(await sumOf(orderId)).to.equal(0);
  });

  it('cost nobody anything when there is nothing to pay', async () => {
    const orderId = await service.order('tok_declined', 0);
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    await service.run(orderId, 'captured');
    expect(await service.payments.ledger({ orderId, limit: 10 })).to.deep.equal([]);
    expect(await service.movements(orderId)).to.deep.equal([]);
  });

  for (const step of ['authorise', 'capture', 'void', 'refund'] as const) {
    it(`do a ${step} once, though the worker is killed between the provider's answer and its commit`, async () => {
      const orderId = await service.order();
      let deaths = 0;
      dieAfter = (job) => job.step === step && ++deaths <= 2;
      if (step === 'authorise') await service.run(orderId, 'authorized');
      else {
        await service.run(orderId, 'authorized');
        if (step !== 'void') {
          await service.tell(orderId, { signal: 'confirmed' });
          await service.run(orderId, 'captured');
        }
        if (step !== 'capture') {
          await service.tell(orderId, { signal: 'ended' });
          await service.run(orderId, step === 'void' ? 'voided' : 'refunded');
        }
      }
      expect(deaths).to.equal(3);
      const moved = await service.movements(orderId);
      expect(moved.filter((kind) => kind === step)).to.have.length(1);
      expect(await sumOf(orderId)).to.equal(0);
    });
  }

  it('give back what was authorised while the order was cancelled', async () => {
    const orderId = await service.order();
    const authorising = gate();
    hooks.authorise = async () => {
      authorising.reach();
      await authorising.opened;
    };
    await service.database.sql('update attempts set leased_until = null');
    const running = service.worker.sweep();
    await authorising.reached;
    await service.tell(orderId, { signal: 'ended' });
    authorising.open();
    await running;
    await service.settled(orderId, 'voided'); // at once, without another sweep
    expect(await service.movements(orderId)).to.deep.equal(['authorise', 'void']);
    expect(await service.events(orderId)).to.deep.equal(['Voided']);
  });

  it('give back what was captured while the order was cancelled', async () => {
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    const capturing = gate();
    hooks.capture = async () => {
      capturing.reach();
      await capturing.opened;
    };
    const running = service.run(orderId, 'refunded');
    await capturing.reached;
    await service.tell(orderId, { signal: 'ended' });
    capturing.open();
    await running;
    expect(await service.movements(orderId)).to.deep.equal(['authorise', 'capture', 'refund']);
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured', 'Refunded']);
  });

  it('take the money of an order that stays confirmed while the provider is away for hours', async () => {
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    let calls = 0;
    hooks.capture = () => ((calls += 1) <= 40 ? Promise.reject(new ProviderUnavailable('away')) : Promise.resolve());
    await service.run(orderId, 'captured');
    expect(await service.movements(orderId)).to.deep.equal(['authorise', 'capture']);
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured']);
  });

  it('tell for how long a call has brought no answer', async () => {
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    const oldest = async () =>
      Number(/^payment_calls_unanswered_oldest_seconds\b.* (\S+)$/m.exec(await service.kernel.metrics.metrics())?.[1]);
    expect(await oldest()).to.equal(0);
    await service.tell(orderId, { signal: 'confirmed' });
    hooks.capture = () => Promise.reject(new ProviderUnavailable('away'));
    await service.database.sql(`update attempts set leased_until = null, created_at = now() - interval '1 hour' where order_id = ?`, [
      orderId,
    ]);
    await service.worker.sweep();
    expect(await oldest()).to.be.within(3600, 3700);
    hooks.capture = () => Promise.resolve();
    await service.run(orderId, 'captured');
    expect(await oldest()).to.equal(0);
  });

  it('find a capture that was done though its answers were lost', async () => {
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    let lost = 0;
    const capture = service.sandbox.capture.bind(service.sandbox);
    service.sandbox.capture = async (request) => {
      const answer = await capture(request);
      if ((lost += 1) <= 20) throw new ProviderUnavailable('the answer was lost');
      return answer;
    };
    await service.run(orderId, 'captured');
    expect(await service.movements(orderId)).to.deep.equal(['authorise', 'capture']);
    expect(await service.events(orderId)).to.deep.equal(['Authorized', 'Captured']);
  });

  it('write nothing for a worker that has lost its lease', async () => {
    const orderId = await service.order();
    await service.database.sql(`update attempts set leased_until = null where order_id = ?`, [orderId]);
    const [stale] = await service.payments.lease(10);
    await service.database.sql(`update attempts set leased_until = null where order_id = ?`, [orderId]);
    const [holder] = await service.payments.lease(10);
    const inputs = [{ signal: 'declined', reason: 'card_declined' }] as const;
    expect(await service.payments.conclude(stale!, { inputs, outcome: 'late' })).to.deep.equal([]);
    expect(await service.stateOf(orderId)).to.equal('authorising');
    await service.payments.conclude(holder!, { inputs: [{ signal: 'authorised' }], outcome: 'authorised' });
    expect(await service.stateOf(orderId)).to.equal('authorized');
  });

  it('lease an attempt to one worker only', async () => {
    const orders = await Promise.all(Array.from({ length: 8 }, () => service.order()));
    await service.database.sql('update attempts set leased_until = null');
    const leased = (await Promise.all(Array.from({ length: 4 }, () => service.payments.lease(8)))).flat();
    expect(leased.map(({ orderId }) => orderId).sort()).to.deep.equal([...orders].sort());
  });

  it('decline a provider that this environment does not have', async () => {
    const orderId = await service.order();
    await service.database.sql(`update payments set provider = 'stripe' where order_id = ?`, [orderId]);
    await service.run(orderId, 'failed');
    expect((await service.payments.find(orderId))?.reason).to.equal('provider_not_available');
  });

  it('write no token to the logs', async () => {
    const orderId = await service.order('tok_timeout');
    await service.run(orderId, 'failed');
    expect(service.lines.length).to.be.greaterThan(0);
    expect(JSON.stringify(service.lines)).not.to.contain('tok_timeout');
  });
});

describe('a provider that hangs', () => {
  let service: RunningPayments;
  let hangs: string | undefined;
  const begin = async (options: { sweepMs?: number; callMs?: number }) => {
    hangs = undefined;
    service = await startPayments({
      provider: (sandbox) => ({
        ...sandbox,
        capture: (request) => (request.orderId === hangs ? new Promise(() => undefined) : sandbox.capture(request)),
      }),
      ...options,
    });
  };
  afterEach(() => service.close());
  const free = (orderId: string) => service.database.sql('update attempts set leased_until = null where order_id = ?', [orderId]);

  async function confirmed(): Promise<string> {
    const orderId = await service.order();
    await free(orderId);
    await service.settled(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    return orderId;
  }

  it('about one payment keeps no other waiting, though that is only found by looking', async () => {
    await begin({ sweepMs: 10, callMs: 3000 });
    hangs = await confirmed();
    await free(hangs);
    const leased = async () =>
      (await service.database.sql('select 1 from attempts where order_id = ? and leased_until > now()', [hangs])).length;
    await until('the call that hangs was begun', async () => (await leased()) > 0);
    const other = await confirmed();
    await free(other);
    await service.settled(other, 'captured');
    expect(await service.stateOf(hangs)).to.equal('capturing');
  });

  it('has given no answer after a while, and nobody else asks before', async () => {
    await begin({ callMs: 1000 }); // as long as the others may take, which the sandbox answers at once
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    const [{ ms } = { ms: 0 }] = await service.database.sql<{ ms: number }>(
      `select (extract(epoch from leased_until - now()) * 1000)::float8 as ms from attempts where order_id = ? and step = 'capture'`,
      [orderId],
    );
    expect(ms).to.be.greaterThan(patienceMs + callMs);
    hangs = orderId;
    await free(orderId);
    await service.worker.sweep();
    const [attempt] = await service.database.sql(`select tries, outcome from attempts where order_id = ? and step = 'capture'`, [orderId]);
    expect(attempt).to.deep.equal({ tries: 1, outcome: 'no_answer' });
    hangs = undefined;
    await service.run(orderId, 'captured');
  });
});

describe('the ledger', () => {
  let service: RunningPayments;
  before(async () => {
    service = await startPayments();
  });
  after(() => service.close());

  const insert = (orderId: string, kind: string, entries: [string, number, string][]) => {
    const transaction = crypto.randomUUID();
    const rows = entries.map(
      ([account, amount, currency]) => `('${transaction}', '${orderId}', '${kind}', '${account}', ${String(amount)}, '${currency}')`,
    );
    return service.database
      .sql(`insert into ledger_entries (transaction_id, order_id, kind, account, amount, currency) values ${rows.join(', ')}`)
      .then(
        () => 'written',
        (error: unknown) => (error as { code?: string }).code,
      );
  };

  it('takes no transaction whose entries do not add up to zero, in each currency', async () => {
    const orderId = crypto.randomUUID();
    expect(
      await insert(orderId, 'capture', [
        ['a', 100, 'USD'],
        ['b', -99, 'USD'],
      ]),
    ).to.equal('23514');
    expect(
      await insert(orderId, 'capture', [
        ['a', 100, 'USD'],
        ['b', -100, 'EUR'],
      ]),
    ).to.equal('23514');
    expect(
      await insert(orderId, 'capture', [
        ['a', 100, 'USD'],
        ['b', -100, 'USD'],
      ]),
    ).to.equal('written');
  });

  it('takes nothing twice for an order', async () => {
    const orderId = crypto.randomUUID();
    const capture: [string, number, string][] = [
      ['a', 100, 'USD'],
      ['b', -100, 'USD'],
    ];
    expect([await insert(orderId, 'capture', capture), await insert(orderId, 'capture', capture)]).to.deep.equal(['written', '23505']);
  });

  it('is never changed', async () => {
    for (const statement of ['update ledger_entries set amount = 1', 'delete from ledger_entries', 'truncate ledger_entries']) {
      expect(await service.database.sql(statement).catch((error: unknown) => (error as { code?: string }).code), statement).to.equal(
        '23001',
      );
    }
  });
});
