import { expect } from 'chai';
import { v7 } from 'uuid';
import { password, runAuth } from '../running-auth.ts';
import type { Answer, Granted, RunningAuth } from '../running-auth.ts';
import { SoftwareAuthenticator } from '../software-authenticator.ts';

const origin = 'https://www.shop.example';

describe('Passkeys', () => {
  let auth: RunningAuth;
  before(async () => {
    auth = await runAuth();
  });
  after(() => auth.close());

  const path = '/api/auth/me/passkeys';
  const post = (to: string, body?: unknown, token?: string) =>
    auth.ask('POST', to, { ...(body === undefined ? {} : { body }), ...(token === undefined ? {} : { token }) });
  const optionsFor = async (token: string) => (await post(`${path}/options`, { password }, token)).body;
  const loginOptions = async () => (await post('/api/auth/login/passkey/options')).body;
  const login = (response: unknown) => post('/api/auth/login/passkey', { response });
  const register = (token: string, response: unknown, name = 'Phone') => post(path, { name, response }, token);
  const kindsOf = async (userId: string) => (await auth.log.list({ userId, limit: 50 })).toReversed().map(({ kind }) => kind);
  const noticesOf = async (userId: string) =>
    (
      await auth.database.sql<{ kind: string }>(
        `select e.kind from security_notices n join security_events e on e.id = n.event_id where n.user_id = ? order by e.id`,
        [userId],
      )
    ).map(({ kind }) => kind);

  async function holder(device = new SoftwareAuthenticator({ origin })): Promise<Granted & { device: SoftwareAuthenticator; id: string }> {
    const granted = await auth.register();
    const { status, body } = await register(granted.accessToken, device.create(await optionsFor(granted.accessToken)));
    expect(status, JSON.stringify(body)).to.equal(201);
    return { ...granted, device, id: String(body['id']) };
  }

  function expectRefused({ status, body }: Answer, why?: string): void {
    expect([status, body['code']], why).to.deep.equal([401, 'unauthorized']);
  }

  it('are made by who shows the password again, told to the owner, and let in without any name typed', async () => {
    const { accessToken } = await auth.register();
    expect((await post(`${path}/options`, { password: 'something else' }, accessToken)).body['code']).to.equal('wrong_password');
    const { user, device, id } = await holder();
    const entered = await login(device.get(await loginOptions()));
    expect(entered.status, JSON.stringify(entered.body)).to.equal(200);
    const { accessToken: token, user: who } = entered.body as unknown as Granted;
    expect(who.id).to.equal(user.id);
    expect((await auth.ask('GET', '/api/auth/me', { token })).status).to.equal(200);
    expect(await kindsOf(user.id)).to.deep.equal(['registered', 'passkey_added', 'signed_in']);
    expect(await noticesOf(user.id)).to.deep.equal(['passkey_added']);
    const [entry] = await auth.log.list({ userId: user.id, limit: 1 });
    expect(entry?.subjectId).to.equal(id);
  });

  it('ask the browser for one that finds itself, checks its person, and is not there already', async () => {
    const { accessToken, device, user } = await holder();
    const options = await optionsFor(accessToken);
    expect(options).to.deep.include({ rp: { name: 'Cartwright', id: 'shop.example' } });
    expect(options['authenticatorSelection']).to.include({ residentKey: 'required', userVerification: 'required' });
    expect(options['excludeCredentials']).to.deep.equal([{ id: device.credentialId, transports: ['internal'], type: 'public-key' }]);
    expect(options['user']).to.include({ name: user.email });
    expect((await loginOptions())['allowCredentials'] ?? []).to.deep.equal([]);
  });

  it('are listed, named otherwise, and removed by the password, by their owner alone', async () => {
    const { accessToken, device, id, user } = await holder();
    const stranger = (await auth.register()).accessToken;
    const items = async (token: string) => (await auth.ask('GET', path, { token })).body.items;
    expect(await items(accessToken)).to.have.length(1);
    expect((await items(accessToken))?.[0]).to.include({ id, name: 'Phone', lastUsedAt: null, isBackedUp: false });
    expect(await items(stranger)).to.deep.equal([]);
    const rename = (token: string, name: string) => auth.ask('PATCH', `${path}/${id}`, { token, body: { name } });
    expect((await rename(stranger, 'Mine')).status).to.equal(404);
    expect((await rename(accessToken, ' ')).status).to.equal(400);
    expect((await rename(accessToken, ' Tablet ')).body).to.include({ name: 'Tablet' });
    const remove = (token: string, secret = password) => auth.ask('DELETE', `${path}/${id}`, { token, body: { password: secret } });
    expect((await remove(stranger)).status).to.equal(404);
    expect((await remove(accessToken, 'something else')).status).to.equal(403);
    expect((await remove(accessToken)).status).to.equal(204);
    expect((await remove(accessToken)).status).to.equal(404);
    expectRefused(await login(device.get(await loginOptions())));
    expect(await noticesOf(user.id)).to.deep.equal(['passkey_added', 'passkey_removed']);
  });

  it('ask for no code where the account has a second factor: device and thumb are two', async () => {
    const { user, device } = await holder();
    await auth.database.sql(`insert into second_factors (user_id, sealed_secret, confirmed_at) values (?, ?, now())`, [
      user.id,
      'it is not read',
    ]);
    expect((await login(device.get(await loginOptions()))).status).to.equal(200);
  });

  describe('refuse', () => {
    it('an answer that was used, also by two at once', async () => {
      const { device } = await holder();
      const answer = device.get(await loginOptions());
      const answers = await Promise.all([login(answer), login(answer)]);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 401]);
      expectRefused(await login(answer));
    });

    it('a challenge that is old, invented, or was for something else', async () => {
      const { device, accessToken } = await holder();
      const options = await loginOptions();
      await auth.database.sql('update passkey_challenges set expires_at = now() where challenge = ?', [options['challenge']]);
      expectRefused(await login(device.get(options)), 'old');
      expectRefused(await login(device.get({ ...options, challenge: 'invented' })), 'invented');
      const { challenge } = await optionsFor(accessToken);
      expectRefused(await login(device.get({ rpId: 'shop.example', challenge })), 'for registering');
      const other = new SoftwareAuthenticator({ origin });
      const creation = await optionsFor(accessToken);
      const forLogin = await loginOptions();
      const refused = await register(accessToken, other.create({ ...creation, challenge: forLogin['challenge'] }));
      expect([refused.status, refused.body.errors?.[0]?.field]).to.deep.equal([422, '/response']);
    });

    it('a registration for somebody else’s challenge', async () => {
      const [one, other] = [await auth.register(), await auth.register()];
      const answer = new SoftwareAuthenticator({ origin }).create(await optionsFor(one.accessToken));
      expect((await register(other.accessToken, answer)).status).to.equal(422);
      expect((await register(one.accessToken, answer)).status, 'it was used up by the try').to.equal(422);
    });

    it('other pages, other domains, and devices that did not check their person', async () => {
      const { device } = await holder();
      device.origin = 'https://shop.example.evil.test';
      expectRefused(await login(device.get(await loginOptions())), 'page');
      device.origin = origin;
      expectRefused(await login(device.get({ ...(await loginOptions()), rpId: 'evil.test' })), 'domain');
      device.verifiesUser = false;
      expectRefused(await login(device.get(await loginOptions())), 'person');
      device.verifiesUser = true;
      expect((await login(device.get(await loginOptions()))).status).to.equal(200);
    });

    it('signatures by another key, for another account, and by a device that is not known', async () => {
      const [mine, theirs] = [await holder(), await holder()];
      const forged = { ...theirs.device.get(await loginOptions()), id: mine.device.credentialId, rawId: mine.device.credentialId };
      expectRefused(await login(forged), 'key');
      mine.device.userHandle = theirs.device.userHandle;
      expectRefused(await login(mine.device.get(await loginOptions())), 'account');
      expectRefused(await login(new SoftwareAuthenticator({ origin }).get(await loginOptions())), 'device');
    });

    it('a copy of the key, whose counter is behind, and tell the owner', async () => {
      const { user, device } = await holder();
      const counter = device.counter;
      expect((await login(device.get(await loginOptions()))).status).to.equal(200);
      device.counter = counter;
      expectRefused(await login(device.get(await loginOptions())));
      expect(await kindsOf(user.id)).to.deep.equal(['registered', 'passkey_added', 'signed_in', 'passkey_copied']);
      expect(await noticesOf(user.id)).to.include('passkey_copied');
    });

    it('the same device twice', async () => {
      const { accessToken, device } = await holder();
      const again = await register(accessToken, device.create(await optionsFor(accessToken)));
      expect([again.status, again.body['code']]).to.deep.equal([409, 'passkey_known']);
    });

    it('what no browser would send, without an error of ours', async () => {
      const { device } = await holder();
      const good = device.get(await loginOptions());
      const clientData = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const { challenge } = await loginOptions();
      const bent: readonly unknown[] = [
        { ...good, response: { clientDataJSON: 'x' } },
        { ...good, response: { clientDataJSON: clientData(null) } },
        { ...good, response: { clientDataJSON: clientData({ challenge: { a: 1 } }) } },
        { ...good, response: { clientDataJSON: clientData({ challenge }) } },
        { ...good, response: { ...(good['response'] as object), authenticatorData: 1, userHandle: {} } },
        { ...good, id: v7() },
      ];
      for (const [index, one] of bent.entries()) expectRefused(await login(one), String(index));
      for (const one of [null, 'x', {}, { ...good, type: 'password' }, { ...good, response: [] }])
        expect((await login(one)).status, JSON.stringify(one)).to.equal(400);
    });
  });

  it('that do not count their signatures are good each time', async () => {
    const { device } = await holder(new SoftwareAuthenticator({ origin, counts: false }));
    for (const time of ['once', 'twice']) expect((await login(device.get(await loginOptions()))).status, time).to.equal(200);
  });

  it('are at most twenty in an account, also where many are added at once', async () => {
    const { accessToken } = await auth.register();
    const answers: Answer[] = [];
    for (let batch = 0; batch < 3; batch++) {
      const creations = await Promise.all(Array.from({ length: 7 }, () => optionsFor(accessToken)));
      answers.push(
        ...(await Promise.all(creations.map((one) => register(accessToken, new SoftwareAuthenticator({ origin }).create(one))))),
      );
    }
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([...Array<number>(20).fill(201), 409]);
  });
});
