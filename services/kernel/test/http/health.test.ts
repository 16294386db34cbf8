import { expect } from 'chai';
import { readinessProbe } from '../../http/health.ts';

describe('The readiness probe', () => {
  it('names what failed, and why to the log only', async () => {
    const told: [string, string][] = [];
    const probe = readinessProbe(
      [
        { name: 'postgres', check: () => Promise.resolve() },
        { name: 'mongodb', check: () => Promise.reject(new Error('no primary')) },
      ],
      (name, error) => told.push([name, (error as Error).message]),
    );
    expect(await probe()).to.deep.equal({ ready: false, checks: { postgres: 'ok', mongodb: 'failed' } });
    expect(told).to.deep.equal([['mongodb', 'no primary']]);
  });

  it('does not wait for a dependency that does not answer', async () => {
    const probe = readinessProbe([{ name: 'stuck', check: () => new Promise<never>(() => undefined) }], () => undefined, 5);
    expect(await probe()).to.deep.equal({ ready: false, checks: { stuck: 'failed' } });
  });

  it('asks once for all who ask at the same time, and anew for the next', async () => {
    let asked = 0;
    const probe = readinessProbe(
      [
        {
          name: 'counted',
          check: () => {
            asked++;
            return Promise.resolve();
          },
        },
      ],
      () => undefined,
    );
    await Promise.all([probe(), probe(), probe()]);
    expect(asked).to.equal(1);
    await probe();
    expect(asked).to.equal(2);
  });
});
