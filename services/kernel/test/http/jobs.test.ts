import { expect } from 'chai';
import type { Sidecar } from '../../dapr/sidecar.ts';
import { scheduleJobs } from '../../http/jobs.ts';
import type { ScheduledJob } from '../../kernel.ts';
import { appToken, kernelForTests, listen } from '../kernel-for-tests.ts';

describe('Scheduled jobs', () => {
  const lines: Record<string, unknown>[] = [];
  const job = (run: ScheduledJob['run']): ScheduledJob => ({ name: 'sweep', schedule: '0 0 3 * * *', run });

  it('are run when the sidecar calls, and answered before they are done, one run at a time', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let runs = 0;
    const kernel = kernelForTests({ log: (line) => lines.push(line) });
    const run = async (): Promise<void> => {
      runs += 1;
      await promise;
      if (runs === 2) throw new Error('no disk');
    };
    const server = await listen(kernel, { routes: [], jobs: [job(run)] });
    const call = async (headers: Record<string, string> = {}) =>
      (await fetch(`${server.url}/job/sweep`, { method: 'POST', headers: { 'dapr-api-token': appToken, ...headers } })).status;
    expect([await call(), await call()]).to.deep.equal([200, 200]);
    expect(runs).to.equal(1);
    resolve(undefined);
    await promise;
    expect(await call()).to.equal(200);
    while (!lines.some(({ msg }) => msg === 'a scheduled job failed')) await new Promise(setImmediate);
    expect(await call({ 'dapr-api-token': 'guess' })).to.equal(403);
    expect(await call({ 'dapr-caller-app-id': 'orders' })).to.equal(403);
    expect(runs).to.equal(2);
    await server.close();
  });

  it('are told to the scheduler again until it takes them, or the service ends', async () => {
    let refusals = 2;
    const taken: string[] = [];
    const schedule: Sidecar['schedule'] = (name, at) => {
      if (refusals > 0) {
        refusals -= 1;
        return Promise.reject(new Error('away'));
      }
      taken.push(`${name} ${at}`);
      return Promise.resolve();
    };
    const kernel = kernelForTests({ dapr: { schedule } as Sidecar });
    await scheduleJobs(kernel, [job(() => Promise.resolve())], 1);
    expect(taken).to.deep.equal(['sweep 0 0 3 * * *']);
    refusals = Number.POSITIVE_INFINITY;
    const ending = scheduleJobs(kernel, [job(() => Promise.resolve())], 60_000);
    kernel.drain();
    await ending;
  });
});
