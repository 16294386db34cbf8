import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect } from 'chai';
import { v7 } from 'uuid';
import type { Envelope } from '../../events/envelope.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { adminUrl, createTestDatabase, until } from '../postgres/test-database.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { orderEvents, publishAll } from './fixtures.ts';

/** A relay's process, and what it has told. */
interface RelayProcess {
  readonly child: ChildProcess;
  readonly told: string[];
}

interface Published {
  readonly by: string;
  readonly event: Envelope;
}

describe('relays in processes of their own', function () {
  this.timeout(60_000);

  let place: TestDatabase;
  let database: Database;
  let broker: Server;
  /** What was published, in the order in which it came. */
  let published: Published[];
  /** Runs when a call has come, before it is answered. */
  let onCall: (by: string) => Promise<void>;
  const processes: RelayProcess[] = [];
  const orders = Array.from({ length: 12 }, () => v7());

  before(async () => {
    place = await createTestDatabase(adminUrl(), 'failover');
    database = await openDatabaseAt(place.url, { name: 'orders' });
    // Where the sidecar would be: it takes what is published, and tells who sent it.
    broker = createServer((request, response) => {
      void json(request).then(async (entries) => {
        const by = String(request.headers['dapr-api-token']);
        published.push(...(entries as { event: Envelope }[]).map(({ event }) => ({ by, event })));
        await onCall(by);
        response.writeHead(204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(broker, 'listening');
  });
  after(async () => {
    broker.closeAllConnections();
    broker.close();
    await database.close();
    await place.drop();
  });
  beforeEach(async () => {
    await database.sql('truncate outbox, event_log');
    published = [];
    onCall = () => Promise.resolve();
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map(kill));
  });

  function start(name: string, environment: Record<string, string> = {}): RelayProcess {
    const { port } = broker.address() as AddressInfo;
    const child = spawn(process.execPath, [`${import.meta.dirname}/relay-for-tests.ts`], {
      env: { ...process.env, DATABASE_URL: place.url, SIDECAR_PORT: String(port), NAME: name, ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const told: string[] = [];
    child.on('message', (text) => told.push(text as string));
    const relay = { child, told };
    processes.push(relay);
    return relay;
  }

  async function kill({ child }: RelayProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Starts one beside one that is active. */
  async function standby(name: string): Promise<RelayProcess> {
    const relay = start(name);
    await until('the relay stands by', () => relay.told.includes('the relay stands by'));
    return relay;
  }
  const active = ({ told }: RelayProcess): Promise<void> => until('the relay is active', () => told.includes('the relay is active'));
  /** Every order's next events, in transactions that run side by side. */
  const place_ = async (from: number, count: number): Promise<void> => {
    await Promise.all(orders.map((orderId) => publishAll(database, orderEvents(orderId, count, from))));
  };
  const allGone = (): Promise<void> =>
    until('the outbox is empty', async () => (await database.sql<{ n: number }>('select count(*)::int as n from outbox'))[0]?.n === 0);

  /** What a consumer makes of it: per order versions without a hole and in order, whatever came twice. */
  function expectWhole(versions: number): void {
    for (const orderId of orders) {
      const came = published.filter(({ event }) => event.subject === orderId).map(({ event }) => event.aggregateversion);
      let next = 1;
      for (const version of came) {
        expect(version, `${came.join(', ')}: a gap`).to.be.at.most(next);
        if (version === next) next += 1;
      }
      expect(next - 1, came.join(', ')).to.equal(versions);
    }
    const ids = new Set(published.map(({ event }) => event.id));
    expect(ids.size).to.equal(orders.length * versions);
  }

  it('lose nothing and keep the order of every aggregate when the active one is killed between publishing and removing', async () => {
    const first = start('first', { HOLD: '1' });
    await active(first);
    const second = await standby('second');
    await place_(1, 3);
    await until('published and not removed', () => first.told.includes('published'));
    expect(published.every(({ by }) => by === 'first')).to.equal(true);
    const twice = published.map(({ event }) => event.id);
    const writing = place_(4, 2); // the world goes on meanwhile
    await kill(first);
    await active(second);
    await writing;
    await allGone();
    expectWhole(5);
    const again = published.filter(({ by }) => by === 'second').map(({ event }) => event.id);
    expect(again).to.include.members(twice); // what was published and not removed comes once more, and nothing else does
    expect(published).to.have.length(orders.length * 5 + twice.length);
  });

  it('lose nothing when the active one is killed while the broker has its events and has not answered', async () => {
    const first = start('first');
    await active(first);
    const second = await standby('second');
    const called = Promise.withResolvers<undefined>();
    const never = Promise.withResolvers<undefined>();
    onCall = async (by) => {
      if (by !== 'first') return;
      called.resolve(undefined);
      await never.promise;
    };
    await place_(1, 4);
    await called.promise;
    await kill(first);
    await active(second);
    await allGone();
    never.resolve(undefined);
    expectWhole(4);
  });

  it('take over from one that hangs with its connection open, which stands by when it wakes and takes over in its turn', async () => {
    const first = start('first', { SILENT_MS: '1000' }); // a busy machine may keep a process waiting for 300;
    await active(first);
    const second = await standby('second');
    await place_(1, 1);
    await allGone();
    first.child.kill('SIGSTOP');
    await place_(2, 2);
    await active(second);
    await allGone();
    expect(published.slice(orders.length).every(({ by }) => by === 'second')).to.equal(true);
    first.told.length = 0;
    first.child.kill('SIGCONT');
    await until('the first knows that it was replaced', () => first.told.includes('the relay lost its connection'));
    await place_(4, 1);
    await allGone();
    expect(published.slice(orders.length).every(({ by }) => by === 'second')).to.equal(true);
    await kill(second);
    await place_(5, 1);
    await active(first);
    await allGone();
    expectWhole(5);
    expect(published).to.have.length(orders.length * 5);
  });
});
