import { expect } from 'chai';
import { Away, breaker } from '../../adapters/breaker.ts';

describe('A breaker', () => {
  const gone = new Error('connection refused');
  const options = { isAway: (error: unknown) => error === gone, pauseMs: 100 };
  const failing = (error: Error) => (): Promise<never> => Promise.reject(error);
  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it('lets nobody wait for a store that was away a moment ago, and one try again later', async () => {
    let time = 1000;
    const ask = breaker({ ...options, now: () => time });
    expect(await failureOf(ask(failing(gone)))).to.equal(gone);
    expect(await failureOf(ask(() => Promise.resolve('never asked')))).to.be.instanceOf(Away);
    time += 100;
    const answer = Promise.withResolvers<string>();
    const tried = ask(() => answer.promise);
    expect(await failureOf(ask(() => Promise.resolve('waits for nobody')))).to.be.instanceOf(Away);
    answer.resolve('back');
    expect(await tried).to.equal('back');
    expect(await ask(() => Promise.resolve('again'))).to.equal('again');
  });

  it('stays closed for errors of the question', async () => {
    const ask = breaker(options);
    const wrong = new Error('no such field');
    expect(await failureOf(ask(failing(wrong)))).to.equal(wrong);
    expect(await ask(() => Promise.resolve(1))).to.equal(1);
  });
});
