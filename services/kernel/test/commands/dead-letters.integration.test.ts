import { expect } from 'chai';
import { v7 } from 'uuid';
import { deadLetters } from '../../commands/dead-letters.ts';
import { OrderPlaced } from '../../events/order-placed.ts';
import { messagingRoutes } from '../../messaging/routes.ts';
import { on, subscription } from '../../messaging/subscription.ts';
import type { EventSubscription } from '../../messaging/subscription.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { kernelForTests, listen } from '../kernel-for-tests.ts';
import type { Listening } from '../kernel-for-tests.ts';
import { bulk, envelope, testHost } from '../messaging/fixtures.ts';
import { adminUrl, createTestDatabase } from '../postgres/test-database.ts';
import type { TestDatabase } from '../postgres/test-database.ts';

interface Service {
  readonly place: TestDatabase;
  readonly database: Database;
  readonly events: EventSubscription;
  readonly server: Listening;
}

describe('npm run dead-letters', () => {
  const services: Service[] = [];
  let urls: Record<string, string>;
  let broken: boolean;
  const printed: string[] = [];

  async function open(name: string): Promise<Service> {
    const place = await createTestDatabase(adminUrl(), 'command');
    const database = await openDatabaseAt(place.url, { name, host: testHost(name) });
    const apply = (): Promise<void> => (broken ? Promise.reject(new TypeError('x is undefined')) : Promise.resolve());
    const events = subscription({ topic: 'orders', database, handlers: [on(OrderPlaced, { apply })] });
    const checkToken = () => Promise.resolve({ userId: v7(), roles: ['admin' as const], sessionId: 's' });
    const server = await listen(kernelForTests({ checkToken }), { routes: messagingRoutes(database, [events]) });
    return { place, database, events, server };
  }

  before(async () => {
    services.push(await open('inventory'), await open('payments'));
    urls = { inventory: services[0]!.server.url, payments: services[1]!.server.url };
  });
  after(async () => {
    for (const { server, database, place } of services) {
      await server.close();
      await database.close();
      await place.drop();
    }
  });
  beforeEach(async () => {
    broken = true;
    for (const { database } of services) await database.sql('truncate inbox, dead_letters');
  });

  /** Runs the command; answers its exit code and what it said. */
  async function run(...words: string[]): Promise<{ code: number; said: string }> {
    printed.length = 0;
    const code = await deadLetters(words, { urls, token: () => Promise.resolve('a.b.c'), print: (line) => printed.push(line) });
    return { code, said: printed.join('\n') };
  }

  /** Makes a dead letter; answers its id. */
  async function poison({ events, database }: Service): Promise<string> {
    const event = envelope({});
    for (let time = 0; time < 3; time += 1) await events.receive(bulk(event));
    const [letter] = await database.sql<{ id: string }>('select id from dead_letters where event_id = ?', [event.id]);
    return letter!.id;
  }

  it('lists the open ones of all services, or of one, in lines or as JSON', async () => {
    expect((await run('list')).said).to.equal('None.');
    const [first, second] = [await poison(services[0]!), await poison(services[1]!)];
    const { code, said } = await run('list');
    expect(code).to.equal(0);
    expect(said).to.match(new RegExp(`inventory +${first} .*OrderPlaced .* v1 +error: TypeError: x is undefined`));
    expect(said).to.contain(second).and.to.contain('2 in all');
    expect((await run('list', '--service', 'payments')).said).not.to.contain(first);
    const letters = JSON.parse((await run('list', '--json')).said) as { service: string; id: string }[];
    expect(letters.map(({ service, id }) => [service, id])).to.deep.equal([
      ['inventory', first],
      ['payments', second],
    ]);
  });

  it('lists more than a page', async () => {
    await services[0]!.database.sql(
      `insert into dead_letters (id, topic, envelope, reason, error)
       select gen_random_uuid(), 'orders', '{}', 'envelope', 'e' from generate_series(1, 230)`,
    );
    expect((await run('list')).said)
      .to.contain('230 in all')
      .and.to.contain('something on orders');
  });

  it('shows one with the event that it holds', async () => {
    const id = await poison(services[1]!);
    const [letter] = JSON.parse((await run('show', id)).said) as { service: string; event: { type: string } }[];
    expect(letter).to.include({ service: 'payments' });
    expect(letter?.event.type).to.equal('OrderPlaced');
  });

  it('replays some or all, goes on after one that fails, and then ends with 1', async () => {
    const ids = [await poison(services[0]!), await poison(services[1]!)];
    const failed = await run('replay', ...ids);
    expect(failed.code).to.equal(1);
    expect(failed.said).to.contain('✘').and.to.contain('x is undefined').and.to.contain('0 done, 2 failed');
    broken = false;
    const done = await run('replay', '--all');
    expect(done.code).to.equal(0);
    expect(done.said).to.contain('2 done, 0 failed').and.to.contain('replayed');
    expect((await run('list', '--state', 'resolved')).said)
      .to.contain('replayed')
      .and.to.contain('2 in all');
  });

  it('closes one with a reason, and not without', async () => {
    const id = await poison(services[0]!);
    expect(await run('close', id)).to.include({ code: 2 });
    expect((await run('close', id, '--reason', 'sold by hand')).said)
      .to.contain('1 done')
      .and.to.contain('closed');
    expect(await services[0]!.database.sql('select note, resolution from dead_letters')).to.deep.equal([
      { note: 'sold by hand', resolution: 'closed' },
    ]);
    const again = await run('close', id, '--reason', 'again');
    expect(again.code).to.equal(1);
    expect(again.said).to.contain('was resolved already');
  });

  it('says what is wrong with a command, an id, or a service', async () => {
    for (const words of [[], ['lists'], ['show'], ['replay'], ['replay', v7(), '--all'], ['list', '--colour'], ['list', 'x']]) {
      const { code, said } = await run(...words);
      expect(code, words.join(' ')).to.equal(2);
      expect(said).to.contain('Usage');
    }
    expect((await run('show', v7())).said).to.contain('there is no dead letter');
    expect((await run('list', '--service', 'shop')).said).to.contain('There is no service shop; there are inventory, payments');
    expect((await run('list', '--state', 'lost')).said)
      .to.contain('inventory:')
      .and.to.contain('state');
    urls = { ...urls, catalog: 'http://127.0.0.1:9' };
    expect(await run('list')).to.deep.equal({ code: 1, said: '✘ catalog does not answer' });
    const { catalog: _, ...rest } = urls;
    urls = rest;
  });
});
