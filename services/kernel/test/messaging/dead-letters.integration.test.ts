import { expect } from 'chai';
import { v7 } from 'uuid';
import { OrderPlaced } from '../../events/order-placed.ts';
import { on, subscription } from '../../messaging/subscription.ts';
import type { EventSubscription } from '../../messaging/subscription.ts';
import { messagingRoutes } from '../../messaging/routes.ts';
import { outboxInsert } from '../../messaging/outbox.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { adminUrl, createTestDatabase, untilWaiting } from '../postgres/test-database.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { appToken, kernelForTests, listen } from '../kernel-for-tests.ts';
import type { Listening } from '../kernel-for-tests.ts';
import { bulk, envelope, orderEvents, publishAll, testHost } from './fixtures.ts';

interface Letter {
  readonly id: string;
  readonly reason: string;
  readonly error: string;
  readonly replays: number;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
  readonly note: string | null;
  readonly event: { id: string };
}

/** A letter, a page of letters, or a problem. */
interface Body extends Letter {
  readonly items: Letter[];
  readonly nextCursor: string | null;
  readonly code: string;
  readonly detail: string;
}

describe('the messaging routes of a service', () => {
  let place: TestDatabase;
  let database: Database;
  let events: EventSubscription;
  let server: Listening;
  let broken: boolean;
  /** What happens while an event is applied. */
  let during: () => Promise<void>;
  const admin = v7();

  before(async () => {
    place = await createTestDatabase(adminUrl(), 'letters');
    database = await openDatabaseAt(place.url, { name: 'inventory', host: testHost('inventory') });
    await database.sql('create table effects (order_id text)');
    events = subscription({
      topic: 'orders',
      database,
      handlers: [
        on(OrderPlaced, {
          apply: async ({ aggregateId }, { em }) => {
            await during();
            if (broken) throw new TypeError('x is undefined');
            await em.execute('insert into effects values (?)', [aggregateId]);
          },
        }),
      ],
    });
    const kernel = kernelForTests({
      checkToken: (token) => Promise.resolve({ userId: admin, roles: [token === 'a.admin.token' ? 'admin' : 'staff'], sessionId: 's' }),
    });
    server = await listen(kernel, { routes: messagingRoutes(database, [events]), subscriptions: [events] });
  });
  after(async () => {
    await server.close();
    await database.close();
    await place.drop();
  });
  beforeEach(async () => {
    await database.sql('truncate inbox, dead_letters, effects, outbox, event_log');
    broken = true;
    during = () => Promise.resolve();
  });

  async function ask(path: string, method = 'GET', token = 'admin', sent?: object): Promise<{ status: number; body: Body }> {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer a.${token}.token`, 'content-type': 'application/json' },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    return { status: answer.status, body: (await answer.json()) as Body };
  }
  const letters = '/api/inventory/dead-letters';
  /** An event that failed three times; answers its id and the dead letter's. */
  async function poison(orderId = v7()): Promise<Letter> {
    const event = envelope({ id: orderId });
    for (let time = 0; time < 3; time += 1) await events.receive(bulk(event));
    const { body } = await ask(letters);
    return body.items.find((letter) => letter.event.id === event.id)!;
  }

  it('show dead letters to administrators only', async () => {
    expect((await ask(letters, 'GET', 'staff')).status).to.equal(403);
    expect((await fetch(`${server.url}${letters}`)).status).to.equal(401);
  });

  it('list them newest first, in pages, and one by its id', async () => {
    const ids = [await poison(), await poison(), await poison()].map(({ id }) => id).toReversed();
    const first = (await ask(`${letters}?limit=2`)).body;
    const second = (await ask(`${letters}?limit=2&cursor=${first.nextCursor!}`)).body;
    expect([...first.items, ...second.items].map(({ id }) => id)).to.deep.equal(ids);
    expect(second.nextCursor).to.equal(null);
    const { body } = await ask(`${letters}/${ids[0]!}`);
    expect(body).to.include({ reason: 'error', error: 'TypeError: x is undefined', resolvedAt: null });
    expect((await ask(`${letters}/${v7()}`)).status).to.equal(404);
  });

  it('replay one: its effect happens once, and it is resolved by who did it', async () => {
    const orderId = v7();
    const { id } = await poison(orderId);
    broken = false;
    const others: ReturnType<typeof ask>[] = [];
    during = async () => {
      if (others.length > 0) return;
      others.push(ask(`${letters}/${id}/replay`, 'POST'), ask(`${letters}/${id}/replay`, 'POST'));
      await untilWaiting(database, 2); // both are past the first look and wait for the row
    };
    const first = await ask(`${letters}/${id}/replay`, 'POST');
    const answers = [first, ...(await Promise.all(others))];
    expect(answers.map(({ status }) => status).toSorted()).to.deep.equal([200, 409, 409]);
    expect(answers.find(({ status }) => status === 200)?.body).to.include({
      resolvedBy: admin,
      resolution: 'replayed',
      note: null,
      replays: 1,
    });
    expect(await database.sql('select * from effects')).to.deep.equal([{ order_id: orderId }]);
    expect((await ask(letters)).body.items).to.deep.equal([]);
    expect((await ask(`${letters}?state=resolved`)).body.items).to.have.length(1);
  });

  it('keep one that fails again, and say why', async () => {
    const { id } = await poison();
    const answer = await ask(`${letters}/${id}/replay`, 'POST');
    expect(answer.status).to.equal(409);
    expect(answer.body.code).to.equal('replay_failed');
    expect(answer.body.detail).to.include('x is undefined');
    expect((await ask(`${letters}/${id}`)).body).to.include({ replays: 1, resolvedAt: null });
    expect(await database.sql('select * from effects')).to.deep.equal([]);
  });

  it('close one that shall not be applied, and keep who did it and why', async () => {
    const orderId = v7();
    const { id } = await poison(orderId);
    const answer = await ask(`${letters}/${id}/close`, 'POST', 'admin', { reason: ' sold by hand, see ticket 12 ' });
    expect(answer.status).to.equal(200);
    expect(answer.body).to.include({ resolvedBy: admin, resolution: 'closed', note: 'sold by hand, see ticket 12', replays: 0 });
    expect(answer.body.resolvedAt).to.be.a('string');
    expect((await ask(letters)).body.items).to.deep.equal([]);
    expect((await ask(`${letters}?state=resolved`)).body.items[0]).to.include({ id, resolution: 'closed' });
    broken = false;
    for (const [what, body] of [
      ['replay', undefined],
      ['close', { reason: 'again' }],
    ] as const) {
      expect((await ask(`${letters}/${id}/${what}`, 'POST', 'admin', body)).body.code).to.equal('already_resolved');
    }
    expect(await database.sql('select * from effects')).to.deep.equal([]);
  });

  it('close what is no event, too', async () => {
    await events.receive(bulk('nonsense'));
    const [letter] = (await ask(letters)).body.items;
    expect((await ask(`${letters}/${letter!.id}/close`, 'POST', 'admin', { reason: 'noise' })).body.resolution).to.equal('closed');
  });

  it('close nothing for staff, without a reason, or that is not there', async () => {
    const { id } = await poison();
    const close = (token: string, sent?: object, which = id) => ask(`${letters}/${which}/close`, 'POST', token, sent);
    expect((await close('staff', { reason: 'x' })).status).to.equal(403);
    expect((await close('admin')).status).to.equal(400);
    for (const sent of [{}, { reason: '' }, { reason: '  ' }, { reason: 'x'.repeat(501) }, { reason: 'x', by: 'me' }]) {
      expect((await close('admin', sent)).status, JSON.stringify(sent)).to.be.within(400, 422);
    }
    expect((await close('admin', { reason: 'x' }, v7())).status).to.equal(404);
    expect((await ask(`${letters}/${id}`)).body.resolvedAt).to.equal(null);
  });

  it('do not replay what is no event', async () => {
    await events.receive(bulk('nonsense'));
    const { items } = (await ask(letters)).body;
    expect((await ask(`${letters}/${items[0]!.id}/replay`, 'POST')).body.code).to.equal('not_replayable');
  });

  it("give another service an aggregate's events after a version, published or not, in order", async () => {
    const orderId = v7();
    const [first, ...rest] = orderEvents(orderId, 4);
    await publishAll(database, [first!, ...rest]);
    const { sql, params } = outboxInsert([]);
    await database.sql(sql, params); // nothing to insert is nothing wrong
    await database.sql(
      `with gone as (delete from outbox where aggregate_version <= 2 returning *)
       insert into event_log (id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, traceparent, time)
       select id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, traceparent, time from gone`,
    );
    const url = `${server.url}/internal/events/order/${orderId}?after=1`;
    const answer = await fetch(url, { headers: { 'dapr-api-token': appToken, 'dapr-caller-app-id': 'payments' } });
    const body = (await answer.json()) as { events: { aggregateversion: number; type: string; source: string }[] };
    expect(body.events.map(({ aggregateversion }) => aggregateversion)).to.deep.equal([2, 3, 4]);
    expect(body.events[1]).to.include({ type: 'OrderConfirmed', source: 'cartwright/inventory' });
    expect((await fetch(url)).status).to.equal(404);
  });

  it('receive deliveries of the sidecar, and of nobody else', async () => {
    broken = false;
    const body = JSON.stringify(bulk(envelope({})));
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}/events/orders`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
    expect((await post({})).status).to.equal(403);
    const answer = await post({ 'dapr-api-token': appToken });
    expect(await answer.json()).to.deep.equal({ statuses: [{ entryId: '0', status: 'SUCCESS' }] });
  });
});
