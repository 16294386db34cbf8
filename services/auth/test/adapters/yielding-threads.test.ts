import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

/** In a process of its own, as the threads of this one have other work. The priority is the 19th field of `stat`, see proc_pid_stat(5). */
const script = `
  import { readFileSync, readdirSync } from 'node:fs';
  import { yieldPoolThreads } from '@cartwright/auth/adapters/yielding-threads';
  import { argon2Hasher } from '@cartwright/auth/adapters/argon2-hasher';
  await argon2Hasher();
  const count = yieldPoolThreads();
  const nices = readdirSync('/proc/self/task').map((id) => {
    const stat = readFileSync('/proc/self/task/' + id + '/stat', 'utf8');
    const [, name, rest] = /\\((.*)\\) (.*)/s.exec(stat);
    return { isPool: name === 'libuv-worker', nice: Number(rest.split(' ')[16]) };
  });
  console.log(JSON.stringify({ count, nices }));
`;

describe('The threads on which passwords are hashed', () => {
  it('give way to all other work, and only they do', async function () {
    if (process.platform !== 'linux') this.skip();
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname });
    const { count, nices } = JSON.parse(stdout) as { count: number; nices: { isPool: boolean; nice: number }[] };
    expect(count).to.be.greaterThan(0);
    const own = nices.filter(({ isPool }) => !isPool).map(({ nice }) => nice);
    expect(nices.filter(({ isPool }) => isPool).map(({ nice }) => nice)).to.deep.equal(Array(count).fill(19));
    expect(Math.max(...own)).to.be.below(19);
  });
});
