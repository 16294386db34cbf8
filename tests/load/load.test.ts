import { expect } from 'chai';
import { closedLoop } from './closed-loop.ts';
import { plotBars } from './plot.ts';
import { performancePage, ratioToFloor } from './report.ts';
import { summarize } from './statistics.ts';

describe('A load run', () => {
  it('tells percentiles by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(summarize(hundred)).to.deep.equal({ p50: 50, p95: 95, p99: 99 });
    expect(summarize([7])).to.deep.equal({ p50: 7, p95: 7, p99: 7 });
    expect(summarize([])).to.deep.equal({ p50: 0, p95: 0, p99: 0 });
  });

  it('counts what succeeds and what fails, by so many buyers, after the warm-up', async () => {
    const buyers = new Set<number>();
    const result = await closedLoop({
      name: 'x',
      buyers: 3,
      warmUpSeconds: 0,
      seconds: 0.05,
      cpu: () => performance.now(),
      buyer: (number) => {
        let turn = 0;
        return async () => {
          buyers.add(number);
          await new Promise(setImmediate);
          if (++turn % 2 === 0) throw new Error('every second');
        };
      },
    });
    expect(buyers.size).to.equal(3);
    expect(Math.abs(result.operations - result.errors)).to.be.at.most(3);
    expect(result.cpuMilliseconds).to.be.above(0);
  });

  it('fails when nothing succeeds, and says why', async () => {
    const failing = closedLoop({
      name: 'x',
      buyers: 1,
      warmUpSeconds: 0,
      seconds: 0.02,
      cpu: () => 0,
      buyer: () => () => Promise.reject(new Error('away')),
    });
    const error = (await failing.catch((thrown: unknown) => thrown)) as Error;
    expect((error.cause as Error).message).to.equal('away');
  });

  it('is drawn and written down with the ratio to its floor', () => {
    const one = { name: 'cart <1>', operations: 1, errors: 0, perSecond: 500, cpuMilliseconds: 2, p50: 1, p95: 2, p99: 3 };
    const result = { name: 'cart', measurements: [one, { ...one, name: 'floor', perSecond: 1500 }] };
    expect(ratioToFloor(result)).to.equal(3);
    expect(plotBars('t', '/s', [{ label: one.name, value: 500 }]))
      .to.include('cart &lt;1&gt;')
      .and.include('500 /s');
    expect(
      performancePage({ date: '2026-01-01', machine: 'm', lengths: { buyers: 16, warmUpSeconds: 5, seconds: 20 }, results: [result] }),
    ).to.include('3.0 times');
  });
});
