import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const root = resolve(import.meta.dirname, '../..');
const execute = promisify(execFile);

/** The commands in the README's blocks, in their order. */
function commandsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    block.split('\n').filter((line) => line.startsWith('npm ')),
  );
}

/**
 * The same command on the stack that runs these tests. Only four are changed: a start must not stay in the foreground; the tests must not
 * call themselves; the stack is stopped by who started it; and the faults of the short list are tried one by one in tests/chaos.
 */
function onTheRunningStack(command: string): string[] | undefined {
  if (command === 'npm start') return ['start', '--', '--detach'];
  if (command === 'npm test') return ['test', '--', '--only', 'unit', 'dapr/test/testing'];
  if (command === 'npm stop') return undefined;
  if (command === 'npm run chaos -- --short') return ['run', 'chaos', '--', '--fault', 'none', '--seconds', '3', '--customers', '4'];
  return command.split(' ').slice(1);
}

describe('The README', () => {
  const commands = commandsOf(readFileSync(join(root, 'README.md'), 'utf8'));
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

  it('begins with the two commands', () => {
    expect(commands.slice(0, 2)).to.deep.equal(['npm start', 'npm test']);
  });

  for (const command of commands) {
    const words = onTheRunningStack(command);
    if (words === undefined) {
      it(`names the script of ${command}`, () => {
        expect(scripts).to.have.property(command.split(' ')[1] ?? '');
      });
      continue;
    }
    it(`says ${command}, which works`, async () => {
      const coverage = mkdtempSync(join(tmpdir(), 'readme-')); // a test run within a test run counts elsewhere
      const environment = { ...process.env, CARTWRIGHT_COVERAGE: coverage };
      const { stdout } = await execute('npm', words, { cwd: root, env: environment, maxBuffer: 1 << 26 });
      rmSync(coverage, { recursive: true });
      expect(stdout.trim()).not.to.equal('');
    }).timeout(180_000);
  }

  it('links to files that are there', () => {
    const broken = ['README.md', 'docs/ARCHITECTURE.md', 'docs/DEVELOPMENT.md', 'docs/DAPR.md'].flatMap((page) => {
      const folder = resolve(root, page, '..');
      const targets = [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = '']) => target);
      return targets.filter((target) => !existsSync(join(folder, target))).map((target) => `${page} → ${target}`);
    });
    expect(broken).to.deep.equal([]);
  });
});
