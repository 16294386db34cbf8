import { expect } from 'chai';
import { runningStack } from '../stack.ts';
import { faultNamed, shortList } from './faults.ts';
import { stockGoods } from './goods.ts';
import { processesOf } from './processes.ts';
import { newRun } from './run.ts';
import type { Run } from './run.ts';
import { tryFault } from './trial.ts';

/** All faults, and more people: npm run chaos. */
describe('The shop, while people buy', function () {
  this.timeout(240_000);
  let run: Run;

  before(async () => {
    const since = new Date().toISOString();
    const goods = await stockGoods(runningStack(), `T${Date.now().toString(36).toUpperCase()}`);
    run = newRun(goods, since);
  });
  after(() => run.goods.remove());

  for (const name of shortList) {
    it(`loses nothing, sells nothing twice and recovers: ${faultNamed(name).what}`, async () => {
      const stack = runningStack();
      const processes = processesOf(stack.instance);
      const fault = faultNamed(name);
      const { anomalies, orders, recoveredMs } = await tryFault(
        { stack, processes, goods: run.goods, rival: (orderId) => void run.rivals.add(orderId) },
        {
          ...{ fault, run, seed: 7, customers: 6, seconds: 8, secondsAfter: 4 },
          tell: () => undefined,
        },
      );
      expect(anomalies).to.deep.equal([]);
      expect(orders).to.be.greaterThan(0);
      expect(recoveredMs, 'milliseconds until a purchase succeeds again').to.be.a('number').and.to.be.below(15_000);
    });
  }
});
