import { expect } from 'chai';
import fc from 'fast-check';
import { mostResends, mostTries, settleDelivery } from '../../domain/delivery.ts';
import type { SendResult } from '../../domain/delivery.ts';

describe('the delivery of a message', () => {
  const first = { tries: 1, resends: 0 };

  it('ends when the provider has taken it', () => {
    expect(settleDelivery({ result: 'sent', providerMessageId: 'm-1' }, first)).to.deep.equal({ state: 'sent', providerMessageId: 'm-1' });
  });

  it('ends when the provider refuses it for good', () => {
    expect(settleDelivery({ result: 'refused', reason: 'no such recipient' }, first)).to.deep.equal({
      state: 'failed',
      reason: 'no such recipient',
    });
  });

  it('is tried again, each time twice as late, as long as the provider is busy', () => {
    const delays = [1, 2, 3, 4].map((tries) => settleDelivery({ result: 'not_now', reason: 'busy' }, { tries, resends: 0 }));
    expect(delays.map((delivery) => delivery.state === 'waiting' && delivery.againInMs)).to.deep.equal([1000, 2000, 4000, 8000]);
  });

  it('waits as long as the provider asks for, but no longer than a quarter of an hour', () => {
    const after = (retryAfterMs: number) => settleDelivery({ result: 'not_now', reason: 'busy', retryAfterMs }, first);
    expect(after(30_000)).to.include({ state: 'waiting', againInMs: 30_000 });
    expect(after(86_400_000)).to.include({ state: 'waiting', againInMs: 900_000 });
  });

  it('is given up after the last try', () => {
    expect(settleDelivery({ result: 'not_now', reason: 'busy' }, { tries: mostTries, resends: 0 })).to.deep.equal({
      state: 'failed',
      reason: 'busy',
    });
  });

  it('is sent again in doubt once, and not twice', () => {
    const result: SendResult = { result: 'no_answer', reason: 'time-out' };
    expect(settleDelivery(result, first)).to.include({ state: 'waiting', resend: true });
    expect(settleDelivery(result, { tries: 2, resends: mostResends })).to.deep.equal({ state: 'failed', reason: 'time-out' });
  });

  it('comes to an end whatever a provider answers', () => {
    const results = fc.oneof(
      fc.record({ result: fc.constant('not_now' as const), reason: fc.string(), retryAfterMs: fc.nat() }),
      fc.record({ result: fc.constant('no_answer' as const), reason: fc.string() }),
    );
    fc.assert(
      fc.property(fc.infiniteStream(results), (stream) => {
        let [tries, resends] = [0, 0];
        for (const result of stream) {
          tries += 1;
          const delivery = settleDelivery(result, { tries, resends });
          if (delivery.state !== 'waiting') return true;
          if (delivery.resend) resends += 1;
          expect(delivery.againInMs).to.be.within(1, 900_000);
          expect(tries).to.be.below(mostTries + mostResends + 1);
        }
        return false;
      }),
    );
  });
});
