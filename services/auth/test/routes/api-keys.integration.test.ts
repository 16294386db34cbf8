import { apiKeyChecker } from '@cartwright/kernel/http/api-keys';
import type { KnownApiKey } from '@cartwright/kernel/http/api-keys';
import { route } from '@cartwright/kernel/http/route';
import { appToken, kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { addSeedAccounts } from '../../adapters/seed-accounts.ts';
import { runAuth } from '../running-auth.ts';
import type { Granted, RunningAuth } from '../running-auth.ts';

const adminPassword = 'admin-Passw0rd!';

describe('API keys', () => {
  let auth: RunningAuth;
  let admin: string;
  /** Another service, which asks auth about keys as all do; and its clock. */
  let other: Listening;
  let now = Date.now();

  before(async () => {
    auth = await runAuth();
    await addSeedAccounts(auth.users, auth.hasher);
    admin = (await login('admin@cartwright.test', adminPassword)).accessToken;
    const asService = { 'content-type': 'application/json', 'dapr-caller-app-id': 'orders', 'dapr-api-token': appToken };
    const checkKey = apiKeyChecker({
      ask: async (proof) => {
        const answer = await fetch(`${auth.url}/internal/api-keys/check`, {
          method: 'POST',
          headers: asService,
          body: JSON.stringify(proof),
        });
        const { key } = (await answer.json()) as { key: KnownApiKey | null };
        return key ?? undefined;
      },
      now: () => now,
    });
    const door = (path: string, access: 'anyone' | { permission: 'orders.read' | 'orders.refund' }) =>
      route({ method: 'GET', path, summary: '', access, responses: {}, handle: ({ principal }) => ({ body: principal }) });
    const routes = [
      door('/api/orders', { permission: 'orders.read' }),
      door('/api/refunds', { permission: 'orders.refund' }),
      door('/api/open', 'anyone'),
    ];
    other = await listen(kernelForTests({ checkKey }), { routes });
  });
  after(async () => {
    await other.close();
    await auth.close();
  });

  const login = async (email: string, password: string) =>
    (await auth.ask('POST', '/api/auth/login', { body: { email, password } })).body as unknown as Granted;
  const make = (change: object = {}, token = admin) =>
    auth.ask('POST', '/api/auth/api-keys', {
      body: { name: 'Warehouse', permissions: ['orders.read'], password: adminPassword, ...change },
      token,
    });
  async function made(change: object = {}): Promise<{ id: string; key: string; prefix: string; expiresAt: string }> {
    const { status, body } = await make(change);
    expect(status, JSON.stringify(body)).to.equal(201);
    return body as unknown as { id: string; key: string; prefix: string; expiresAt: string };
  }
  const rotate = (id: string, change: object = {}) =>
    auth.ask('POST', `/api/auth/api-keys/${id}/rotate`, { body: { password: adminPassword, ...change }, token: admin });
  const revoke = (id: string) => auth.ask('DELETE', `/api/auth/api-keys/${id}`, { token: admin });
  async function knock(key: string, path = '/api/orders', scheme = 'Bearer'): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(other.url + path, { headers: { authorization: `${scheme} ${key}` } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  /** As a key is answered two seconds later: no service believes for longer what it has heard. */
  async function soonAfter(...keys: readonly string[]): Promise<number[]> {
    now += 1999;
    return (await Promise.all(keys.map((key) => knock(key)))).map(({ status }) => status);
  }

  it('let a machine in at another service, under either name, as itself and for what they were given', async () => {
    const { id, key } = await made();
    for (const scheme of ['Bearer', 'Api-Key', 'api-key']) {
      const { status, body } = await knock(key, '/api/orders', scheme);
      expect(status, scheme).to.equal(200);
      expect(body).to.deep.equal({ userId: id, sessionId: id, roles: [], permissions: ['orders.read'] });
    }
    expect((await knock(key, '/api/refunds')).status).to.equal(403);
    expect((await knock(key, '/api/open')).status).to.equal(200);
  });

  it('let in at auth too, and make no person of a machine', async () => {
    const { id, key } = await made({ permissions: ['security.audit'] });
    expect((await auth.ask('GET', '/api/auth/security-events', { token: key })).status).to.equal(200);
    expect((await auth.ask('GET', '/api/auth/me', { token: key })).status).to.equal(403);
    expect((await auth.ask('GET', '/api/auth/api-keys', { token: key })).status).to.equal(403);
    await revoke(id);
    expect((await auth.ask('GET', '/api/auth/security-events', { token: key })).status, 'at once').to.equal(401);
  });

  it('are kept as hashes, shown once, and listed without what would let in', async () => {
    const { id, key, prefix } = await made({ name: ' Till ' });
    expect(key).to.match(new RegExp(`^cwk_${prefix}_`));
    const { body } = await auth.ask('GET', '/api/auth/api-keys?limit=1', { token: admin });
    expect(body.items?.[0]).to.include({ id, name: 'Till', prefix, revokedAt: null, lastUsedAt: null });
    const kept = JSON.stringify([
      await auth.database.sql('select * from api_keys'),
      await auth.database.sql('select * from api_key_secrets'),
      body,
    ]);
    expect(kept).not.to.include(key).and.not.to.include(key.slice(-43));
  });

  it('are refused when invented, be it under a prefix that exists', async () => {
    const { key } = await made();
    const forged = key.replace(/.{6}$/, (end) => (end === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA'));
    for (const wrong of [forged, `cwk_000000000000_${'A'.repeat(43)}`, 'cwk_x', `${key}x`])
      expect((await knock(wrong)).status, wrong.slice(0, 8)).to.equal(401);
    expect((await knock(forged, '/api/open')).status).to.equal(401);
    expect((await knock('no key at all', '/api/open', 'Api-Key')).status).to.equal(401);
  });

  it('are revoked everywhere within two seconds, and for good', async () => {
    const { id, key } = await made();
    expect((await knock(key)).status).to.equal(200);
    expect((await revoke(id)).status).to.equal(204);
    expect(await soonAfter(key)).to.deep.equal([401]);
    expect((await revoke(id)).status).to.equal(404);
    expect((await rotate(id)).status).to.equal(404);
  });

  it('expire', async () => {
    const { id, key, expiresAt } = await made({ expiresInDays: 30 });
    expect(Date.parse(expiresAt) - Date.now()).to.be.within(29.9 * 86_400_000, 30.1 * 86_400_000);
    await auth.database.sql('update api_keys set expires_at = now() where id = ?', [id]);
    expect((await knock(key)).status).to.equal(401);
  });

  it('are rotated with an overlap, after which the old secret is refused; another rotation ends earlier ones', async () => {
    const first = await made();
    const second = (await rotate(first.id)).body as unknown as { key: string; prefix: string };
    expect(second.prefix).not.to.equal(first.prefix);
    expect([(await knock(first.key)).status, (await knock(second.key)).status]).to.deep.equal([200, 200]);
    expect((await knock(second.key)).body['userId']).to.equal(first.id);
    const third = (await rotate(first.id, { overlapSeconds: 0 })).body as unknown as { key: string };
    expect(await soonAfter(first.key, second.key, third.key)).to.deep.equal([401, 401, 200]);
  });

  it('are rotated by two at once one after the other', async () => {
    const { id } = await made();
    const answers = await Promise.all([rotate(id), rotate(id)]);
    expect(answers.map(({ status }) => status)).to.deep.equal([201, 201]);
    const newest = await auth.database.sql('select prefix from api_key_secrets where key_id = ? and ends_at is null', [id]);
    expect(newest).to.have.length(1);
  });

  it('tell when they were used last', async () => {
    const { id, key } = await made();
    await knock(key);
    const [row] = await auth.database.sql<{ recent: boolean }>(
      `select last_used_at > now() - interval '1 minute' as recent from api_keys where id = ?`,
      [id],
    );
    expect(row?.recent).to.equal(true);
  });

  it('are made by administrators alone, who show their password again', async () => {
    const staff = (await login('staff@cartwright.test', 'staff-Passw0rd!')).accessToken;
    expect((await make({}, staff)).status).to.equal(403);
    expect((await auth.ask('POST', '/api/auth/api-keys', { body: {} })).status).to.equal(401);
    const guess = await make({ password: 'something else' });
    expect([guess.status, guess.body['code']]).to.deep.equal([403, 'wrong_password']);
    expect((await rotate(v7(), { password: 'something else' })).status).to.equal(403);
  });

  it('are refused by name where something is wrong with what was asked for', async () => {
    const cases: readonly [object, string][] = [
      [{ name: ' ' }, '/name'],
      [{ permissions: [] }, '/permissions'],
      [{ permissions: ['api-keys.manage'] }, '/permissions/0'],
      [{ permissions: ['wizardry'] }, '/permissions/0'],
      [{ expiresInDays: 0 }, '/expiresInDays'],
      [{ expiresInDays: 1000 }, '/expiresInDays'],
      [{ roles: ['admin'] }, '/roles'],
    ];
    for (const [change, field] of cases) {
      const { status, body } = await make(change);
      expect(status, field).to.equal(400);
      expect(
        body.errors?.map((error) => error.field),
        field,
      ).to.include(field);
    }
  });

  it('leave their making, rotating and revoking in the audit log', async () => {
    const { id } = await made();
    await rotate(id);
    await revoke(id);
    const { user } = await login('admin@cartwright.test', adminPassword);
    const entries = (await auth.log.list({ limit: 50 })).filter(({ subjectId }) => subjectId === id).toReversed();
    expect(entries.map(({ kind }) => kind)).to.deep.equal(['api_key_made', 'api_key_rotated', 'api_key_revoked']);
    for (const entry of entries) expect(entry).to.include({ actorId: user.id, userId: null });
  });
});
