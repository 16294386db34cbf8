import { Readable } from 'node:stream';
import { csvRecords, ndjsonRecords } from '@cartwright/catalog/adapters/import-records';
import { expect } from 'chai';
import { closedLoop } from './closed-loop.ts';
import { holds, written } from './figures.ts';
import { plotBars } from './plot.ts';
import { performancePage, ratioToFloor } from './report.ts';
import { summarize } from './statistics.ts';
import { fileOf } from './wide-catalogue.ts';

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
    const result = { name: 'cart', measurements: [one, { ...one, name: 'floor', perSecond: 1500 }], figures: [] };
    expect(ratioToFloor(result)).to.equal(3);
    expect(plotBars('t', '/s', [{ label: one.name, value: 500 }]))
      .to.include('cart &lt;1&gt;')
      .and.include('500 /s');
    expect(
      performancePage({ date: '2026-01-01', machine: 'm', lengths: { buyers: 16, warmUpSeconds: 5, seconds: 20 }, results: [result] }),
    ).to.include('3.0 times');
  });

  it('tells figures beside their bars, and which of them are not held', () => {
    const held = { what: 'p95', value: 30, unit: 'ms', is: 'at most', bar: 30 } as const;
    const missed = { what: 'NDCG@10', value: 0.8494, unit: '', is: 'at least', bar: 0.85 } as const;
    expect([held, missed].map(holds)).to.deep.equal([true, false]);
    expect(written(held)).to.equal('✔ p95: 30 ms, at most 30 ms');
    expect(written(missed)).to.equal('✘ NDCG@10: 0.849, at least 0.85');
    const result = { name: 'relevance', measurements: [], figures: [held, missed] };
    const page = performancePage({
      date: '2026-01-01',
      machine: 'm',
      lengths: { buyers: 16, warmUpSeconds: 5, seconds: 20 },
      results: [result],
    });
    expect(page).to.include('| p95 | 30 ms | at most 30 ms | yes |').and.include('| NDCG@10 | 0.849 | at least 0.85 | **no** |');
    expect(page).not.to.include('operations/s |');
  });

  it('makes up the same products as NDJSON and as CSV', async () => {
    const [ndjson, csv] = (['ndjson', 'csv'] as const).map((format) => Readable.from(fileOf(format, 3)));
    const read = async (records: AsyncIterable<{ read: unknown }>): Promise<unknown[]> => {
      const found: unknown[] = [];
      for await (const one of records) found.push(one.read);
      return found;
    };
    const lines = await read(ndjsonRecords(ndjson!, { line: 1 }));
    const rows = await read(csvRecords(csv!, { line: 1 }, () => Promise.resolve()));
    expect(lines).to.have.length(10);
    expect(JSON.stringify(rows).replaceAll(/wide-\w+-(?=\d)/gi, '')).to.equal(JSON.stringify(lines).replaceAll(/wide-\w+-(?=\d)/gi, ''));
  });
});
