import { expect } from 'chai';
import { TOTP } from 'otpauth';
import { addSeedAccounts } from '../../adapters/seed-accounts.ts';
import { password, runAuth } from '../running-auth.ts';
import type { Answer, Granted, RunningAuth } from '../running-auth.ts';

describe('A second factor', () => {
  let auth: RunningAuth;
  before(async () => {
    auth = await runAuth();
  });
  after(() => auth.close());
  /** Each test begins with a step of thirty seconds: else one may end between a code and its check, or between two codes. */
  beforeEach(() => {
    auth.clock = 30_000 - (Date.now() % 30_000);
  });

  const path = '/api/auth/me/second-factor';
  const post = (to: string, body: unknown, token?: string) => auth.ask('POST', to, { body, ...(token === undefined ? {} : { token }) });
  /** The code that the app shows, some steps of thirty seconds from now. */
  const codeOf = (secret: string, steps = 0) =>
    TOTP.generate({ secret: secretOf(secret), timestamp: Date.now() + auth.clock + steps * 30_000 });
  const secretOf = (text: string) => new TOTP({ secret: text }).secret;
  const login = (email: string) => post('/api/auth/login', { email, password });
  const show = (challenge: unknown, code: string) => post('/api/auth/login/second-factor', { challenge, code });
  const kindsOf = async (userId: string) => (await auth.log.list({ userId, limit: 50 })).toReversed().map(({ kind }) => kind);
  const noticesOf = async (userId: string) =>
    (
      await auth.database.sql<{ kind: string }>(
        `select e.kind from security_notices n join security_events e on e.id = n.event_id where n.user_id = ? order by e.id`,
        [userId],
      )
    ).map(({ kind }) => kind);

  interface Enrolled extends Granted {
    readonly secret: string;
    readonly recoveryCodes: string[];
  }

  async function enrolled(): Promise<Enrolled> {
    const granted = await auth.register();
    const { body } = await post(path, { password }, granted.accessToken);
    const secret = String(body['secret']);
    // The step before, so that those of now and of after are still good.
    const confirmed = await post(`${path}/confirm`, { code: codeOf(secret, -1) }, granted.accessToken);
    expect(confirmed.status, JSON.stringify(confirmed.body)).to.equal(200);
    return { ...granted, secret, recoveryCodes: confirmed.body['recoveryCodes'] as string[] };
  }

  async function challengeOf({ user }: Granted): Promise<string> {
    const { status, body } = await login(user.email);
    expect(status).to.equal(202);
    return String(body['challenge']);
  }

  describe('is enrolled', () => {
    it('by the password, and asked for only when a code has confirmed it', async () => {
      const { user, accessToken } = await auth.register();
      expect((await post(path, { password: 'something else' }, accessToken)).body['code']).to.equal('wrong_password');
      const { status, body } = await post(path, { password }, accessToken);
      expect(status).to.equal(201);
      expect(body['uri']).to.include(String(body['secret'])).and.include(encodeURIComponent(user.email));
      expect((await login(user.email)).status).to.equal(200);
      const wrong = await post(`${path}/confirm`, { code: '000000' }, accessToken);
      expect([wrong.status, wrong.body.errors?.[0]?.field]).to.deep.equal([403, '/code']);
      expect((await auth.ask('GET', path, { token: accessToken })).body).to.deep.equal({ enabledSince: null, recoveryCodesLeft: 0 });
    });

    it('once: a second secret takes no place of a confirmed one, but of an unconfirmed one', async () => {
      const { accessToken } = await auth.register();
      const first = (await post(path, { password }, accessToken)).body;
      const second = (await post(path, { password }, accessToken)).body;
      expect((await post(`${path}/confirm`, { code: codeOf(String(first['secret'])) }, accessToken)).status).to.equal(403);
      expect((await post(`${path}/confirm`, { code: codeOf(String(second['secret'])) }, accessToken)).status).to.equal(200);
      expect((await post(path, { password }, accessToken)).body['code']).to.equal('second_factor_enabled');
      expect((await post(`${path}/confirm`, { code: codeOf(String(second['secret']), 1) }, accessToken)).body['code']).to.equal(
        'nothing_to_confirm',
      );
    });

    it('by two at once with one set of recovery codes', async () => {
      const { accessToken } = await auth.register();
      const secret = String((await post(path, { password }, accessToken)).body['secret']);
      const answers = await Promise.all([0, 1, 2].map(() => post(`${path}/confirm`, { code: codeOf(secret) }, accessToken)));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409, 409]);
      expect((await auth.ask('GET', path, { token: accessToken })).body['recoveryCodesLeft']).to.equal(10);
    });

    it('and ends the sessions that began without it, tells the owner, and keeps nothing that can be read', async () => {
      const here = await auth.register();
      const elsewhere = (await login(here.user.email)).body as unknown as Granted;
      const { body } = await post(path, { password }, here.accessToken);
      const confirmed = await post(`${path}/confirm`, { code: codeOf(String(body['secret'])) }, here.accessToken);
      expect((await auth.ask('GET', '/api/auth/me', { token: elsewhere.accessToken })).status).to.equal(401);
      expect((await auth.ask('GET', '/api/auth/me', { token: here.accessToken })).status).to.equal(200);
      expect(await noticesOf(here.user.id)).to.deep.equal(['second_factor_enabled']);
      const kept = JSON.stringify([
        await auth.database.sql('select * from second_factors'),
        await auth.database.sql('select * from recovery_codes'),
      ]);
      expect(kept).not.to.include(String(body['secret']));
      for (const code of confirmed.body['recoveryCodes'] as string[])
        expect(kept).not.to.include(code).and.not.to.include(code.replaceAll('-', ''));
    });
  });

  describe('at log-in', () => {
    it('is asked for after the password, and gives the session', async () => {
      const person = await enrolled();
      const { status, body, headers } = await login(person.user.email);
      expect(status).to.equal(202);
      expect(headers.get('cache-control')).to.equal('no-store');
      expect(body).to.have.all.keys('challenge', 'expiresIn');
      const entered = await show(body['challenge'], codeOf(person.secret));
      expect(entered.status).to.equal(200);
      const { accessToken } = entered.body as unknown as Granted;
      expect((await auth.ask('GET', '/api/auth/me', { token: accessToken })).status).to.equal(200);
      expect(await kindsOf(person.user.id)).to.deep.equal(['registered', 'second_factor_enabled', 'second_factor_asked', 'signed_in']);
    });

    it('says nothing of itself to who does not know the password', async () => {
      const { user } = await enrolled();
      const { status, body } = await post('/api/auth/login', { email: user.email, password: 'something else' });
      expect([status, body['code']]).to.deep.equal([401, 'unauthorized']);
    });

    it('takes no code twice, nor an older one after a newer one, whichever challenge they are shown for', async () => {
      const person = await enrolled();
      const late = codeOf(person.secret);
      expect((await show(await challengeOf(person), codeOf(person.secret, 1))).status).to.equal(200);
      for (const code of [codeOf(person.secret, 1), late]) {
        const again = await show(await challengeOf(person), code);
        expect([again.status, again.body['code'], again.body.errors?.[0]?.field]).to.deep.equal([401, 'wrong_code', '/code']);
      }
    });

    it('takes one code of many at once', async () => {
      const person = await enrolled();
      const challenges = await Promise.all([0, 1, 2, 3].map(() => challengeOf(person)));
      const answers = await Promise.all(challenges.map((challenge) => show(challenge, codeOf(person.secret))));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 401, 401, 401]);
    });

    it('uses a challenge once, and for five minutes', async () => {
      const person = await enrolled();
      const challenge = await challengeOf(person);
      expect((await show(challenge, codeOf(person.secret))).status).to.equal(200);
      expect((await show(challenge, codeOf(person.secret, 1))).body['code']).to.equal('useless_challenge');
      const old = await challengeOf(person);
      await auth.database.sql('update login_challenges set expires_at = now() where user_id = ?', [person.user.id]);
      expect((await show(old, codeOf(person.secret, 1))).body['code']).to.equal('useless_challenge');
      expect((await show('invented', codeOf(person.secret, 1))).body['code']).to.equal('useless_challenge');
    });

    it('wants the password anew where that was changed meanwhile', async () => {
      const person = await enrolled();
      const challenge = await challengeOf(person);
      const body = { password: 'another Passphrase', currentPassword: password };
      expect((await auth.ask('PATCH', '/api/auth/me', { token: person.accessToken, body })).status).to.equal(200);
      expect((await show(challenge, codeOf(person.secret))).body['code']).to.equal('useless_challenge');
    });

    it('gets slow for who guesses, wherever from; then the challenge is of no use, and the owner is told', async () => {
      const person = await enrolled();
      const challenge = await challengeOf(person);
      const guesses: Answer[] = [];
      for (let guess = 0; guess < 5; guess++) guesses.push(await show(challenge, `00000${String(guess)}`));
      expect(guesses.map(({ status }) => status)).to.deep.equal(Array(5).fill(401));
      expect((await show(challenge, codeOf(person.secret))).body['code']).to.equal('useless_challenge');
      const another = await challengeOf(person);
      await auth.database.sql('update login_failures set last_at = now()'); // here the hashing alone may take a second
      const slowed = await show(another, codeOf(person.secret));
      expect(slowed.status).to.equal(429);
      expect(Number(slowed.headers.get('retry-after'))).to.be.at.least(1);
      expect((await kindsOf(person.user.id)).slice(3, 8)).to.deep.equal([
        ...Array<string>(4).fill('second_factor_failed'),
        'second_factor_guessed',
      ]);
      expect(await noticesOf(person.user.id)).to.deep.equal(['second_factor_enabled', 'second_factor_guessed']);
      await auth.database.sql("update login_failures set last_at = now() - interval '900 seconds'");
      expect((await show(await challengeOf(person), codeOf(person.secret))).status).to.equal(200);
    });

    it('lets many guesses at once in no more than a few', async () => {
      const person = await enrolled();
      const challenge = await challengeOf(person);
      const guesses = await Promise.all(Array.from({ length: 20 }, (_, guess) => show(challenge, String(100_000 + guess))));
      expect(guesses.filter(({ body }) => body['code'] === 'wrong_code')).to.have.length(5);
      expect(guesses.filter(({ status }) => status === 429 || status === 401)).to.have.length(20);
    });
  });

  describe('that was lost', () => {
    it('is replaced by a recovery code, each once, of which the owner is told', async () => {
      const person = await enrolled();
      const [first = '', second = ''] = person.recoveryCodes;
      expect((await show(await challengeOf(person), first.toUpperCase())).status).to.equal(200);
      expect((await show(await challengeOf(person), first)).status).to.equal(401);
      expect((await auth.ask('GET', path, { token: person.accessToken })).body['recoveryCodesLeft']).to.equal(9);
      expect(await noticesOf(person.user.id)).to.include('recovery_code_used');
      const answers = await Promise.all(
        (await Promise.all([0, 1, 2].map(() => challengeOf(person)))).map((challenge) => show(challenge, second)),
      );
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 401, 401]);
    });

    it('has other recovery codes by password and code, and the old ones are void', async () => {
      const person = await enrolled();
      const renew = (body: unknown) => post(`${path}/recovery-codes`, body, person.accessToken);
      expect((await renew({ password: 'something else', code: codeOf(person.secret) })).body['code']).to.equal('wrong_password');
      expect((await renew({ password, code: '000000' })).body['code']).to.equal('wrong_code');
      const { status, body } = await renew({ password, code: codeOf(person.secret) });
      expect(status).to.equal(200);
      const [fresh = ''] = body['recoveryCodes'] as string[];
      expect((await show(await challengeOf(person), person.recoveryCodes[0] ?? '')).status).to.equal(401);
      expect((await show(await challengeOf(person), fresh)).status).to.equal(200);
      expect(await noticesOf(person.user.id)).to.include('recovery_codes_made');
    });

    it('can be taken away by an administrator, and by nobody else; the owner is told', async () => {
      await addSeedAccounts(auth.users, auth.hasher);
      const person = await enrolled();
      const take = (token: string) => auth.ask('DELETE', `/api/auth/users/${person.user.id}/second-factor`, { token });
      const as = async (email: string, secret: string) =>
        ((await post('/api/auth/login', { email, password: secret })).body as unknown as Granted).accessToken;
      expect((await take(person.accessToken)).status).to.equal(403);
      expect((await take(await as('staff@cartwright.test', 'staff-Passw0rd!'))).status).to.equal(403);
      const admin = await as('admin@cartwright.test', 'admin-Passw0rd!');
      expect((await take(admin)).status).to.equal(204);
      expect((await take(admin)).status).to.equal(404);
      expect((await login(person.user.email)).status).to.equal(200);
      expect(await noticesOf(person.user.id)).to.include('second_factor_disabled');
    });
  });

  it('is disabled by password and code, and by nothing less', async () => {
    const person = await enrolled();
    const disable = (body: unknown) => auth.ask('DELETE', path, { body, token: person.accessToken });
    expect((await disable({ password })).status).to.equal(400);
    expect((await disable({ password: 'something else', code: codeOf(person.secret) })).body['code']).to.equal('wrong_password');
    expect((await disable({ password, code: '000000' })).body['code']).to.equal('wrong_code');
    expect((await login(person.user.email)).status).to.equal(202);
    expect((await disable({ password, code: codeOf(person.secret) })).status).to.equal(204);
    expect((await login(person.user.email)).status).to.equal(200);
    expect((await disable({ password, code: codeOf(person.secret, 1) })).body['code']).to.equal('no_second_factor');
    expect(await noticesOf(person.user.id)).to.deep.equal(['second_factor_enabled', 'second_factor_disabled']);
  });

  it('stays where a forgotten password is set anew: who reads the mail has not got the app', async () => {
    const person = await enrolled();
    await post('/api/auth/password/forgot', { email: person.user.email });
    await auth.rememberForgotten();
    expect((await login(person.user.email)).status).to.equal(202);
  });
});
