import { appToken, listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { reconcile } from '../../commands/reconcile.ts';
import { ProviderUnavailable } from '../../ports.ts';
import type { ReconciliationNews } from '../../ports.ts';
import { startPayments, tokenOf } from './fixtures.ts';
import type { RunningPayments } from './fixtures.ts';

const scope = { askedBy: 'schedule', hours: 72, waitingSeconds: 0 };

describe('the reconciliation', () => {
  let service: RunningPayments;
  let away: boolean;
  let broken: string;
  let listless: boolean;

  /** Begins; a reconciliation waits so long for what it has put right: to its end where all comes out, and in vain where something is left. */
  async function begin(reconcilePatienceMs: number): Promise<void> {
    away = false;
    broken = '';
    listless = false;
    service = await startPayments({
      provider: (sandbox) => ({
        ...sandbox,
        lookUp: (request) =>
          away || request.orderId === broken
            ? Promise.reject(away ? new ProviderUnavailable('away') : new Error('bad'))
            : sandbox.lookUp(request),
        async *changesSince(time) {
          if (listless) throw new ProviderUnavailable('no list');
          yield* sandbox.changesSince(time);
        },
      }),
      reconcilePatienceMs,
    });
  }
  const [toItsEnd, notLong] = [25_000, 300];
  afterEach(() => service.close());

  async function run(options = scope) {
    const news: ReconciliationNews[] = [];
    for await (const one of (await service.reconciliations.begin(options))!) news.push(one);
    const result = news.at(-1)!;
    if (result.type !== 'result') throw new Error('There is no result');
    const found = Object.fromEntries(result.differences.map(({ orderId, name, resolved }) => [orderId, `${name} ${resolved ? '✔' : '✘'}`]));
    return { news, result, found };
  }
  const sql = (statement: string, ...params: unknown[]) => service.database.sql(statement, params);
  /** As if whoever made the calls had vanished with them. */
  const forgetCalls = (orderId: string) => sql(`update attempts set state = 'done' where order_id = ?`, orderId);
  const at = (orderId: string, key: string, amount = 11_124) => ({ orderId, amount, currency: 'USD', key, reference: null });

  async function captured(): Promise<string> {
    const orderId = await service.order();
    await service.run(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    await service.run(orderId, 'captured');
    return orderId;
  }

  it('finds nothing where both agree', async () => {
    await begin(toItsEnd);
    await captured();
    const declined = await service.order('tok_declined');
    await service.run(declined, 'failed');
    expect(await run()).to.deep.include({ found: {} });
    expect((await run()).news[0]).to.deep.equal({ type: 'progress', checked: 2, total: 2 });
  });

  it('puts right what the state machine can settle, and names what it was', async () => {
    await begin(toItsEnd);
    const undecided = await service.order();
    await service.sandbox.authorise({ ...at(undecided, 'a'), token: 'tok_ok' });
    const uncalled = await service.order();
    for (const orderId of [undecided, uncalled]) await forgetCalls(orderId);
    const held = await service.order();
    await service.sandbox.authorise({ ...at(held, 'b'), token: 'tok_ok' });
    await sql(`update payments set state = 'failed', token = null where order_id = ?`, held);
    await forgetCalls(held);
    const taken = await service.order();
    await service.run(taken, 'authorized');
    await service.tell(taken, { signal: 'confirmed' });
    await service.sandbox.capture(at(taken, 'c'));
    await forgetCalls(taken);
    const givenBack = await captured();
    await service.sandbox.refund({ ...at(givenBack, 'd', 500), refundId: v7() });
    const unpaid = await captured();
    await service.tell(unpaid, { signal: 'refund_wanted', refundId: v7(), amount: 700 });
    await forgetCalls(unpaid);

    const { result, found } = await run();
    expect(found).to.deep.equal({
      [undecided]: 'undecided_here ✔',
      [uncalled]: 'nobody_calls ✔',
      [held]: 'held_there ✔',
      [taken]: 'taken_there ✔',
      [givenBack]: 'given_back_there ✔',
      [unpaid]: 'nobody_calls ✔',
    });
    expect(result.unresolved).to.equal(0);
    expect(await service.stateOf(held)).to.equal('failed');
    expect(await service.movements(held)).to.deep.equal(['authorise', 'void']);
    expect(await service.events(taken)).to.deep.equal(['Authorized', 'Captured']);
    expect(await service.payments.find(givenBack)).to.include({ refunded: 500 });
    expect(await service.payments.find(unpaid)).to.include({ refunded: 700 });
    expect((await run()).found).to.deep.equal({});
  });

  it('names what nobody here can put right, and leaves it', async () => {
    await begin(notLong);
    const stuck = await captured();
    await sql(`update payments set state = 'refund_stuck' where order_id = ?`, stuck);
    const lost = await captured();
    await sql('delete from sandbox_movements where order_id = ?', lost);
    await sql('delete from sandbox_payments where order_id = ?', lost);
    const short = await captured();
    await sql(`update sandbox_movements set amount = amount - 1 where kind = 'capture' and order_id = ?`, short);
    const unknown = v7();
    await service.sandbox.authorise({ ...at(unknown, 'x'), token: 'tok_ok' });
    const { result, found } = await run();
    expect(found).to.deep.equal({
      [stuck]: 'needs_a_person ✘',
      [lost]: 'not_there ✘',
      [short]: 'amount_differs ✘',
      [unknown]: 'unknown_here ✘',
    });
    expect(result.unresolved).to.equal(4);
    expect(service.lines.filter(({ msg }) => msg === 'a payment and its provider do not agree')).to.have.length(4);
    expect(await service.kernel.metrics.metrics()).to.match(/payments_unreconciled\b.* 4$/m);
  });

  it('compares what has long been at rest here where it has changed there, and only that', async () => {
    await begin(toItsEnd);
    const [quiet, changed] = [await captured(), await captured()];
    for (const table of ['payments', 'sandbox_payments']) await sql(`update ${table} set updated_at = now() - interval '30 days'`);
    expect((await run()).result.checked).to.equal(0);
    await service.sandbox.refund({ ...at(changed, 'by hand', 500), refundId: v7() });
    const { result, found } = await run();
    expect([result.checked, found]).to.deep.equal([1, { [changed]: 'given_back_there ✔' }]);
    expect(await service.payments.find(changed)).to.include({ refunded: 500 });
    expect(await service.payments.find(quiet)).to.include({ refunded: 0 });
    const balances = await service.payments.balances(changed);
    expect(balances.find(({ account }) => account === 'provider:sandbox')?.amount).to.equal(11_124 - 500);
  });

  it('puts right what is ours though a provider does not list what has changed there', async () => {
    await begin(toItsEnd);
    const orderId = await captured();
    await service.sandbox.refund({ ...at(orderId, 'by hand', 500), refundId: v7() });
    listless = true;
    expect(await run().catch((error: unknown) => (error as Error).name)).to.equal('ProviderUnavailable');
    expect(await service.payments.find(orderId)).to.include({ refunded: 500 });
    const [latest] = await service.reconciliations.latest(1);
    expect(latest).to.include({ complete: false, checked: 1 });
    expect(latest!.differences.map(({ name, resolved }) => [name, resolved])).to.deep.equal([['given_back_there', true]]);
  });

  it('leaves alone what waits for a moment only, and hastens what waits for long', async () => {
    await begin(notLong);
    const orderId = await service.order('tok_3ds');
    await service.run(orderId, 'action_required');
    expect((await run({ ...scope, waitingSeconds: 3600 })).result.checked).to.equal(0);
    expect(await run()).to.have.nested.property('result.checked', 1);
    await service.sandbox.complete(orderId, true);
    await service.settled(orderId, 'authorized');
    await service.tell(orderId, { signal: 'confirmed' });
    await sql(`update attempts set due_at = now() + interval '1 hour', leased_until = null where order_id = ?`, orderId);
    expect((await run()).found).to.deep.equal({ [orderId]: 'under_way ✘' });
    await service.worker.sweep();
    expect(await service.stateOf(orderId)).to.equal('captured');
  });

  it('says where a provider gives no answer', async () => {
    await begin(notLong);
    const orderId = await captured();
    away = true;
    expect((await run()).found).to.deep.equal({ [orderId]: 'no_answer ✘' });
  });

  it('goes on with the others where one cannot be looked up or written', async () => {
    await begin(3000); // for the good one, though the others stay
    broken = await captured();
    const unwritable = await captured();
    const good = await captured();
    for (const orderId of [unwritable, good]) {
      await service.sandbox.refund({ ...at(orderId, `${orderId}:x`, 500), refundId: v7() });
    }
    await sql(`create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'`);
    await sql(
      `create trigger refuse before insert on refunds for each row when (new.order_id = '${unwritable}') execute function refuse()`,
    );
    expect((await run()).found).to.deep.equal({
      [broken]: 'no_answer ✘',
      [unwritable]: 'given_back_there ✘',
      [good]: 'given_back_there ✔',
    });
  });

  it('forgets webhooks that nobody sends again', async () => {
    await begin(toItsEnd);
    const insert = `insert into webhooks (provider, event_id, received_at) values ('sandbox', ?, now() - ? * interval '1 day')`;
    for (const [id, days] of [['old', 31] as const, ['new', 29] as const]) await sql(insert, id, days);
    await run();
    expect(await sql('select event_id as id from webhooks')).to.deep.equal([{ id: 'new' }]);
  });

  it('runs once at a time, and takes over from one that died', async () => {
    await begin(toItsEnd);
    await captured();
    const first = (await service.reconciliations.begin(scope))!;
    await first.next();
    expect(await service.reconciliations.begin(scope)).to.equal(undefined);
    await sql(`update reconciliations set beat_at = now() - interval '2 minutes'`);
    expect((await run()).result.checked).to.equal(1);
    await first.return(undefined);
    const latest = await service.reconciliations.latest(5);
    expect(latest.map(({ complete, checked }) => [complete, checked])).to.deep.equal([
      [true, 1],
      [false, 1],
    ]);
  });

  describe('asked for', () => {
    let server: Listening;
    beforeEach(async () => {
      await begin(notLong);
      server = await listen(service.kernel, service.app);
    });
    afterEach(() => server.close());

    const command = async (words: string[], token = tokenOf(v7(), ['admin'])) => {
      const lines: string[] = [];
      const progress: string[] = [];
      const code = await reconcile(words, {
        url: server.url,
        token: () => Promise.resolve(token),
        print: (line) => lines.push(line),
        progress: (text) => progress.push(text),
      }).catch((error: unknown) => (error as Error).message);
      return { code, lines, progress };
    };

    it('by the command tells what it found, and ends with 1 where something is left', async () => {
      const orderId = await captured();
      const words = ['--waiting-seconds', '0'];
      expect(await command(words)).to.deep.equal({
        code: 0,
        lines: ['✔ 1 payments compared with their providers: no difference'],
        progress: ['1 of 1 payments compared', '\n'],
      });
      await sql(`update payments set state = 'refund_stuck' where order_id = ?`, orderId);
      const { code, lines } = await command([...words, '--json']);
      expect(code).to.equal(1);
      expect(JSON.parse(lines[0]!)).to.deep.include({ checked: 1, unresolved: 1 });
      expect((await command(words)).lines[0]).to.equal(`✘ ${orderId}  needs_a_person  sandbox  refund_stuck`);
      expect((await command(['--what'])).code).to.equal(2);
      expect((await command(['--hours', '0'])).code).to.be.a('string');
      await service.reconciliations.begin(scope);
      expect((await command(words)).code).to.equal('Another reconciliation is under way');
    });

    it('by anybody but staff is refused', async () => {
      expect((await command([], tokenOf(v7()))).code).to.be.a('string');
      const list = (token: string) =>
        fetch(`${server.url}/api/payments/reconciliations`, { headers: { authorization: `Bearer ${token}` } });
      expect((await list(tokenOf(v7()))).status).to.equal(403);
      await command([]);
      const { items } = (await (await list(tokenOf(v7(), ['staff']))).json()) as { items: { complete: boolean }[] };
      expect(items.map(({ complete }) => complete)).to.deep.equal([true]);
    });

    it('by the scheduler runs at night, and by nobody who only says to be it', async () => {
      const orderId = await captured();
      const call = (token: string) =>
        fetch(`${server.url}/job/reconcile-payments`, { method: 'POST', headers: { 'dapr-api-token': token }, body: '{}' });
      expect((await call('guess')).status).to.equal(403);
      expect((await call(appToken)).status).to.equal(200);
      await until('it has run', async () => (await service.reconciliations.latest(1))[0]?.complete === true);
      expect((await service.reconciliations.latest(1))[0]).to.include({ askedBy: 'schedule', checked: 1 });
      expect(await service.stateOf(orderId)).to.equal('captured');
    });
  });
});
