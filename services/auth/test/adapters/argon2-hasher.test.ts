import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { expect } from 'chai';
import { argon2Hasher, readPasses } from '../../adapters/argon2-hasher.ts';
import type { RunningHasher } from '../../adapters/argon2-hasher.ts';

/** They give way to all other work, of which a test run has much: nobody is refused for that. */
const patienceMs = 25_000;

describe('The password hasher', () => {
  let hasher: RunningHasher;
  let quick: RunningHasher;

  before(async () => {
    [hasher, quick] = await Promise.all([argon2Hasher(undefined, { patienceMs }), argon2Hasher(2, { mostWaiting: 3, patienceMs })]);
  });
  after(() => Promise.all([hasher.close(), quick.close()]));

  it('knows the password of a hash, and no other', async () => {
    const hash = await hasher.hash('correct horse');
    expect(hash).to.match(/^\$argon2id\$v=19\$m=19456,p=1,t=5\$/);
    expect(await hasher.verify(hash, 'correct horse')).to.equal(true);
    expect(await hasher.verify(hash, 'battery staple')).to.equal(false);
    expect(hasher.needsRehash(hash)).to.equal(false);
    expect(hasher.needsRehash(hash.replace('m=19456', 'm=4096'))).to.equal(true);
    expect(hasher.needsRehash(await quick.hash('correct horse'))).to.equal(true);
  });

  it('lets nobody in where there is no account, also not with the password of the hash that it works on', async () => {
    expect(await hasher.verify(undefined, 'nobody has this password')).to.equal(false);
  });

  it('takes as many passes as it is told, and not fewer than are safe', () => {
    expect([readPasses(undefined), readPasses('2')]).to.deep.equal([5, 2]);
    for (const wrong of ['1', '2.5', '', 'many', '101'])
      expect(() => readPasses(wrong), wrong).to.throw('ARGON2_PASSES is a whole number from 2 to 100');
  });

  it('refuses with 503 who comes when too many wait, and does what it has taken on', async () => {
    const all = await Promise.allSettled(Array.from({ length: availableParallelism() + 4 }, () => quick.hash('correct horse')));
    const refused = all.filter((one) => one.status === 'rejected');
    expect(refused.length).to.be.greaterThan(0);
    for (const { reason } of refused) expect(reason).to.include({ status: 503 });
    expect(all.slice(0, 3).map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'fulfilled']);
  });

  it('refuses with 503 who would wait too long, and does not begin for whoever has gone', async () => {
    // As long as about ten of the hashes take at the moment, of which fifty are asked for.
    const before = performance.now();
    for (let hashes = 0; hashes < 4; hashes++) await hasher.hash('correct horse');
    const longEnoughMs = Math.max(1000, (performance.now() - before) * 5);
    const impatient = await argon2Hasher(10, { patienceMs: longEnoughMs });
    try {
      const began = performance.now();
      const all = await Promise.allSettled(Array.from({ length: 50 }, () => impatient.hash('correct horse')));
      const refused = all.filter((one) => one.status === 'rejected');
      expect(refused.length).to.be.within(1, 49);
      for (const { reason } of refused) expect(reason).to.include({ status: 503 });
      const afterwards = performance.now() - began;
      expect(afterwards, 'all of them would take longer').to.be.below(longEnoughMs * 4);
    } finally {
      await impatient.close();
    }
  });

  it('works in sessions of their own that give way to all other work', function () {
    if (process.platform !== 'linux') this.skip();
    const own = hashing();
    expect(own.length).to.be.greaterThan(0);
    for (const pid of own) {
      expect(fieldsOf(`${String(pid)}/stat`).session, 'its session').to.equal(String(pid));
      const group = `/proc/${String(pid)}/autogroup`;
      if (existsSync(group)) expect(readFileSync(group, 'utf8')).to.match(/ nice 5\n$/);
      const threads = readdirSync(`/proc/${String(pid)}/task`).map((id) => fieldsOf(`${String(pid)}/task/${id}/stat`));
      const pool = threads.filter(({ name }) => name === 'libuv-worker');
      expect(pool.length).to.be.greaterThan(0);
      for (const { nice } of pool) expect(nice, 'its priority').to.equal('5');
      if (spawnSync('chrt', ['--version']).status === 0)
        for (const { policy } of threads) expect(policy, 'SCHED_IDLE, see sched(7)').to.equal('5');
    }
    expect(fieldsOf('self/stat').policy).to.equal('0');
  });

  it('goes on in a new process when one is killed, and says 503 where that is killed too', async function () {
    if (process.platform !== 'linux') this.skip();
    const slow = await argon2Hasher(100);
    try {
      const under = slow.hash('correct horse').catch((error: unknown) => error);
      const ended = new AbortController();
      void under.then(() => {
        ended.abort();
      });
      while (!ended.signal.aborted) {
        for (const pid of hashing()) process.kill(pid, 'SIGKILL');
        await new Promise((done) => setImmediate(done));
      }
      expect(await under).to.include({ status: 503 });
      expect(await quick.verify(await quick.hash('correct horse'), 'correct horse')).to.equal(true);
    } finally {
      await slow.close();
    }
  });
});

/** The processes of this one that hash. */
function hashing(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandOf(pid).includes('hashing-process') && fieldsOf(`${String(pid)}/stat`).parent === String(process.pid));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

/** Of a process or a thread, see proc_pid_stat(5). */
function fieldsOf(file: string): { name: string; parent: string; session: string; nice: string; policy: string } {
  const stat = readFileSync(`/proc/${file}`, 'utf8');
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' '); // from the third on
  const field = (number: number): string => fields[number - 3] ?? '';
  return { name: stat.slice(stat.indexOf('(') + 1, end), parent: field(4), session: field(6), nice: field(19), policy: field(41) };
}
