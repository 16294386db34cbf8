import { expect } from 'chai';
import { argon2Hasher, limiter } from '../../adapters/argon2-hasher.ts';

describe('The password hasher', () => {
  it('knows the password of a hash, and no other', async () => {
    const hasher = await argon2Hasher();
    const hash = await hasher.hash('correct horse');
    expect(hash).to.match(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    expect(await hasher.verify(hash, 'correct horse')).to.equal(true);
    expect(await hasher.verify(hash, 'battery staple')).to.equal(false);
    expect(hasher.needsRehash(hash)).to.equal(false);
    expect(hasher.needsRehash(hash.replace('m=19456', 'm=4096'))).to.equal(true);
  });

  it('lets nobody in where there is no account, also not with the password of the hash that it works on', async () => {
    expect(await (await argon2Hasher()).verify(undefined, 'nobody has this password')).to.equal(false);
  });
});

describe('A limiter', () => {
  it('lets so many run at a time, and the others in the order in which they came', async () => {
    const limit = limiter(2, 10);
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const all = [0, 1, 2, 3].map((name) =>
      limit(() => {
        begun.push(name);
        return new Promise<void>((done) => ends.push(done));
      }),
    );
    expect(begun).to.deep.equal([0, 1]);
    ends[1]?.();
    await all[1];
    expect(begun).to.deep.equal([0, 1, 2]);
    ends[0]?.();
    await all[0];
    expect(begun).to.deep.equal([0, 1, 2, 3]);
    ends.forEach((end) => {
      end();
    });
    await Promise.all(all);
  });

  it('goes on after a failure, and refuses who comes when too many wait', async () => {
    const limit = limiter(1, 1);
    let fail = (_: Error): void => undefined;
    const first = limit(() => new Promise<void>((_, reject) => (fail = reject)));
    const second = limit(() => Promise.resolve('done'));
    const refused: unknown = await limit(() => Promise.resolve()).catch((error: unknown) => error);
    expect(refused).to.include({ status: 503 });
    fail(new Error('broken'));
    expect(await first.catch((error: unknown) => (error as Error).message)).to.equal('broken');
    expect(await second).to.equal('done');
  });
});
