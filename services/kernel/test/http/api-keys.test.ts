import { expect } from 'chai';
import { apiKeyChecker, newApiKey, readApiKey } from '../../http/api-keys.ts';
import type { KnownApiKey } from '../../http/api-keys.ts';
import { Problem } from '../../http/problem.ts';

async function statusOf(work: Promise<unknown>): Promise<number> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Problem ? error.status : 0;
}

describe('An API key', () => {
  it('is read as it was made, and is nothing else', () => {
    const { key, prefix, hash } = newApiKey();
    expect(readApiKey(key)).to.deep.equal({ prefix, hash });
    expect(key.startsWith(`cwk_${prefix}_`)).to.equal(true);
    for (const wrong of ['', 'cwk_', key.slice(1), `${key}x`, ` ${key}`, key.replace('cwk_', 'key_')])
      expect(readApiKey(wrong), wrong).to.equal(undefined);
  });

  it('leaves its secret with nobody who is asked', () => {
    const { key, prefix, hash } = newApiKey();
    expect(JSON.stringify({ prefix, hash })).not.to.include(key.slice(-43));
  });
});

describe('The checker of API keys', () => {
  const { key, hash } = newApiKey();
  let known: KnownApiKey | undefined | Error;
  let asked: string[];
  let clock: number;
  beforeEach(() => {
    known = { id: 'k1', permissions: ['orders.read', 'wizardry'] };
    asked = [];
    clock = 0;
  });
  const checker = () =>
    apiKeyChecker({
      ask: (proof) => {
        asked.push(proof.hash);
        return known instanceof Error ? Promise.reject(known) : Promise.resolve(known);
      },
      now: () => clock,
    });

  it('answers the machine, with the permissions that exist, and asks once a second', async () => {
    const check = checker();
    const principal = { userId: 'k1', sessionId: 'k1', roles: [], permissions: ['orders.read'] };
    expect(await check(key)).to.deep.equal(principal);
    clock = 999;
    expect(await check(key)).to.deep.equal(principal);
    expect(asked).to.deep.equal([hash]);
    clock = 1000;
    await check(key);
    expect(asked).to.have.length(2);
  });

  it('hears of a revocation within a second', async () => {
    const check = checker();
    await check(key);
    known = undefined;
    clock = 1000;
    expect(await statusOf(check(key))).to.equal(401);
  });

  it('asks once for many at once', async () => {
    const check = checker();
    await Promise.all(Array.from({ length: 20 }, () => check(key)));
    expect(asked).to.have.length(1);
  });

  it('lets nobody in while it cannot ask, and asks again the next time', async () => {
    const check = checker();
    known = new Error('away');
    expect(await statusOf(check(key))).to.equal(503);
    known = { id: 'k1', permissions: [] };
    expect((await check(key)).userId).to.equal('k1');
  });

  it('asks nobody about what is no key', async () => {
    expect(await statusOf(checker()('cwk_x'))).to.equal(401);
    expect(asked).to.deep.equal([]);
  });
});
