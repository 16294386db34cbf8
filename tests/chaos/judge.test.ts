import { expect } from 'chai';
import { judgeRun, judgeTrial, leastOrders, longestRecoveryMs } from './judge.ts';
import { faults } from './faults.ts';

const fault = { name: 'kill-kafka', what: 'Kafka is killed', lastsMs: 0, inject: () => Promise.resolve() };
const names = (orders: number, recoveredMs: number | null, bar = {}): string[] =>
  judgeTrial({ ...fault, ...bar }, orders, recoveredMs).map(({ name }) => name);

describe('A chaos trial', () => {
  it('is in order where people could buy again soon enough', () => {
    expect(names(100, longestRecoveryMs)).to.deep.equal([]);
    expect(names(100, 15_000, { recoversWithinMs: 15_000 })).to.deep.equal([]);
  });

  it('is none where nobody could buy any more, also of a fault without a bar of its own', () => {
    expect(names(100, null)).to.deep.equal(['no recovery']);
  });

  it('is none where nobody bought anything', () => {
    expect(names(0, null)).to.deep.equal(['no orders']);
  });

  it('is none where people had to wait too long', () => {
    expect(names(100, longestRecoveryMs + 1)).to.deep.equal(['slow recovery']);
    expect(names(100, 15_001, { recoversWithinMs: 15_000 })).to.deep.equal(['slow recovery']);
  });
});

describe('A chaos run of all faults', () => {
  it('sells at least five thousand orders', () => {
    expect(judgeRun(leastOrders)).to.deep.equal([]);
    expect(judgeRun(leastOrders - 1).map(({ name }) => name)).to.deep.equal(['too few orders']);
  });

  it('tries each fault under a name of its own', () => {
    expect(new Set(faults.map(({ name }) => name)).size).to.equal(faults.length);
  });

  it('expects purchases within fifteen seconds after any service or sidecar was killed', () => {
    const killed = faults.filter(({ name }) =>
      /^(kill-.*-sidecar|kill-(auth|catalog|orders|payments|inventory|notifications|storefront)|relay-killed-.*)$/.test(name),
    );
    expect(killed).to.have.length(17);
    for (const { recoversWithinMs } of killed) expect(recoversWithinMs).to.equal(15_000);
  });
});
