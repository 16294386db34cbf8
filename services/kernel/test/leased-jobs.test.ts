import { mock } from 'node:test';
import { expect } from 'chai';
import { startLeasedJobs } from '../leased-jobs.ts';
import { kernelForTests } from './kernel-for-tests.ts';

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((done) => {
    open = done;
  });
  return { opened, open };
}

const never = 3_600_000;
const { log } = kernelForTests();
const noRows = (): Promise<number[]> => Promise.resolve([]);

describe('leased jobs', () => {
  it('begin what is started at once, so many at a time, and the others in their turn', async () => {
    const [begun, gates] = [[] as number[], [gate(), gate(), gate()]];
    const work = async (job: number): Promise<void> => {
      begun.push(job);
      await gates[job]?.opened;
    };
    const jobs = startLeasedJobs({ name: 'test', log, lease: noRows, work, concurrency: 2, sweepMs: never });
    jobs.start(0, 1, 2);
    expect(begun).to.deep.equal([0, 1]);
    gates[0]?.open();
    await new Promise((done) => setImmediate(done));
    expect(begun).to.deep.equal([0, 1, 2]);
    for (const each of gates) each.open();
    await jobs.stop();
  });

  it('lease no more than there is room for, and answer when that is done', async () => {
    const [asked, done] = [[] as number[], [] as number[]];
    const lease = (limit: number): Promise<number[]> => {
      asked.push(limit);
      return Promise.resolve([1, 2].slice(0, limit));
    };
    const jobs = startLeasedJobs({
      name: 'test',
      log,
      lease,
      work: (job) => Promise.resolve(done.push(job)).then(() => undefined),
      concurrency: 3,
      sweepMs: never,
    });
    expect(await jobs.sweep()).to.equal(2);
    expect([asked, done]).to.deep.equal([[3], [1, 2]]);
    await jobs.stop();
    expect(await jobs.sweep()).to.equal(0);
  });

  it('are looked for while another hangs', async () => {
    const [hanging, other] = [gate(), gate()];
    const rows = [[1], [2]];
    const work = async (job: number): Promise<void> => {
      if (job === 1) await hanging.opened;
      else other.open();
    };
    const jobs = startLeasedJobs({ name: 'test', log, lease: () => Promise.resolve(rows.shift() ?? []), work, sweepMs: 1 });
    await other.opened;
    hanging.open();
    await jobs.stop();
  });

  it('follow each other at once while there are more than there is room for, and never more at a time', async () => {
    const [all, rows] = [gate(), [1, 2, 3, 4, 5]];
    let [most, now, looked] = [0, 0, 0];
    const lease = (limit: number): Promise<number[]> => {
      looked += 1;
      return Promise.resolve(rows.splice(0, limit));
    };
    const work = async (job: number): Promise<void> => {
      most = Math.max(most, (now += 1));
      await new Promise(setImmediate);
      now -= 1;
      if (job === 5) all.open();
    };
    mock.timers.enable({ apis: ['setInterval'] });
    const jobs = startLeasedJobs({ name: 'test', log, lease, work, concurrency: 2, sweepMs: 500 });
    mock.timers.tick(500);
    mock.timers.reset();
    await all.opened; // though the clock ticks no more
    expect([most, looked >= 3]).to.deep.equal([2, true]);
    await jobs.stop();
  });

  it('go on after one that failed', async () => {
    const done: number[] = [];
    const work = (job: number): Promise<void> =>
      job === 1 ? Promise.reject(new Error('no')) : Promise.resolve(done.push(job)).then(() => undefined);
    const jobs = startLeasedJobs({ name: 'test', log, lease: () => Promise.resolve([1, 2]), work, concurrency: 1, sweepMs: never });
    expect(await jobs.sweep()).to.equal(2);
    expect(done).to.deep.equal([2]);
    await jobs.stop();
  });

  it('leave to a later sweep what waited so long that its lease may run out', async () => {
    const [first, done] = [gate(), [] as number[]];
    const work = async (job: number): Promise<void> => {
      if (job === 1) await first.opened;
      done.push(job);
    };
    const jobs = startLeasedJobs({ name: 'test', log, lease: noRows, work, concurrency: 1, sweepMs: never, patienceMs: -1 });
    jobs.start(1, 2);
    first.open();
    await jobs.stop();
    expect(done).to.deep.equal([]);
  });

  it('finish what is running when they are stopped, and begin no more', async () => {
    const [first, done] = [gate(), [] as number[]];
    const work = async (job: number): Promise<void> => {
      await first.opened;
      done.push(job);
    };
    const jobs = startLeasedJobs({ name: 'test', log, lease: noRows, work, concurrency: 1, sweepMs: never });
    jobs.start(1, 2);
    const stopped = jobs.stop();
    first.open();
    await stopped;
    expect(done).to.deep.equal([1]);
  });
});
