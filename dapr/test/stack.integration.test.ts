import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import type { PartHealth } from '../commands/health.ts';
import { openInstance } from '../instance/instance.ts';

const root = join(import.meta.dirname, '../..');

function bootstrap(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('node', [join(root, 'dapr/bootstrap.mjs'), ...words], { encoding: 'utf8', maxBuffer: 1 << 26 });
}

function health(): { ok: boolean; totalMegabytes: number; parts: PartHealth[]; status: number | null } {
  const { stdout, status } = bootstrap('health', '--json');
  return { ...(JSON.parse(stdout) as { ok: boolean; totalMegabytes: number; parts: PartHealth[] }), status };
}

function pidOf(name: string): number {
  const pid = health().parts.find((part) => part.name === name)?.pid;
  if (pid === undefined) throw new Error(`${name} does not run`);
  return pid;
}

/** Waits until a part runs as another process than before and is well. */
async function untilStartedAgain(name: string, before: number): Promise<void> {
  const deadline = Date.now() + 25_000;
  for (;;) {
    const { parts } = health();
    const part = parts.find((one) => one.name === name);
    if (part?.ok === true && part.pid !== undefined && part.pid !== before) return;
    if (Date.now() > deadline) throw new Error(`${name} was not started again: ${part?.reason ?? 'gone'}`);
    await delay(200);
  }
}

describe('a running stack', () => {
  it('is well, and takes at most 4 GB', () => {
    const { ok, status, parts, totalMegabytes } = health();
    expect(parts.filter((part) => !part.ok)).to.deep.equal([]);
    expect(ok).to.equal(true);
    expect(status).to.equal(0);
    expect(totalMegabytes).to.be.within(500, 4_096);
  });

  for (const name of ['notifications', 'notifications-sidecar', 'redis']) {
    it(`starts ${name} again when it dies`, async function () {
      this.timeout(40_000);
      const before = pidOf(name);
      process.kill(before, 'SIGKILL');
      await untilStartedAgain(name, before);
    });
  }

  it('is not called well when a process is there and does not answer', () => {
    const pid = pidOf('redis');
    process.kill(pid, 'SIGSTOP');
    try {
      const { ok, status, parts } = health();
      expect({ ok, status }).to.deep.equal({ ok: false, status: 1 });
      expect(parts.find(({ name }) => name === 'redis')).to.include({ ok: false, pid });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('shows the log of a service', () => {
    const { stdout, status } = bootstrap('logs', 'notifications', '--no-follow');
    expect(status).to.equal(0);
    expect(stdout).to.contain('keep-alive: notifications ended with code');
  });

  it('names the logs that there are when asked for another', () => {
    const { stderr, status } = bootstrap('logs', 'nothing');
    expect(status).to.equal(2);
    expect(stderr).to.contain('There is no log nothing').and.to.contain('orders-sidecar');
  });

  it('is not disturbed by a second start at the same ports, which names who holds them', () => {
    const { portOffset } = openInstance();
    const { stderr, status } = bootstrap('start', '--instance', 'second', '--port-offset', String(portOffset), '--detach');
    expect(status).to.equal(1);
    expect(stderr).to.match(/wanted for postgres, is held by process \d+ \(.*postgres/);
    expect(stderr).to.match(/--port-offset \d+/);
  });
});
