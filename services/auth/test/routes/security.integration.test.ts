import { expect } from 'chai';
import { appToken } from '@cartwright/kernel/test/kernel-for-tests';
import { v7 } from 'uuid';
import { addSeedAccounts } from '../../adapters/seed-accounts.ts';
import { newEmail, password, runAuth } from '../running-auth.ts';
import type { Granted, RunningAuth } from '../running-auth.ts';

describe('The audit log', () => {
  let auth: RunningAuth;
  let staff: Granted;
  before(async () => {
    auth = await runAuth();
    await addSeedAccounts(auth.users, auth.hasher);
    staff = await login('staff@cartwright.test', 'staff-Passw0rd!');
  });
  after(() => auth.close());
  afterEach(() => {
    auth.beforeRotation = undefined;
  });

  const post = (path: string, body: unknown) =>
    auth.ask('POST', `/api/auth${path}`, { body, headers: { 'x-forwarded-for': '203.0.113.77' } });
  async function login(email: string, secret = password): Promise<Granted> {
    return (await post('/login', { email, password: secret })).body as unknown as Granted;
  }
  const refresh = (refreshToken: string) => post('/refresh', { refreshToken });
  const entriesOf = async (userId: string) => (await auth.log.list({ userId, limit: 50 })).toReversed();
  const kindsOf = async (userId: string) => (await entriesOf(userId)).map(({ kind }) => kind);
  const noticesOf = async (userId: string) =>
    (
      await auth.database.sql<{ data: { noticeId: string; kind: string }; version: number }>(
        `select data, aggregate_version as version from outbox where type = 'SecurityNoticed' and aggregate_id = ? order by aggregate_version`,
        [userId],
      )
    ).map(({ data, version }) => ({ ...data, version }));
  const askAs = (caller: string, id: string) =>
    auth.ask('GET', `/internal/security-notices/${id}`, { headers: { 'dapr-caller-app-id': caller, 'dapr-api-token': appToken } });

  it('tells a life: who came from where, and nothing that names a person', async () => {
    const { user, accessToken, refreshToken } = (await post('/register', { email: newEmail(), password, name: 'Nora Named' }))
      .body as unknown as Granted;
    await post('/login', { email: user.email, password: 'a wrong guess' });
    const second = await login(user.email);
    await auth.ask('DELETE', `/api/auth/me/sessions/${second.refreshToken.split('.')[0] ?? ''}`, { token: accessToken });
    await auth.ask('PATCH', '/api/auth/me', { token: accessToken, body: { password: 'another Passphrase', currentPassword: password } });
    await post('/logout', { refreshToken });
    const third = await login(user.email, 'another Passphrase');
    await auth.ask('DELETE', '/api/auth/me', { token: third.accessToken, body: { password: 'another Passphrase' } });
    const entries = await entriesOf(user.id);
    expect(entries.map(({ kind }) => kind)).to.deep.equal(
      'registered sign_in_failed signed_in session_ended password_changed signed_out signed_in account_deleted'.split(' '),
    );
    expect(entries[0]).to.include({ network: '203.0.113.0/24', sessionId: refreshToken.split('.')[0] });
    expect(JSON.stringify(entries)).not.to.match(/Nora|example\.org|203\.0\.113\.77|Passphrase/);
  });

  it('knows of tries at accounts that are not there, without saying which', async () => {
    const before = (await auth.log.list({ kind: 'sign_in_failed', limit: 100 })).length;
    await post('/login', { email: newEmail(), password });
    const entries = await auth.log.list({ kind: 'sign_in_failed', limit: 100 });
    expect(entries).to.have.length(before + 1);
    expect(entries[0]).to.include({ userId: null });
  });

  it('cannot be changed, not even by the service', async () => {
    const { user } = await auth.register();
    for (const statement of ['update security_events set kind = kind', 'delete from security_events', 'truncate security_events cascade'])
      expect(String(await auth.database.sql(statement).catch((error: unknown) => error)), statement).to.include('append only');
    expect(await kindsOf(user.id)).to.deep.equal(['registered']);
  });

  it('is read by staff, page by page and by user and kind, and by nobody else', async () => {
    const { user, accessToken } = await auth.register();
    for (let more = 0; more < 3; more++) await login(user.email);
    const read = (query: string, token = staff.accessToken) => auth.ask('GET', `/api/auth/security-events?${query}`, { token });
    const first = await read(`userId=${user.id}&limit=3`);
    expect(first.body.items?.map(({ kind }) => kind)).to.deep.equal(['signed_in', 'signed_in', 'signed_in']);
    expect(first.body.items?.[0]).to.include({ userId: user.id, actorId: null });
    const second = await read(`userId=${user.id}&limit=3&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body.items?.map(({ kind }) => kind)).to.deep.equal(['registered']);
    expect((await read(`userId=${user.id}&kind=registered`)).body.items).to.have.length(1);
    expect((await read('', accessToken)).status).to.equal(403);
    for (const [query, field] of [
      ['kind=party', 'kind'],
      ['userId=1', 'userId'],
      ['cursor=x', 'cursor'],
      [`cursor=${Buffer.from('["x"]').toString('base64url')}`, 'cursor'],
    ] as const)
      expect((await read(query)).body.errors?.[0]?.field, query).to.equal(field);
  });

  it('shows users their own part', async () => {
    const { user, accessToken } = await auth.register();
    await auth.register();
    const { items } = (await auth.ask('GET', '/api/auth/me/security-events', { token: accessToken })).body;
    expect(items?.map(({ kind }) => kind)).to.deep.equal(['registered']);
    expect(items?.[0]).not.to.have.property('userId');
    expect(user.id).to.be.a('string');
  });

  it('says which administrator gave roles', async () => {
    const { user } = await auth.register();
    const admin = await login('admin@cartwright.test', 'admin-Passw0rd!');
    await auth.ask('PUT', `/api/auth/users/${user.id}/roles`, { token: admin.accessToken, body: { roles: ['support'] } });
    expect((await entriesOf(user.id)).at(-1)).to.include({ kind: 'roles_changed', actorId: admin.user.id });
  });

  describe('A refresh token that is used twice', () => {
    it('ends the whole family, and has its owner told once, by an event that names nobody', async () => {
      const first = await auth.register();
      const second = (await refresh(first.refreshToken)).body as unknown as Granted;
      for (const token of [first.refreshToken, second.refreshToken, first.refreshToken])
        expect((await refresh(token)).status).to.equal(401);
      expect((await auth.ask('GET', '/api/auth/me', { token: second.accessToken })).status).to.equal(401);
      expect(await kindsOf(first.user.id)).to.deep.equal(['registered', 'refresh_token_reused']);
      const [notice, ...more] = await noticesOf(first.user.id);
      expect(more).to.deep.equal([]);
      expect(notice).to.include({ kind: 'refresh_token_reused', version: 3 });
      const told = await askAs('notifications', notice?.noticeId ?? '');
      expect(told.body).to.include({ email: first.user.email, name: 'A Person', locale: null, kind: 'refresh_token_reused' });
      expect((await askAs('orders', notice?.noticeId ?? '')).status).to.equal(404);
    });

    it('by many at once is told once', async () => {
      const { user, refreshToken } = await auth.register();
      await refresh(refreshToken);
      await Promise.all(Array.from({ length: 5 }, () => refresh(refreshToken)));
      expect(await noticesOf(user.id)).to.have.length(1);
    });

    it('leaves the owner’s other sessions alone', async () => {
      const here = await auth.register();
      const elsewhere = await login(here.user.email);
      await refresh(here.refreshToken);
      await refresh(here.refreshToken);
      expect((await refresh(elsewhere.refreshToken)).status).to.equal(200);
    });

    it('is not what a refresh is that a log-out overtakes', async () => {
      const { user, refreshToken } = await auth.register();
      auth.beforeRotation = async () => {
        auth.beforeRotation = undefined;
        await post('/logout', { refreshToken });
      };
      expect((await refresh(refreshToken)).status).to.equal(401);
      expect(await noticesOf(user.id)).to.deep.equal([]);
    });
  });

  it('has nothing to tell of what the owner need not know, nor of whom is gone', async () => {
    const { user, accessToken } = await auth.register();
    const [registered] = await entriesOf(user.id);
    expect((await askAs('notifications', registered?.id ?? '')).status).to.equal(404);
    expect((await askAs('notifications', v7())).status).to.equal(404);
    await auth.ask('PATCH', '/api/auth/me', { token: accessToken, body: { password: 'another Passphrase', currentPassword: password } });
    const [notice] = await noticesOf(user.id);
    expect((await askAs('notifications', notice?.noticeId ?? '')).status).to.equal(200);
    await auth.users.remove(user.id);
    expect((await askAs('notifications', notice?.noticeId ?? '')).status).to.equal(404);
    await auth.log.record({ userId: user.id, kind: 'password_changed' });
    expect(await noticesOf(user.id)).to.have.length(1);
  });
});
