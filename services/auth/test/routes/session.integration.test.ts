import { tokenChecker } from '@cartwright/kernel/http/tokens';
import argon2 from 'argon2';
import { expect } from 'chai';
import type { JSONWebKeySet } from 'jose';
import { mostGuesses, newEmail, password, runAuth } from '../running-auth.ts';
import type { Granted, RunningAuth } from '../running-auth.ts';

describe('Accounts and sessions', () => {
  let auth: RunningAuth;
  before(async () => {
    auth = await runAuth();
  });
  after(() => auth.close());
  afterEach(() => {
    auth.beforeRotation = undefined;
  });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    auth.ask('POST', `/api/auth${path}`, { body, headers });
  const refresh = (refreshToken: string) => post('/refresh', { refreshToken });

  describe('registering', () => {
    it('makes a customer who is logged in', async () => {
      const email = newEmail();
      const { status, body, headers } = await post('/register', { email: ` ${email.toUpperCase()}`.trim(), password, name: ' Ada ' });
      expect(status).to.equal(201);
      expect(headers.get('cache-control')).to.equal('no-store');
      const { user, accessToken, expiresIn } = body as unknown as Granted;
      expect(user).to.include({ email, name: 'Ada' }).and.have.property('roles').deep.equal(['customer']);
      expect(expiresIn).to.equal(300);
      const me = await auth.ask('GET', '/api/auth/me', { token: accessToken });
      expect(me.body).to.deep.equal(user);
    });

    it('keeps the language that is told, else the browser’s, and lets it be changed and forgotten', async () => {
      const register = async (locale: object, header: string): Promise<Granted> =>
        (await post('/register', { email: newEmail(), password, name: 'Ada', ...locale }, { 'accept-language': header }))
          .body as unknown as Granted;
      expect((await register({ locale: 'de' }, 'fr')).user).to.include({ locale: 'de' });
      expect((await register({}, '*')).user).to.include({ locale: null });
      const { user, accessToken: token } = await register({}, 'de-AT,de;q=0.9,en;q=0.8');
      expect(user).to.include({ locale: 'de-AT' });
      const change = async (body: object) => (await auth.ask('PATCH', '/api/auth/me', { token, body })).body;
      expect(await change({ locale: 'fr' })).to.include({ locale: 'fr' });
      expect(await change({ name: 'Grace' }), 'left alone').to.include({ locale: 'fr', name: 'Grace' });
      expect(await change({ locale: null })).to.include({ locale: null });
      expect((await change({ locale: 'no language' })).errors?.[0]?.field).to.equal('/locale');
    });

    it('tells the other services, without personal data', async () => {
      const { user } = await auth.register();
      const events = await auth.database.sql('select * from outbox union all select * from outbox where false');
      const event = events.map((row) => JSON.stringify(row)).find((row) => row.includes(user.id));
      expect(event).to.include('UserRegistered').and.not.to.include(user.email).and.not.to.include(user.name);
    });

    it('refuses an address that is taken, in whatever spelling, also of two at once', async () => {
      const email = newEmail();
      const answers = await Promise.all([email, email.toUpperCase()].map((one) => post('/register', { email: one, password, name: 'x' })));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409]);
      expect(answers.find(({ status }) => status === 409)?.body.errors).to.deep.include({
        field: '/email',
        rule: 'unique',
        message: 'is taken',
      });
    });

    it('refuses a password that is tried first, and says which field', async () => {
      for (const common of ['password', 'Iloveyou', '123456789']) {
        const { status, body } = await post('/register', { email: newEmail(), password: common, name: 'x' });
        expect([status, body['code'], body.errors?.[0]], common).to.deep.equal([
          422,
          'weak_password',
          { field: '/password', rule: 'common', message: 'is used by many, and tried first' },
        ]);
      }
      const own = await post('/register', { email: 'margaret.hamilton@example.org', password: 'Margaret.Hamilton', name: 'x' });
      expect(own.body.errors?.[0]?.rule).to.equal('own_name');
    });

    it('keeps no password', async () => {
      const { user } = await auth.register();
      const [row] = await auth.database.sql('select * from users where id = ?', [user.id]);
      expect(JSON.stringify(row)).to.include('$argon2id$').and.not.to.include(password);
    });
  });

  describe('bad input', () => {
    const good = { email: 'bad-input@example.org', password, name: 'Bad Input' };
    const cases: [string, string, unknown, string][] = [
      ['a short password', '/register', { ...good, password: '1234567' }, '/password'],
      ['a long password', '/register', { ...good, password: 'x'.repeat(201) }, '/password'],
      ['a password that is a number', '/register', { ...good, password: 12345678 }, '/password'],
      ['no e-mail address', '/register', { password, name: 'x' }, '/email'],
      ['an address that is none', '/register', { ...good, email: 'nobody' }, '/email'],
      ['a long address', '/register', { ...good, email: `${'x'.repeat(250)}@example.org` }, '/email'],
      ['a blank name', '/register', { ...good, name: '  ' }, '/name'],
      ['a name that nobody sees', '/register', { ...good, name: '\u200b\u3164' }, '/name'],
      ['a name of two lines', '/register', { ...good, name: 'Ada\r\nBcc: x' }, '/name'],
      ['a name that turns around what follows', '/register', { ...good, name: 'Ada\u202e' }, '/name'],
      ['a name with a link', '/register', { ...good, name: 'Win at https://evil.example' }, '/name'],
      ['a name with NUL', '/register', { ...good, name: 'a\0b' }, '/name'],
      ['an unknown field', '/register', { ...good, roles: ['admin'] }, '/roles'],
      ['a list', '/register', [], '/'],
      ['no password', '/login', { email: good.email }, '/password'],
      ['a refresh token that is a number', '/refresh', { refreshToken: 1 }, '/refreshToken'],
      ['no refresh token', '/logout', {}, '/refreshToken'],
    ];
    for (const [title, path, body, field] of cases)
      it(`${title} at ${path} is refused by name`, async () => {
        const answer = await post(path, body);
        expect(answer.status).to.equal(400);
        expect(answer.headers.get('content-type')).to.include('application/problem+json');
        expect(answer.body.errors?.map((error) => error.field)).to.include(field);
      });

    it('that is no JSON is refused', async () => {
      expect((await post('/register', '{')).status).to.equal(400);
    });

    it('stores nothing', async () => {
      expect(await auth.users.byEmail(good.email)).to.equal(undefined);
    });
  });

  describe('logging in', () => {
    it('wants the password of the account', async () => {
      const { user } = await auth.register();
      expect((await post('/login', { email: user.email, password })).status).to.equal(200);
      expect((await post('/login', { email: user.email, password: 'something else' })).status).to.equal(401);
    });

    it('says and does the same for an account that is not there', async () => {
      const { user } = await auth.register();
      const before = auth.verifications();
      const known = await post('/login', { email: user.email, password: 'something else' });
      const unknown = await post('/login', { email: newEmail(), password: 'something else' });
      expect(auth.verifications() - before).to.equal(2);
      const { instance: one, ...knownBody } = known.body;
      const { instance: other, ...unknownBody } = unknown.body;
      expect(one).not.to.equal(other);
      expect(knownBody).to.deep.equal(unknownBody);
    });

    it('gets slow for who guesses, also for many guesses at once, and not for the owner elsewhere', async () => {
      const { user } = await auth.register();
      const from = (address: string, guess: string) =>
        post('/login', { email: user.email, password: guess }, { 'x-forwarded-for': address });
      const began = Date.now();
      const guesses = await Promise.all(Array.from({ length: 30 }, (_, index) => from('10.0.0.1', `guess number ${String(index)}`)));
      const slowed = guesses.filter(({ status }) => status === 429);
      expect(30 - slowed.length).to.be.within(10, mostGuesses(began));
      expect(guesses.filter(({ status }) => status === 401)).to.have.length(30 - slowed.length);
      expect(Number(slowed[0]?.headers.get('retry-after'))).to.be.within(1, 60);
      await auth.database.sql('update login_failures set failures = 16, last_at = now()'); // here the hashing alone may take a second
      expect((await from('10.0.0.1', password)).status).to.equal(429);
      expect((await from('10.0.0.2', password)).status).to.equal(200);
      await auth.database.sql("update login_failures set last_at = now() - interval '61 seconds'");
      expect((await from('10.0.0.1', password)).status).to.equal(200);
      expect((await from('10.0.0.1', 'something else')).status).to.equal(401);
    });

    it('gets slow for who guesses from everywhere at once, and not for the owner’s own device, nor for good', async () => {
      const { user, deviceToken } = await auth.register();
      const from = (address: string, guess: string, deviceTokens: string[] = []) =>
        post('/login', { email: user.email, password: guess, deviceTokens }, { 'x-forwarded-for': address });
      expect((await from('10.1.0.1', 'something else')).status).to.equal(401);
      await auth.database.sql('update login_failures set failures = failures + 104, last_at = now()');
      expect((await from('10.1.0.2', password)).status, 'elsewhere').to.equal(429);
      const forged = deviceToken.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'));
      expect((await from('10.1.0.3', password, [forged])).status, 'an invented device').to.equal(429);
      expect((await from('10.1.0.4', password, [deviceToken])).status, 'the owner’s device').to.equal(200);
      await auth.database.sql("update login_failures set last_at = now() - interval '31 seconds'");
      expect((await from('10.1.0.5', password)).status, 'after half a minute').to.equal(200);
      expect((await from('10.1.0.6', password)).status, 'and from then on').to.equal(200);
    });

    it('slows down a known device too where it guesses', async () => {
      const { user, deviceToken } = await auth.register();
      const guess = (address: string) =>
        post('/login', { email: user.email, password: 'something else', deviceTokens: [deviceToken] }, { 'x-forwarded-for': address });
      const began = Date.now();
      const guesses = await Promise.all(Array.from({ length: 20 }, (_, index) => guess(`10.2.0.${String(index)}`)));
      const letIn = guesses.filter(({ status }) => status === 401).length;
      expect(letIn).to.be.within(10, mostGuesses(began));
      expect(guesses.filter(({ status }) => status === 429)).to.have.length(20 - letIn);
    });

    it('replaces a hash that was made with less work, of the same password', async () => {
      const { user } = await auth.register();
      const weak = await argon2.hash(password, { type: argon2.argon2id, memoryCost: 4096, timeCost: 1, parallelism: 1 });
      await auth.database.sql('update users set password_hash = ? where id = ?', [weak, user.id]);
      const before = auth.verifications();
      expect((await post('/login', { email: user.email, password })).status).to.equal(200);
      expect(auth.verifications() - before).to.equal(1);
      const [row] = await auth.database.sql<{ hash: string }>('select password_hash as hash from users where id = ?', [user.id]);
      expect(row?.hash).to.match(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
      expect((await post('/login', { email: user.email, password })).status).to.equal(200);
    });

    it('of many at once puts each into the list', async () => {
      const { user, accessToken } = await auth.register();
      const logins = await Promise.all(Array.from({ length: 6 }, () => post('/login', { email: user.email, password })));
      expect(logins.map(({ status }) => status)).to.deep.equal(Array(6).fill(200));
      const { body } = await auth.ask('GET', '/api/auth/me/sessions', { token: accessToken });
      expect(body.items).to.have.length(7);
      expect(body.items?.filter(({ current }) => current)).to.have.length(1);
    });
  });

  describe('refreshing', () => {
    it('replaces both tokens', async () => {
      const first = await auth.register();
      const second = (await refresh(first.refreshToken)).body as unknown as Granted;
      expect(second.refreshToken).not.to.equal(first.refreshToken);
      expect((await auth.ask('GET', '/api/auth/me', { token: second.accessToken })).status).to.equal(200);
      expect((await refresh(second.refreshToken)).status).to.equal(200);
    });

    it('with a spent token ends the session: one of the two has stolen it', async () => {
      const first = await auth.register();
      const second = (await refresh(first.refreshToken)).body as unknown as Granted;
      expect((await refresh(first.refreshToken)).status).to.equal(401);
      expect((await refresh(second.refreshToken)).status).to.equal(401);
    });

    it('with an invented token ends nothing', async () => {
      const { refreshToken } = await auth.register();
      const [session = '', family = ''] = refreshToken.split('.');
      for (const invented of [`${session}.${'A'.repeat(43)}.${'A'.repeat(43)}`, `${session}.${family}`, 'x'])
        expect((await refresh(invented)).status, invented).to.equal(401);
      expect((await refresh(refreshToken)).status).to.equal(200);
    });

    it('twice at once with the same token succeeds once at most, and ends the session', async () => {
      const { refreshToken } = await auth.register();
      let reached = 0;
      let go = (): void => undefined;
      const both = new Promise<void>((done) => (go = done));
      auth.beforeRotation = () => {
        if (++reached === 2) go();
        return both;
      };
      const answers = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
      auth.beforeRotation = undefined;
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 401]);
      const winner = answers.find(({ status }) => status === 200)?.body as unknown as Granted;
      expect((await refresh(winner.refreshToken)).status).to.equal(401);
    });

    it('that is overtaken by a log-out does not bring the session back', async () => {
      const { refreshToken } = await auth.register();
      auth.beforeRotation = async () => {
        auth.beforeRotation = undefined;
        expect((await post('/logout', { refreshToken })).status).to.equal(204);
      };
      expect((await refresh(refreshToken)).status).to.equal(401);
      expect(await auth.sessions.find(refreshToken.split('.')[0] ?? '')).to.equal(undefined);
    });
  });

  describe('logging out', () => {
    it('ends the session’s tokens, and only these', async () => {
      const here = await auth.register();
      const elsewhere = (await post('/login', { email: here.user.email, password })).body as unknown as Granted;
      expect((await auth.ask('GET', '/api/auth/me', { token: here.accessToken })).status, 'so that it is remembered').to.equal(200);
      expect((await post('/logout', { refreshToken: here.refreshToken })).status).to.equal(204);
      expect((await refresh(here.refreshToken)).status).to.equal(401);
      const refused = await auth.ask('GET', '/api/auth/me', { token: here.accessToken });
      expect(refused.status).to.equal(401);
      expect((await auth.ask('GET', '/api/auth/me', { token: elsewhere.accessToken })).status).to.equal(200);
      expect((await post('/logout', { refreshToken: here.refreshToken })).status).to.equal(204);
    });

    it('is known everywhere within two seconds', async () => {
      const { accessToken, refreshToken } = await auth.register();
      const clock = { now: Date.now() };
      const checkToken = tokenChecker({
        fetchKeys: () => auth.signer.publicKeys() as Promise<unknown> as Promise<JSONWebKeySet>,
        isRevoked: auth.isRevoked,
        now: () => clock.now,
      });
      expect((await checkToken(accessToken)).userId).to.be.a('string');
      expect((await post('/logout', { refreshToken })).status).to.equal(204);
      clock.now += 1999;
      expect(await checkToken(accessToken).catch((error: unknown) => error)).to.have.property('status', 401);
    });
  });
});
