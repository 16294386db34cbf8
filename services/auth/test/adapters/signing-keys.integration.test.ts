import { expect } from 'chai';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose';
import { tokenSigner } from '../../adapters/signing-keys.ts';
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
    const signers = await Promise.all(Array.from({ length: 4 }, () => tokenSigner(auth.database)));
    const tokens = await Promise.all(signers.map((signer) => signer.sign({ id: ada.user.id, roles: [] }, 's')));
    expect(new Set(tokens.map((token) => decodeProtectedHeader(token).kid))).to.have.property('size', 1);
    await auth.close();
    auth = await runAuth();
    ada = await auth.register();
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
