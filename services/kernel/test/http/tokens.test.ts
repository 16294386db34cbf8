import { expect } from 'chai';
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { Problem } from '../../http/problem.ts';
import { tokenChecker } from '../../http/tokens.ts';

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function makeKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' } };
}

function sign({ kid, privateKey }: Key, claims: Record<string, unknown> = {}, seconds = 300): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sid: 's1', roles: ['customer', 'wizard'], iss: 'cartwright', aud: 'cartwright', sub: 'u1', ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(privateKey);
}

async function statusOf(work: Promise<unknown>): Promise<number> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Problem ? error.status : 0;
}

describe('The token checker', () => {
  let key: Key;
  let fetched: number;
  let published: JWK[];
  const revoked = new Set<string>();
  let asked: number;
  let clock: number;

  before(async () => {
    key = await makeKey('k1');
  });
  beforeEach(() => {
    fetched = 0;
    asked = 0;
    clock = Date.now();
    published = [key.jwk];
    revoked.clear();
  });

  function checker(): ReturnType<typeof tokenChecker> {
    return tokenChecker({
      fetchKeys: () => {
        fetched++;
        return Promise.resolve({ keys: published });
      },
      isRevoked: (sid) => {
        asked++;
        return Promise.resolve(revoked.has(sid));
      },
      now: () => clock,
    });
  }

  it('answers who a good token stands for, with the roles that exist', async () => {
    expect(await checker()(await sign(key))).to.deep.equal({ userId: 'u1', sessionId: 's1', roles: ['customer'] });
  });

  it('refuses expired tokens, and those for others or by others', async () => {
    const check = checker();
    expect(await statusOf(check(await sign(key, {}, -10)))).to.equal(401);
    expect(await statusOf(check(await sign(key, { aud: 'else' })))).to.equal(401);
    expect(await statusOf(check(await sign(key, { iss: 'else' })))).to.equal(401);
    expect(await statusOf(check(await sign({ ...(await makeKey('k1')), kid: 'k1' })))).to.equal(401);
  });

  it('refuses a token without a signature', async () => {
    const unsigned = new UnsecuredJWT({ sid: 's1' })
      .setIssuer('cartwright')
      .setAudience('cartwright')
      .setSubject('u1')
      .setExpirationTime('5m')
      .encode();
    expect(await statusOf(checker()(unsigned))).to.equal(401);
  });

  it('refuses a token without a session, which could not be revoked', async () => {
    expect(await statusOf(checker()(await sign(key, { sid: undefined })))).to.equal(401);
  });

  it('asks for the keys once, and again when it meets one that it does not know, but not for every invented one', async () => {
    const check = checker();
    await check(await sign(key));
    await check(await sign(key));
    expect(fetched).to.equal(1);
    const next = await makeKey('k2');
    published = [key.jwk, next.jwk];
    clock += 11_000;
    expect((await check(await sign(next))).userId).to.equal('u1');
    expect(fetched).to.equal(2);
    const invented = await sign(await makeKey('k3'));
    expect(await statusOf(check(invented))).to.equal(401);
    expect(await statusOf(check(invented))).to.equal(401);
    expect(fetched).to.equal(2);
  });

  it('takes a new key from the keys that are on their way, whoever asked for them', async () => {
    const check = checker();
    await check(await sign(key));
    const next = await makeKey('k2');
    published = [next.jwk];
    clock += 61_000; // the keys are renewed behind the scenes, and all who come now check by the old ones first
    const token = await sign(next);
    const found = await Promise.all([check(token), check(token), check(await sign(next, { sub: 'u2' }))]);
    expect(found.map(({ userId }) => userId)).to.deep.equal(['u1', 'u1', 'u2']);
    expect(fetched).to.equal(2);
  });

  it('refuses a token that never ends, and one that ended after it was checked', async () => {
    const endless = await new SignJWT({ sid: 's1', iss: 'cartwright', aud: 'cartwright', sub: 'u1' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
      .sign(key.privateKey);
    expect(await statusOf(checker()(endless))).to.equal(401);
    const check = checker();
    const short = await sign(key, {}, 30);
    await check(short);
    clock += 31_000;
    expect(await statusOf(check(short))).to.equal(401);
  });

  it('refuses a token that is signed by what is public', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(key.jwk));
    const claims = new SignJWT({ sid: 's1', iss: 'cartwright', aud: 'cartwright', sub: 'u1' }).setExpirationTime('5m');
    expect(await statusOf(checker()(await claims.setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret)))).to.equal(401);
  });

  it('refuses an ended session within a second, without asking the store for every request', async () => {
    const check = checker();
    const token = await sign(key);
    await check(token);
    revoked.add('s1');
    await check(token);
    expect(asked).to.equal(1);
    clock += 1001;
    expect(await statusOf(check(token))).to.equal(401);
  });

  it('lets nobody in while the session store or the keys are away', async () => {
    const away = (): Promise<never> => Promise.reject(new Error('away'));
    const token = await sign(key);
    expect(await statusOf(tokenChecker({ fetchKeys: () => Promise.resolve({ keys: [key.jwk] }), isRevoked: away })(token))).to.equal(503);
    expect(await statusOf(tokenChecker({ fetchKeys: away, isRevoked: () => Promise.resolve(false) })(token))).to.equal(503);
  });

  it('keeps the keys it has while auth is away', async () => {
    let up = true;
    const check = tokenChecker({
      fetchKeys: () => (up ? Promise.resolve({ keys: [key.jwk] }) : Promise.reject(new Error('away'))),
      isRevoked: () => Promise.resolve(false),
      now: () => clock,
    });
    await check(await sign(key, {}, 3600));
    up = false;
    clock += 11 * 60_000;
    expect((await check(await sign(key, {}, 3600))).userId).to.equal('u1');
  });

  it('refuses what a withdrawn key has signed within two minutes, however busy or idle it was', async () => {
    const token = await sign(key, {}, 3600);
    for (const steps of [[61_000, 61_000], [100_000, 21_000], [121_000]]) {
      published = [key.jwk];
      const check = checker();
      await check(token);
      published = [(await makeKey('k2')).jwk];
      const statuses: number[] = [];
      for (const step of steps) {
        clock += step;
        statuses.push(await statusOf(check(token)));
      }
      expect(statuses.at(-1), steps.join()).to.equal(401);
    }
  });

  it('does not wait for auth again and again while it is silent', async () => {
    let silent = false;
    let asked = 0;
    const check = tokenChecker({
      fetchKeys: () => {
        asked++;
        return silent ? Promise.reject(new Error('silent')) : Promise.resolve({ keys: [key.jwk] });
      },
      isRevoked: () => Promise.resolve(false),
      now: () => clock,
    });
    const token = await sign(key, {}, 3600);
    await check(token);
    silent = true;
    clock += 121_000;
    for (let times = 0; times < 5; times++) expect((await check(token)).userId).to.equal('u1');
    expect(asked).to.equal(2);
  });
});
