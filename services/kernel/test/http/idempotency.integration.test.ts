import { expect } from 'chai';
import { idempotent } from '../../http/idempotency.ts';
import type { IdempotentRequest } from '../../http/idempotency.ts';
import { Problem } from '../../http/problem.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { adminUrl, createTestDatabase } from '../postgres/test-database.ts';
import type { TestDatabase } from '../postgres/test-database.ts';

describe('Idempotency-Key', () => {
  let own: TestDatabase;
  let database: Database;
  before(async () => {
    own = await createTestDatabase(adminUrl(), 'idempotency');
    database = await openDatabaseAt(own.url, { name: 'test' });
    await database.sql('create table effects (id integer generated always as identity)');
  });
  after(async () => {
    await database.close();
    await own.drop();
  });
  beforeEach(() => database.sql('truncate effects, idempotency_keys'));

  const request = (key: string | undefined, body: unknown = { a: 1, b: 2 }, userId?: string): IdempotentRequest => ({
    headers: key === undefined ? {} : { 'idempotency-key': key },
    principal: userId === undefined ? null : { userId, roles: [], sessionId: 's' },
    params: {},
    query: {},
    body,
  });

  function place(given: IdempotentRequest, during: () => Promise<void> = () => Promise.resolve()) {
    return idempotent(database, given, { scope: 'test.place' }, async (unit) => {
      const [row] = await unit.em.execute<{ id: number }[]>('insert into effects default values returning id');
      await during();
      return { status: 201, body: { id: row?.id }, headers: { location: `/effects/${String(row?.id)}` } };
    });
  }

  async function effects(): Promise<number> {
    return (await database.sql('select id from effects')).length;
  }

  async function problemOf(work: Promise<unknown>): Promise<Problem> {
    const error = await work.catch((caught: unknown) => caught);
    if (!(error instanceof Problem)) throw new Error('It did not throw a Problem', { cause: error });
    return error;
  }

  it('gives the same request the same answer, and does it once', async () => {
    const first = await place(request('k1'));
    const second = await place(request('k1', { b: 2, a: 1 }));
    expect(second).to.deep.include({ status: 201, body: first.body });
    expect(second.headers).to.include({ location: first.headers?.['location'] ?? '', 'idempotent-replay': 'true' });
    expect(await effects()).to.equal(1);
  });

  it('refuses another request under the same key, and names the header', async () => {
    await place(request('k1'));
    const problem = await problemOf(place(request('k1', { a: 2 })));
    expect([problem.status, problem.parts.errors?.[0]?.field]).to.deep.equal([422, 'idempotency-key']);
    expect(await effects()).to.equal(1);
  });

  it('says 409 and when to come again while the first one runs', async () => {
    let second: Problem | undefined;
    await place(request('k1'), async () => {
      second = await problemOf(place(request('k1')));
    });
    expect([second?.status, second?.parts.headers?.['retry-after']]).to.deep.equal([409, '1']);
    expect(await effects()).to.equal(1);
  });

  it('does it once, however many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => place(request('k1')).catch((error: unknown) => error)));
    expect(answers.filter((answer) => !(answer instanceof Problem && answer.status === 409))).not.to.be.empty;
    expect(await effects()).to.equal(1);
  });

  it('keeps no failure: the request may be sent again', async () => {
    await place(request('k1'), () => Promise.reject(new Error('failed'))).catch(() => undefined);
    expect(await effects()).to.equal(0);
    expect((await place(request('k1'))).status).to.equal(201);
  });

  it('knows keys by who sent them', async () => {
    await place(request('k1', {}, 'u1'));
    await place(request('k1', {}, 'u2'));
    expect(await effects()).to.equal(2);
  });

  it('just runs without a key, and refuses one that is none', async () => {
    await place(request(undefined));
    await place(request(undefined));
    expect(await effects()).to.equal(2);
    for (const key of ['', 'two words', 'x'.repeat(201), 'ü']) {
      const { status, parts } = await problemOf(place(request(key)));
      expect([status, parts.errors?.[0]?.field]).to.deep.equal([400, 'idempotency-key']);
    }
  });
});
