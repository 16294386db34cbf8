import { expect } from 'chai';
import { v7 } from 'uuid';
import { toProblem } from '../../http/failure.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { testHost } from '../messaging/fixtures.ts';
import type { TestHost } from '../messaging/fixtures.ts';
import { pausingProxy } from './pausing-proxy.ts';
import type { PausingProxy } from './pausing-proxy.ts';
import { adminUrl, createTestDatabase, until } from './test-database.ts';
import type { TestDatabase } from './test-database.ts';

describe('a database whose Postgres hangs', () => {
  let place: TestDatabase;
  let proxy: PausingProxy;
  let database: Database;
  let host: TestHost;

  before(async () => {
    place = await createTestDatabase(adminUrl(), 'watchdog');
    proxy = await pausingProxy(place.url);
    host = testHost();
    database = await openDatabaseAt(proxy.url, { name: 'orders', host, poolSize: 3 });
    await database.sql('create table notes (text text)');
  });
  after(async () => {
    await database.close();
    await proxy.close();
    await place.drop();
  });
  beforeEach(async () => {
    await database.sql('truncate notes');
    host.lines.length = 0;
  });
  afterEach(() => {
    proxy.resume();
  });

  /** What became of it: the answer's status as a caller would get it, and after how many milliseconds. */
  async function outcome(work: Promise<unknown>): Promise<{ status: number; ms: number }> {
    const began = Date.now();
    const status = await work.then(
      () => 200,
      (error: unknown) => toProblem(error).status,
    );
    return { status, ms: Date.now() - began };
  }
  const note = (text = v7()): Promise<void> =>
    database.transaction(async ({ em }) => {
      await em.execute('insert into notes values (?)', [text]);
    });
  const heard = (message: string): boolean => host.lines.some(({ msg }) => String(msg).includes(message));

  it('says 503 within 2.5 s to all who wait, at once to who comes later, and works again by itself', async () => {
    await Promise.all([note(), note(), note()]); // connections are open and idle
    proxy.pause();
    const waiting = await Promise.all(Array.from({ length: 12 }, () => outcome(note())));
    for (const { status, ms } of waiting) {
      expect(status).to.equal(503);
      expect(ms).to.be.below(2500);
    }
    const later = await outcome(note());
    expect(later.status).to.equal(503);
    expect(later.ms).to.be.below(100);
    expect(await outcome(database.ping())).to.include({ status: 503 });
    proxy.resume();
    await until('it answers again', () => heard('Postgres answers again'));
    expect(await outcome(note('after'))).to.include({ status: 200 });
  });

  it('leaves nothing of a transaction that it broke off, also where the server goes on', async () => {
    const broken = database.transaction(async ({ em }) => {
      await em.execute("insert into notes values ('half')");
      proxy.pause();
      await em.execute("insert into notes values ('whole')");
    });
    expect(await outcome(broken)).to.include({ status: 503 });
    proxy.resume();
    await until('it answers again', () => heard('Postgres answers again'));
    await Promise.all([note('a'), note('b'), note('c')]); // every connection of the pool: none is left in a transaction
    expect(await database.sql('select text from notes order by text')).to.deep.equal([{ text: 'a' }, { text: 'b' }, { text: 'c' }]);
    const open = await database.sql(
      "select pid from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
    );
    expect(open).to.deep.equal([]);
  });

  it('is not taken for one that hangs while a statement is slow, and leaves that alone', async () => {
    const before = proxy.opened();
    expect(await outcome(database.sql('select pg_sleep(2.2)'))).to.include({ status: 200 });
    expect(heard('does not answer')).to.equal(false);
    expect(proxy.opened() - before).to.be.within(1, 5); // it was asked on new connections whether it is there
  });

  it('that is short of connections lets callers wait for three seconds, then says 503, and goes on', async () => {
    const release = Promise.withResolvers<undefined>();
    const holding = Array.from({ length: 3 }, () => database.transaction(() => release.promise));
    const { status, ms } = await outcome(note());
    expect(status).to.equal(503);
    expect(ms).to.be.within(2900, 4000);
    release.resolve(undefined);
    await Promise.all(holding);
    expect(await outcome(note())).to.include({ status: 200 });
    expect(heard('does not answer')).to.equal(false);
  });

  it('says 503 at once where nobody listens', async () => {
    const gone = await pausingProxy(place.url);
    const other = await openDatabaseAt(gone.url, { name: 'orders', host: testHost() });
    await gone.close();
    const { status, ms } = await outcome(other.sql('select 1'));
    expect(status).to.equal(503);
    expect(ms).to.be.below(500);
    await other.close();
  });
});
