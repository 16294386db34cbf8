import { expect } from 'chai';
import { appToken } from '@cartwright/kernel/test/kernel-for-tests';
import { mostGuesses, newEmail, password, runAuth } from '../running-auth.ts';
import type { Granted, RunningAuth } from '../running-auth.ts';

const another = 'another Passphrase';

describe('Links in mails', () => {
  let auth: RunningAuth;
  let ada: Granted;
  before(async () => {
    auth = await runAuth();
  });
  after(() => auth.close());
  beforeEach(async () => {
    ada = await auth.register();
  });
  afterEach(() => {
    auth.afterVerification = undefined;
  });

  const post = (path: string, body: unknown, token?: string) =>
    auth.ask('POST', `/api/auth${path}`, { body, ...(token === undefined ? {} : { token }) });
  const login = (email: string, secret: string) => post('/login', { email, password: secret });
  const me = (token: string) => auth.ask('GET', '/api/auth/me', { token });

  interface Requested {
    readonly linkId: string;
    readonly purpose: string;
    readonly version: number;
  }
  async function eventsOf(type: string, userId: string): Promise<Requested[]> {
    const rows = await auth.database.sql<{ data: Omit<Requested, 'version'>; version: number }>(
      'select data, aggregate_version as version from outbox where type = ? and aggregate_id = ? order by aggregate_version',
      [type, userId],
    );
    return rows.map(({ data, version }) => ({ ...data, version }));
  }
  const linksOf = async (userId: string, purpose: string) =>
    (await eventsOf('AccountLinkRequested', userId)).filter((link) => link.purpose === purpose);
  const mailOf = (linkId: string, caller = 'notifications') =>
    auth.ask('GET', `/internal/account-links/${linkId}`, { headers: { 'dapr-caller-app-id': caller, 'dapr-api-token': appToken } });
  /** The token of the newest link, as the mail has it. */
  async function tokenOf(userId: string, purpose: string): Promise<string> {
    const link = (await linksOf(userId, purpose)).at(-1);
    return String((await mailOf(link?.linkId ?? '')).body['token']);
  }
  async function forgot(email: string): Promise<void> {
    expect((await post('/password/forgot', { email })).status).to.equal(202);
    await auth.rememberForgotten();
  }

  describe('A forgotten password', () => {
    const reset = (token: string, secret = another) => post('/password/reset', { token, password: secret });

    it('is set anew by a link that works once; all sessions end, and the owner is told', async () => {
      await auth.ask('PATCH', '/api/auth/me', { token: ada.accessToken, body: { locale: 'de' } });
      await forgot(ada.user.email.toUpperCase());
      const [link] = await linksOf(ada.user.id, 'reset');
      expect((await mailOf(link?.linkId ?? '')).body, 'in the owner’s language').to.include({ locale: 'de' });
      const token = await tokenOf(ada.user.id, 'reset');
      expect((await reset(token)).status).to.equal(204);
      expect((await me(ada.accessToken)).status).to.equal(401);
      expect((await post('/refresh', { refreshToken: ada.refreshToken })).status).to.equal(401);
      expect((await login(ada.user.email, password)).status).to.equal(401);
      const again = (await login(ada.user.email, another)).body as unknown as Granted;
      expect((await me(again.accessToken)).body).to.include({ emailVerified: true });
      const second = await reset(token, 'a third Passphrase');
      expect([second.status, second.body['code'], second.body.errors?.[0]?.field]).to.deep.equal([422, 'useless_link', '/token']);
      expect((await login(ada.user.email, another)).status).to.equal(200);
      const told = (await eventsOf('SecurityNoticed', ada.user.id)) as unknown as { kind: string }[];
      expect(told.map(({ kind }) => kind)).to.deep.equal(['password_reset']);
    });

    it('is not set by two at once', async () => {
      await forgot(ada.user.email);
      const token = await tokenOf(ada.user.id, 'reset');
      const answers = await Promise.all([reset(token), reset(token, 'a third Passphrase')]);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([204, 422]);
    });

    it('is set within thirty minutes or not at all', async () => {
      await forgot(ada.user.email);
      const token = await tokenOf(ada.user.id, 'reset');
      const age = (minutes: number) =>
        auth.database.sql(`update account_links set expires_at = created_at + interval '30 minutes' - ? * interval '1 minute'`, [minutes]);
      const [{ seconds } = { seconds: 0 }] = await auth.database.sql<{ seconds: number }>(
        `select extract(epoch from expires_at - created_at)::int as seconds from account_links where user_id = ? and purpose = 'reset'`,
        [ada.user.id],
      );
      expect(seconds).to.equal(1800);
      await age(30);
      expect((await reset(token)).status).to.equal(422);
      expect((await mailOf((await linksOf(ada.user.id, 'reset'))[0]?.linkId ?? '')).status).to.equal(404);
      await age(29);
      expect((await reset(token)).status).to.equal(204);
    });

    it('makes older links void, also those to another address', async () => {
      await forgot(ada.user.email);
      const first = await tokenOf(ada.user.id, 'reset');
      await forgot(ada.user.email);
      await post('/me/email', { email: newEmail(), password }, ada.accessToken);
      const change = await tokenOf(ada.user.id, 'change');
      expect((await reset(await tokenOf(ada.user.id, 'reset'))).status).to.equal(204);
      expect((await reset(first)).status).to.equal(422);
      expect((await post('/email/verify', { token: change })).status).to.equal(422);
    });

    it('of an account that is not there is answered alike, and nothing is sent', async () => {
      const before = await auth.database.sql('select id from account_links');
      const known = await post('/password/forgot', { email: ada.user.email });
      const unknown = await post('/password/forgot', { email: newEmail() });
      expect([unknown.status, unknown.body]).to.deep.equal([known.status, known.body]);
      expect(await auth.database.sql('select id from forgotten_passwords')).to.have.length(2);
      expect(await auth.rememberForgotten()).to.equal(2);
      expect(await auth.database.sql('select id from account_links')).to.have.length(before.length + 1);
      expect(await auth.database.sql('select id from forgotten_passwords')).to.deep.equal([]);
    });

    it('fills nobody’s mailbox, however many ask at once', async () => {
      await Promise.all(Array.from({ length: 8 }, () => post('/password/forgot', { email: ada.user.email })));
      await Promise.all([auth.rememberForgotten(), auth.rememberForgotten()]);
      await forgot(ada.user.email);
      expect(await linksOf(ada.user.id, 'reset')).to.have.length(5);
    });

    it('lets nobody stay in who logs in with the old one meanwhile', async () => {
      await forgot(ada.user.email);
      const token = await tokenOf(ada.user.id, 'reset');
      auth.afterVerification = async () => {
        auth.afterVerification = undefined;
        expect((await reset(token)).status).to.equal(204);
      };
      expect((await login(ada.user.email, password)).status).to.equal(401);
      expect(await auth.sessions.list(ada.user.id)).to.deep.equal([]);
    });

    it('is refused where the link is invented or the password is short', async () => {
      expect((await reset(`${ada.user.id}.${'A'.repeat(43)}`)).status).to.equal(422);
      expect((await reset('x', 'short')).body.errors?.[0]?.field).to.equal('/password');
      expect((await post('/password/forgot', { email: 'nobody' })).body.errors?.[0]?.field).to.equal('/email');
    });
  });

  describe('An e-mail address', () => {
    const verify = (token: string) => post('/email/verify', { token });

    it('is proved by the link that one gets who registers', async () => {
      expect((await me(ada.accessToken)).body).to.include({ emailVerified: false });
      const [link] = await linksOf(ada.user.id, 'verify');
      expect(link?.version).to.equal(2);
      const mail = await mailOf(link?.linkId ?? '');
      expect(mail.body).to.include({ email: ada.user.email, name: 'A Person', purpose: 'verify' });
      expect(JSON.stringify(await auth.database.sql('select * from outbox'))).not.to.include(String(mail.body['token']).split('.')[1]);
      expect((await verify(String(mail.body['token']))).body).to.deep.equal({ outcome: 'verified' });
      expect((await me(ada.accessToken)).body).to.include({ emailVerified: true });
      expect((await verify(String(mail.body['token']))).status).to.equal(422);
    });

    it('is sent another link on request, until it is proved', async () => {
      const ask = () => post('/me/email/verification', undefined, ada.accessToken);
      expect((await ask()).status).to.equal(202);
      expect(await linksOf(ada.user.id, 'verify')).to.have.length(2);
      await verify(await tokenOf(ada.user.id, 'verify'));
      expect((await ask()).status).to.equal(202);
      expect(await linksOf(ada.user.id, 'verify')).to.have.length(2);
    });

    it('is changed by a link to the new one, and the old one is told', async () => {
      const email = newEmail();
      expect((await post('/me/email', { email, password: 'a guess' }, ada.accessToken)).status).to.equal(403);
      expect((await post('/me/email', { email: email.toUpperCase(), password }, ada.accessToken)).status).to.equal(202);
      expect((await me(ada.accessToken)).body).to.include({ email: ada.user.email });
      const [link] = await linksOf(ada.user.id, 'change');
      expect((await mailOf(link?.linkId ?? '')).body).to.include({ email, purpose: 'change' });
      await forgot(ada.user.email);
      const stale = await tokenOf(ada.user.id, 'reset');
      expect((await verify(await tokenOf(ada.user.id, 'change'))).body).to.deep.equal({ outcome: 'moved' });
      expect((await me(ada.accessToken)).body).to.include({ email, emailVerified: true });
      expect((await login(email, password)).status).to.equal(200);
      expect((await login(ada.user.email, password)).status).to.equal(401);
      expect((await post('/password/reset', { token: stale, password: another })).status).to.equal(422);
      const told = (await eventsOf('SecurityNoticed', ada.user.id)) as unknown as { noticeId: string; kind: string }[];
      expect(told.map(({ kind }) => kind)).to.deep.equal(['address_change_requested', 'address_changed']);
      const headers = { 'dapr-caller-app-id': 'notifications', 'dapr-api-token': appToken };
      const notice = await auth.ask('GET', `/internal/security-notices/${told[1]?.noticeId ?? ''}`, { headers });
      expect(notice.body).to.include({ email: ada.user.email, kind: 'address_changed' });
    });

    const pending = async (token: string) => (await auth.ask('GET', '/api/auth/me/email/change', { token })).body['pending'];

    it('that is to be the new one is told to its owner until it is proved, or is withdrawn', async () => {
      const [first, second] = [newEmail(), newEmail()];
      const token = ada.accessToken;
      expect(await pending(token)).to.equal(null);
      await post('/me/email', { email: first, password }, token);
      expect(await pending(token)).to.have.property('email', first);
      expect(await pending((await auth.register()).accessToken), 'to somebody else').to.equal(null);
      const toFirst = await tokenOf(ada.user.id, 'change');
      expect((await auth.ask('DELETE', '/api/auth/me/email/change', { token })).status).to.equal(204);
      expect(await pending(token)).to.equal(null);
      expect((await verify(toFirst)).status).to.equal(422);
      await post('/me/email', { email: second, password }, token);
      expect((await verify(await tokenOf(ada.user.id, 'change'))).status).to.equal(200);
      expect(await pending(token)).to.equal(null);
    });

    it('that was a slip of the pen gets nobody in once it is corrected', async () => {
      const [wrong, right] = [newEmail(), newEmail()];
      await post('/me/email', { email: wrong, password }, ada.accessToken);
      const toWrong = await tokenOf(ada.user.id, 'change');
      await post('/me/email', { email: right, password }, ada.accessToken);
      const toRight = await tokenOf(ada.user.id, 'change');
      await post('/me/email', { email: right, password }, ada.accessToken);
      expect(await pending(ada.accessToken)).to.have.property('email', right);
      expect((await verify(toWrong)).status).to.equal(422);
      expect((await verify(toRight)).body, 'of the same address the older link works too').to.deep.equal({ outcome: 'moved' });
    });

    it('gets nobody in who had asked for it before the owner changed the password, and neither does a link to a forgotten one', async () => {
      await post('/me/email', { email: newEmail(), password }, ada.accessToken);
      await forgot(ada.user.email);
      const [toMove, toReset] = [await tokenOf(ada.user.id, 'change'), await tokenOf(ada.user.id, 'reset')];
      const change = { password: another, currentPassword: password };
      expect((await auth.ask('PATCH', '/api/auth/me', { token: ada.accessToken, body: change })).status).to.equal(200);
      expect(await pending(ada.accessToken)).to.equal(null);
      expect((await verify(toMove)).status).to.equal(422);
      expect((await post('/password/reset', { token: toReset, password })).status).to.equal(422);
    });

    it('is asked for at most five times an hour, and who asks more often is told', async () => {
      for (let asked = 0; asked < 5; asked++)
        expect((await post('/me/email', { email: newEmail(), password }, ada.accessToken)).status).to.equal(202);
      const last = await pending(ada.accessToken);
      const more = await post('/me/email', { email: newEmail(), password }, ada.accessToken);
      expect([more.status, more.body['code'], more.headers.get('retry-after')]).to.deep.equal([429, 'too_many_links', '3600']);
      expect(await pending(ada.accessToken), 'what was sent before still waits').to.deep.equal(last);
    });

    it('that is somebody else’s is refused, also when it became so meanwhile', async () => {
      const eve = await auth.register();
      const taken = await post('/me/email', { email: eve.user.email, password }, ada.accessToken);
      expect([taken.status, taken.body.errors?.[0]?.field]).to.deep.equal([409, '/email']);
      const email = newEmail();
      await post('/me/email', { email, password }, ada.accessToken);
      await auth.register(email);
      expect((await verify(await tokenOf(ada.user.id, 'change'))).status).to.equal(409);
      expect((await me(ada.accessToken)).body).to.include({ email: ada.user.email });
    });

    it('is not guessed the password of with a token that was stolen', async () => {
      const guess = () => post('/me/email', { email: newEmail(), password: 'a guess' }, ada.accessToken);
      const began = Date.now();
      const answers = await Promise.all(Array.from({ length: 20 }, guess));
      const letIn = answers.filter(({ status }) => status === 403).length;
      expect(letIn).to.be.within(10, mostGuesses(began));
      expect(answers.filter(({ status }) => status === 429)).to.have.length(20 - letIn);
    });

    it('goes with the account', async () => {
      const token = await tokenOf(ada.user.id, 'verify');
      await auth.users.remove(ada.user.id);
      expect((await verify(token)).status).to.equal(422);
      expect(await auth.database.sql('select id from account_links where user_id = ?', [ada.user.id])).to.deep.equal([]);
    });
  });

  it('are told to notifications alone', async () => {
    const [link] = await linksOf(ada.user.id, 'verify');
    expect((await mailOf(link?.linkId ?? '', 'orders')).status).to.equal(404);
    expect((await mailOf('0193a6f0-0000-7000-8000-000000000000')).status).to.equal(404);
  });
});
