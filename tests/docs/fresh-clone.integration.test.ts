import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { PartHealth } from '@cartwright/local/commands/health';
import { freeOffset } from '@cartwright/local/instance/check-ports';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '../..');
const execute = promisify(execFile);

/** What the README begins and ends with, done for real beside the stack that runs these tests: of the services one, of all else everything. */
describe('A fresh clone', function () {
  this.timeout(240_000);
  let clone: string;
  let offset: number;

  before(async () => {
    mkdirSync(join(root, '.cartwright'), { recursive: true });
    clone = mkdtempSync(join(root, '.cartwright/clone-'));
    await execute('git', ['clone', '--quiet', root, clone]);
    // Links to the files: what `npm install` does with a warm cache, without the wait.
    await execute('cp', ['-al', join(root, 'node_modules'), clone]);
    offset = await freeOffset();
  });
  after(async () => {
    await npm('stop').catch(() => undefined); // where a test has failed in between
    rmSync(clone, { recursive: true, force: true });
  });

  /** As a stranger types it: without what the test run has put into the environment. */
  async function npm(...words: string[]): Promise<string> {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(
        ([name]) => !/^(?:npm_|CARTWRIGHT_(?!CACHE)|DATABASE_URLS$|GATEWAY_URL$|NODE_V8_COVERAGE$)/.test(name),
      ),
    );
    return (await execute('npm', words, { cwd: clone, env, maxBuffer: 1 << 26 })).stdout;
  }

  /** What runs of it, by its own word. */
  async function running(): Promise<string[]> {
    const answer = await npm('run', '-s', 'health:check', '--', '--json').catch((error: unknown) => (error as { stdout: string }).stdout);
    return (JSON.parse(answer) as { parts: PartHealth[] }).parts.filter(({ ok }) => ok).map(({ name }) => name);
  }

  it('starts by npm start, in the background, with all that a service needs', async () => {
    await npm('start', '--', '--detach', '--only', 'auth', '--port-offset', String(offset));
    const all = ['auth', 'auth-sidecar', 'placement', 'scheduler', 'postgres', 'redis', 'kafka', 'mongodb', 'elasticsearch'];
    expect(await running()).to.have.members(all);
    const answer = await fetch(`http://127.0.0.1:${String(3001 + offset)}/api/auth/.well-known/jwks.json`);
    expect(answer.status).to.equal(200);
  });

  it('goes on from there when it is started again', async () => {
    const before = await running();
    await npm('start', '--', '--detach', '--only', 'auth');
    expect(await running()).to.deep.equal(before);
  });

  it('is stopped by npm stop, which leaves no process of it', async () => {
    expect(await npm('stop')).to.include('is stopped');
    expect(await running()).to.deep.equal([]);
    const { stdout } = await execute('ps', ['-eo', 'args']);
    expect(stdout.split('\n').filter((line) => line.includes(clone) && !line.startsWith('ps '))).to.deep.equal([]);
    await npm('stop'); // once more does no harm
  });
});
