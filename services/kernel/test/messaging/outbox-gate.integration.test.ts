import { expect } from 'chai';
import { v7 } from 'uuid';
import { toProblem } from '../../http/failure.ts';
import { outboxGate } from '../../messaging/outbox-gate.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { adminUrl, createTestDatabase } from '../postgres/test-database.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { orderEvents, publishAll } from './fixtures.ts';

describe('the gate before work that needs events', () => {
  let place: TestDatabase;
  let database: Database;

  before(async () => {
    place = await createTestDatabase(adminUrl(), 'gate');
    database = await openDatabaseAt(place.url, { name: 'orders' });
  });
  after(async () => {
    await database.close();
    await place.drop();
  });
  beforeEach(() => database.sql('truncate outbox'));

  async function problemOf(work: Promise<void>): Promise<{ status: number; code: string; retryAfter: string | undefined } | undefined> {
    try {
      await work;
      return undefined;
    } catch (error) {
      const { status, code, parts } = toProblem(error);
      return { status, code, retryAfter: parts.headers?.['retry-after'] };
    }
  }
  const refused = { status: 503, code: 'backlog', retryAfter: '10' };

  it('is open while nothing waits, or little, for a short time', async () => {
    const gate = outboxGate(database, { keptMs: 0, events: 5 });
    expect(await problemOf(gate())).to.equal(undefined);
    await publishAll(database, orderEvents(v7(), 4));
    expect(await problemOf(gate())).to.equal(undefined);
  });

  it('says 503 and when to come again where too many events wait, and opens when they are published', async () => {
    const gate = outboxGate(database, { keptMs: 0, events: 5 });
    await publishAll(database, orderEvents(v7(), 5));
    expect(await problemOf(gate())).to.deep.equal(refused);
    await database.sql('truncate outbox');
    expect(await problemOf(gate())).to.equal(undefined);
  });

  it('says 503 where more than a few have waited for too long, by the clock of Postgres, and not for one that no broker takes', async () => {
    await publishAll(database, orderEvents(v7(), 4));
    await database.sql("update outbox set time = clock_timestamp() - interval '61 seconds' where aggregate_version <= 3");
    expect(await problemOf(outboxGate(database, { keptMs: 0, few: 3, seconds: 60 })())).to.deep.equal(refused);
    expect(await problemOf(outboxGate(database, { keptMs: 0, few: 4, seconds: 60 })())).to.equal(undefined);
    expect(await problemOf(outboxGate(database, { keptMs: 0, few: 3, seconds: 90 })())).to.equal(undefined);
    expect(await problemOf(outboxGate(database, { keptMs: 0, seconds: 60 })())).to.equal(undefined);
  });

  it('asks once for all who come within a second, and again at once after a failure', async () => {
    let asked = 0;
    let away = true;
    const counting: Database = {
      ...database,
      sql: (statement, params) => {
        asked += 1;
        return away ? Promise.reject(Object.assign(new Error('gone'), { code: '08006' })) : database.sql(statement, params);
      },
    };
    const gate = outboxGate(counting);
    expect((await problemOf(gate()))?.code).to.equal('unavailable');
    away = false;
    await Promise.all(Array.from({ length: 20 }, () => gate()));
    expect(asked).to.equal(2);
  });
});
