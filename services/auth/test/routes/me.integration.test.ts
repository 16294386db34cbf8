import { expect } from 'chai';
import { appToken } from '@cartwright/kernel/test/kernel-for-tests';
import { v7 } from 'uuid';
import { addSeedAccounts } from '../../adapters/seed-accounts.ts';
import { newEmail, password, runAuth } from '../running-auth.ts';
import type { Granted, RunningAuth } from '../running-auth.ts';

const home = { name: 'Ada', line1: '1 Main St', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' };

describe('What signed-in users see and change', () => {
  let auth: RunningAuth;
  let ada: Granted;
  before(async () => {
    auth = await runAuth();
  });
  after(() => auth.close());
  beforeEach(async () => {
    ada = await auth.register();
  });
  const as = (token: string, method: string, path: string, body?: unknown) => auth.ask(method, `/api/auth${path}`, { token, body });
  const login = (email: string, secret = password) => auth.ask('POST', '/api/auth/login', { body: { email, password: secret } });

  it('is nothing without a token', async () => {
    for (const path of ['/me', '/me/sessions', '/me/addresses'])
      expect((await auth.ask('GET', `/api/auth${path}`)).status, path).to.equal(401);
  });

  it('is their name', async () => {
    expect((await as(ada.accessToken, 'PATCH', '/me', { name: ' Countess ' })).body).to.include({ name: 'Countess' });
    for (const name of ['Countess\n', 'www.evil.example'])
      expect((await as(ada.accessToken, 'PATCH', '/me', { name })).body, name).to.have.nested.property('errors.0.field', '/name');
    expect((await as(ada.accessToken, 'GET', '/me')).body).to.include({ name: 'Countess', email: ada.user.email });
    const { status, body } = await as(ada.accessToken, 'PATCH', '/me', { email: newEmail() });
    expect([status, body.errors?.[0]?.field]).to.deep.equal([400, '/email']);
  });

  it('is their password, for which they need the current one; the other sessions end', async () => {
    const elsewhere = (await login(ada.user.email)).body as unknown as Granted;
    const change = (body: unknown) => as(ada.accessToken, 'PATCH', '/me', body);
    expect((await change({ password: 'another Passphrase' })).body.errors?.[0]?.field).to.equal('/currentPassword');
    expect((await change({ password: 'another Passphrase', currentPassword: 'guess' })).status).to.equal(403);
    expect((await change({ password: 'iloveyou', currentPassword: password })).body['code']).to.equal('weak_password');
    expect((await change({ password: 'another Passphrase', currentPassword: password })).status).to.equal(200);
    expect((await login(ada.user.email)).status).to.equal(401);
    expect((await login(ada.user.email, 'another Passphrase')).status).to.equal(200);
    expect((await as(elsewhere.accessToken, 'GET', '/me')).status).to.equal(401);
    expect((await as(ada.accessToken, 'GET', '/me')).status).to.equal(200);
  });

  it('is their account, which they delete with their password', async () => {
    const remove = (secret: string) => as(ada.accessToken, 'DELETE', '/me', { password: secret });
    expect((await remove('guess')).status).to.equal(403);
    await as(ada.accessToken, 'POST', '/me/addresses', home);
    expect((await remove(password)).status).to.equal(204);
    expect((await login(ada.user.email)).status).to.equal(401);
    expect((await auth.ask('POST', '/api/auth/refresh', { body: { refreshToken: ada.refreshToken } })).status).to.equal(401);
    expect(await auth.database.sql('select id from addresses where user_id = ?', [ada.user.id])).to.deep.equal([]);
  });

  it('is told to the other services once nothing can come from the account any more, and once', async () => {
    const told = () => auth.database.sql('select data from outbox where aggregate_id = ? and type = ?', [ada.user.id, 'UserDeleted']);
    const session = ada.refreshToken.split('.')[0] ?? '';
    expect((await as(ada.accessToken, 'DELETE', '/me', { password })).status).to.equal(204);
    await auth.tellErasures(60);
    expect(await told()).to.deep.equal([]);
    // As if the process had died before the sessions were ended.
    const at = new Date().toISOString();
    await auth.sessions.start({
      ...{ id: v7(), userId: ada.user.id, familyHash: '', tokenHash: '' },
      createdAt: at,
      usedAt: at,
      device: '',
    });
    await Promise.all([auth.tellErasures(0), auth.tellErasures(0)]);
    expect(await told()).to.deep.equal([{ data: { userId: ada.user.id } }]);
    expect(await auth.sessions.find(session)).to.equal(undefined);
    expect(await auth.sessions.list(ada.user.id)).to.deep.equal([]);
  });

  it('are their sessions, with browser and system in people’s words', async () => {
    const firefox = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0';
    const headers = { 'user-agent': firefox };
    await auth.ask('POST', '/api/auth/login', { body: { email: ada.user.email, password }, headers });
    const { items = [] } = (await as(ada.accessToken, 'GET', '/me/sessions')).body;
    expect(items.find(({ current }) => !current)).to.include({ device: firefox, browser: 'Firefox', system: 'macOS' });
    expect(items.find(({ current }) => current)).to.include({ browser: null, system: null });
  });

  it('are their sessions, of which they end one, and nobody else’s', async () => {
    const elsewhere = (await login(ada.user.email)).body as unknown as Granted;
    const eve = await auth.register();
    const { items = [] } = (await as(ada.accessToken, 'GET', '/me/sessions')).body;
    const other = String(items.find(({ current }) => !current)?.['id']);
    expect((await as(eve.accessToken, 'DELETE', `/me/sessions/${other}`)).status).to.equal(404);
    expect((await as(ada.accessToken, 'DELETE', `/me/sessions/${other}`)).status).to.equal(204);
    expect((await as(elsewhere.accessToken, 'GET', '/me')).status).to.equal(401);
    expect((await as(ada.accessToken, 'GET', '/me/sessions')).body.items).to.have.length(1);
    expect((await as(ada.accessToken, 'DELETE', '/me/sessions/x')).status).to.equal(400);
  });

  it('are their addresses', async () => {
    const added = await as(ada.accessToken, 'POST', '/me/addresses', home);
    expect(added.status).to.equal(201);
    const path = `/me/addresses/${String(added.body['id'])}`;
    expect(added.headers.get('location')).to.equal(`/api/auth${path}`);
    const eve = await auth.register();
    for (const [method, body] of [
      ['PUT', home],
      ['DELETE', undefined],
    ] as const)
      expect((await as(eve.accessToken, method, path, body)).status, method).to.equal(404);
    expect((await as(ada.accessToken, 'PUT', path, { ...home, city: ' Chicago', region: 'illinois' })).status).to.equal(200);
    expect((await as(ada.accessToken, 'PUT', path, { ...home, country: 'Oz' })).body.errors?.[0]?.field).to.equal('/country');
    expect((await as(ada.accessToken, 'POST', '/me/addresses', { ...home, region: '' })).body.errors?.[0]?.field).to.equal('/region');
    const { items = [] } = (await as(ada.accessToken, 'GET', '/me/addresses')).body;
    expect(items).to.deep.equal([{ id: added.body['id'], address: { ...home, city: 'Chicago' } }]);
    expect((await as(ada.accessToken, 'DELETE', path)).status).to.equal(204);
    expect((await as(ada.accessToken, 'DELETE', path)).status).to.equal(404);
  });

  it('are fifty addresses at most', async () => {
    const one = JSON.stringify(home);
    for (let kept = 0; kept < 50; kept++)
      await auth.database.sql('insert into addresses (id, user_id, address) values (?, ?, ?::jsonb)', [v7(), ada.user.id, one]);
    expect((await as(ada.accessToken, 'POST', '/me/addresses', home)).body).to.include({ status: 409, code: 'too_many_addresses' });
  });

  describe('Roles', () => {
    it('are given by administrators, and count from the next log-in', async () => {
      await addSeedAccounts(auth.users, auth.hasher);
      await addSeedAccounts(auth.users, auth.hasher); // a second time adds nothing
      const admin = (await login('admin@cartwright.test', 'admin-Passw0rd!')).body as unknown as Granted;
      const give = (token: string, id: string, given: unknown) => as(token, 'PUT', `/users/${id}/roles`, { roles: given });
      const eve = await auth.register();
      expect((await give(eve.accessToken, ada.user.id, ['admin'])).status).to.equal(403);
      expect((await give(admin.accessToken, ada.user.id, ['king'])).body.errors?.[0]?.field).to.equal('/roles/0');
      expect((await give(admin.accessToken, v7(), ['staff'])).status).to.equal(404);
      const given = await give(admin.accessToken, ada.user.id, ['customer', 'staff']);
      expect(given.body['roles']).to.deep.equal(['customer', 'staff']);
      expect((await as(ada.accessToken, 'GET', '/me')).status).to.equal(401);
      const again = (await login(ada.user.email)).body as unknown as Granted;
      expect(again.user.roles).to.deep.equal(['customer', 'staff']);
    });
  });

  describe('Who may do something by a role', () => {
    const ask = (caller: string, permission: string) =>
      auth.ask('GET', `/internal/staff?permission=${permission}`, {
        headers: { 'dapr-caller-app-id': caller, 'dapr-api-token': appToken },
      });

    it('is told to notifications alone: ids of those who have such a role at the moment', async () => {
      const admin = (await login('admin@cartwright.test', 'admin-Passw0rd!')).body as unknown as Granted;
      const eve = await auth.register();
      const toldOf = async (permission: string): Promise<unknown[]> =>
        (await ask('notifications', permission)).body['userIds'] as unknown[];
      await as(admin.accessToken, 'PUT', `/users/${eve.user.id}/roles`, { roles: ['customer', 'support'] });
      expect(await toldOf('stock.read')).to.include.members([eve.user.id, admin.user.id]);
      expect(await toldOf('stock.write'))
        .to.include(admin.user.id)
        .and.not.to.include(eve.user.id);
      await as(admin.accessToken, 'PUT', `/users/${eve.user.id}/roles`, { roles: ['customer'] });
      expect(await toldOf('stock.read')).not.to.include(eve.user.id);
      expect((await ask('orders', 'stock.read')).status).to.equal(404);
      expect((await ask('notifications', 'stock.steal')).status).to.equal(400);
    });
  });

  describe('The address of a user', () => {
    const ask = (caller: string, token = appToken) =>
      auth.ask('GET', `/internal/users/${ada.user.id}/contact`, { headers: { 'dapr-caller-app-id': caller, 'dapr-api-token': token } });

    it('is told to the services that write to people', async () => {
      for (const caller of ['notifications', 'orders'])
        expect((await ask(caller)).body, caller).to.deep.equal({ email: ada.user.email, name: ada.user.name, locale: null });
    });

    it('is told to nobody else', async () => {
      expect((await ask('catalog')).status).to.equal(404);
      expect((await ask('orders', 'invented')).status).to.equal(404);
      expect((await auth.ask('GET', `/internal/users/${ada.user.id}/contact`, { token: ada.accessToken })).status).to.equal(404);
    });
  });
});
