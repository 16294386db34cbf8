import { SidecarUnavailable } from '@cartwright/kernel/dapr/errors';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { password, runAuth } from '../running-auth.ts';
import type { Granted, RunningAuth } from '../running-auth.ts';

const home = { name: 'Ada', line1: '1 Main St', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' };

describe('The export of what the shop knows of a person', () => {
  let auth: RunningAuth;
  let ada: Granted;
  before(async () => {
    auth = await runAuth();
  });
  after(() => auth.close());
  beforeEach(async () => {
    ada = await auth.register();
    auth.elsewhere = () => Promise.resolve({ data: {}, next: null });
  });
  const ask = (method: string, path = '', token = ada.accessToken) => auth.ask(method, `/api/auth/me/export${path}`, { token });
  const ready = () => until('the export is ready', async () => (await ask('GET')).body['state'] === 'ready');

  it('holds what auth keeps and what every other service answers, page by page, and no hash', async () => {
    await auth.ask('POST', '/api/auth/me/addresses', { token: ada.accessToken, body: home });
    auth.elsewhere = (userId, after) =>
      Promise.resolve(
        after === undefined
          ? { data: { orders: [`first of ${userId}`], carts: ['one'] }, next: 'second' }
          : { data: { orders: [`${after} of ${userId}`] }, next: null },
      );
    expect((await ask('GET')).status).to.equal(404);
    expect((await ask('GET', '/document')).status).to.equal(404);
    const asked = await ask('POST');
    expect([asked.status, asked.headers.get('location')]).to.deep.equal([202, '/api/auth/me/export']);
    await ready();
    const { status, headers, body } = await ask('GET', '/document');
    expect(status).to.equal(200);
    expect(headers.get('content-disposition')).to.equal('attachment; filename="cartwright-my-data.json"');
    expect(headers.get('cache-control')).to.equal('no-store');
    const { account, elsewhere } = body as unknown as { account: Record<string, object[]>; elsewhere: object };
    expect(elsewhere).to.deep.equal({ orders: [`first of ${ada.user.id}`, `second of ${ada.user.id}`], carts: ['one'] });
    expect(account['account']).to.have.nested.property('0.email', ada.user.email);
    expect(account['addresses']).to.have.nested.property('0.address.line1', home.line1);
    expect(account['sessions']).to.have.length(1);
    expect((account['securityEvents'] as { kind: string }[]).map(({ kind }) => kind)).to.include.members(['registered', 'data_exported']);
    expect(JSON.stringify(body)).not.to.match(/argon2|Hash/);
  });

  it('waits for a service that is away, and is nothing until it is whole', async () => {
    let away = true;
    auth.elsewhere = () =>
      away ? Promise.reject(new SidecarUnavailable('orders is away')) : Promise.resolve({ data: { orders: [1] }, next: null });
    await ask('POST');
    await until('it was tried and put off', async () => {
      const [row] = await auth.database.sql<{ waits: boolean }>('select due_at > now() as waits from exports where user_id = ?', [
        ada.user.id,
      ]);
      return row?.waits === true;
    });
    expect((await ask('GET')).body).to.include({ state: 'collecting', readyAt: null });
    expect((await ask('GET', '/document')).status).to.equal(404);
    away = false;
    await auth.database.sql('update exports set due_at = now() where user_id = ?', [ada.user.id]);
    await ready();
    expect((await ask('GET', '/document')).body['elsewhere']).to.deep.equal({ orders: [1] });
  });

  it('is gathered once at a time and once a minute, however often it is asked for', async () => {
    let times = 0;
    auth.elsewhere = () => {
      times++;
      return Promise.resolve({ data: {}, next: null });
    };
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('POST')));
    expect(new Set(answers.map(({ body }) => body['askedAt'])).size).to.equal(1);
    await ready();
    expect((await ask('POST')).body).to.include({ state: 'ready' });
    expect(times).to.equal(1);
    await auth.database.sql(`update exports set asked_at = asked_at - interval '2 minutes' where user_id = ?`, [ada.user.id]);
    expect((await ask('POST')).body).to.include({ state: 'collecting' });
    await ready();
    expect(times).to.equal(2);
  });

  it('is for that person alone, and goes with the account', async () => {
    await ask('POST');
    await ready();
    const eve = await auth.register();
    for (const path of ['', '/document']) expect((await ask('GET', path, eve.accessToken)).status).to.equal(404);
    await auth.ask('DELETE', '/api/auth/me', { token: ada.accessToken, body: { password } });
    expect(await auth.database.sql('select 1 from exports where user_id = ?', [ada.user.id])).to.deep.equal([]);
  });
});
