import { expect } from 'chai';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose';
import { signingKeysIn } from '../../adapters/signing-keys.ts';
import { addSeedAccounts } from '../../adapters/seed-accounts.ts';
import { rotateKeys } from '../../commands/rotate-keys.ts';
import { runAuth } from '../running-auth.ts';
import type { Granted, RunningAuth } from '../running-auth.ts';

describe('Access tokens', () => {
  let auth: RunningAuth;
  let ada: Granted;
  before(async () => {
    auth = await runAuth();
    ada = await auth.register();
  });
  after(() => auth.close());
  const status = async (token: string) => (await auth.ask('GET', '/api/auth/me', { token })).status;

  it('name user, session and roles, and live five minutes', () => {
    const { iat = 0, exp = 0, ...claims } = decodeJwt(ada.accessToken);
    expect(exp - iat).to.equal(300);
    expect(claims).to.deep.equal({
      iss: 'cartwright',
      aud: 'cartwright',
      sub: ada.user.id,
      roles: ['customer'],
      sid: ada.refreshToken.split('.')[0],
    });
  });

  it('are signed by a key of the key set, which holds nothing private', async () => {
    const { body, headers } = await auth.ask('GET', '/api/auth/.well-known/jwks.json');
    const keys = body['keys'] as Record<string, unknown>[];
    expect(keys).to.have.length(1);
    expect(keys[0]).to.include({ kty: 'OKP', crv: 'Ed25519', use: 'sig', kid: decodeProtectedHeader(ada.accessToken).kid });
    expect(keys[0]).not.to.have.property('d');
    expect(headers.get('cache-control')).to.include('max-age');
  });

  it('are signed by the same key by all copies of the service, however many start at once', async () => {
    await auth.database.sql('delete from signing_keys');
    const signers = await Promise.all(Array.from({ length: 4 }, () => signingKeysIn(auth.database, auth.log)));
    const tokens = await Promise.all(signers.map((signer) => signer.sign({ id: ada.user.id, roles: [] }, 's')));
    expect(new Set(tokens.map((token) => decodeProtectedHeader(token).kid))).to.have.property('size', 1);
    await auth.close();
    auth = await runAuth();
    ada = await auth.register();
  });

  describe('by keys that follow each other', () => {
    const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? '';
    const publishedKids = async () => (await auth.signer.publicKeys()).keys.map(({ kid }) => String(kid));
    const signed = async () => {
      auth.keyClock += 11_000; // replicas look for another key after ten seconds
      return kidOf(await auth.signer.sign({ id: ada.user.id, roles: [] }, 's'));
    };
    const age = (interval: string) => auth.database.sql('update signing_keys set signs_from = signs_from - ?::interval', [interval]);

    it('are made when the last has had its time, by one replica, and published before they sign', async () => {
      const first = await signed();
      expect(await auth.signer.rotateIfDue()).to.equal(false);
      await age('31 days');
      const made = await Promise.all([auth.signer.rotateIfDue(), auth.signer.rotateIfDue()]);
      expect(made.filter(Boolean)).to.have.length(1);
      const [second = '', other] = await publishedKids();
      expect(other).to.equal(first);
      expect(await signed()).to.equal(first);
      await age('16 minutes');
      expect(await signed()).to.equal(second);
      expect(await publishedKids()).to.deep.equal([second, first]);
      expect(await status(ada.accessToken)).to.equal(200);
      await age('10 minutes');
      expect(await publishedKids()).to.deep.equal([second]);
      await age('2 days');
      await auth.signer.rotateIfDue();
      expect(await auth.database.sql('select kid from signing_keys')).to.deep.equal([{ kid: second }]);
    });

    it('are made by administrators too, at once where the others fell into wrong hands', async () => {
      await addSeedAccounts(auth.users, auth.hasher);
      const body = { email: 'admin@cartwright.test', password: 'admin-Passw0rd!' };
      const admin = (await auth.ask('POST', '/api/auth/login', { body })).body as unknown as Granted;
      expect((await auth.ask('POST', '/api/auth/keys/rotate', { token: ada.accessToken })).status).to.equal(403);
      const before = await signed();
      const lines: string[] = [];
      const context = { url: auth.url, token: () => Promise.resolve(admin.accessToken), print: (line: string) => lines.push(line) };
      expect(await rotateKeys([], context)).to.equal(0);
      expect(await publishedKids())
        .to.include(before)
        .and.to.have.length(2);
      expect(await signed()).to.equal(before);
      expect(await rotateKeys(['--withdraw'], context)).to.equal(0);
      const signedAtOnce = kidOf(await auth.signer.sign({ id: ada.user.id, roles: [] }, 's'));
      const [now = '', ...others] = await publishedKids();
      expect(others).to.deep.equal([]);
      expect(lines.at(-2)).to.include(now);
      expect(signedAtOnce).to.equal(now);
      expect(await signed()).to.equal(now);
      const entries = await auth.log.list({ kind: 'signing_key_withdrawn', limit: 5 });
      expect(entries.map(({ actorId, userId }) => [actorId, userId])).to.deep.equal([[admin.user.id, null]]);
    });

    it('are not made by a command that is wrong, or by nobody', async () => {
      const context = { url: auth.url, token: () => Promise.resolve('a.b.c'), print: () => undefined };
      expect(await rotateKeys(['--all'], context)).to.equal(2);
      expect(String(await rotateKeys([], context).catch((error: unknown) => error))).to.include('not valid');
    });
  });

  const claims = { sub: '', sid: 's', roles: ['admin'], iss: 'cartwright', aud: 'cartwright' };

  it('without a signature are refused', async () => {
    expect(await status(new UnsecuredJWT({ ...claims, sub: ada.user.id }).setExpirationTime('1h').encode())).to.equal(401);
  });

  it('signed by somebody else are refused, also under our key’s name', async () => {
    const { privateKey } = await generateKeyPair('EdDSA');
    const { kid = '' } = decodeProtectedHeader(ada.accessToken);
    const forged = new SignJWT({ ...claims, sub: ada.user.id }).setProtectedHeader({ alg: 'EdDSA', kid }).setExpirationTime('1h');
    expect(await status(await forged.sign(privateKey))).to.equal(401);
    const secret = new TextEncoder().encode(JSON.stringify(await auth.signer.publicKeys()));
    const confused = new SignJWT({ ...claims, sub: ada.user.id }).setProtectedHeader({ alg: 'HS256', kid }).setExpirationTime('1h');
    expect(await status(await confused.sign(secret))).to.equal(401);
  });

  it('that were changed are refused', async () => {
    const [header = '', body = '', signature = ''] = ada.accessToken.split('.');
    const changed = Buffer.from(JSON.stringify({ ...decodeJwt(ada.accessToken), roles: ['admin'] })).toString('base64url');
    expect(await status(`${header}.${changed}.${signature}`)).to.equal(401);
    expect(await status(`${header}.${body}.`)).to.equal(401);
  });
});
