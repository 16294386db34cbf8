import { expect } from 'chai';
import { gapFiller } from '../../messaging/gaps.ts';
import { fromEnvelope } from '../../messaging/wire.ts';
import { envelope, testHost } from './fixtures.ts';

describe('a gap', () => {
  const host = testHost('inventory');
  let clock = 0;
  const filler = () => gapFiller({ topic: 'orders', host, patienceMs: 10_000, now: () => clock });
  const fifth = fromEnvelope(envelope({ id: 'o', version: 5 }), 'orders');
  const third = { version: 3, eventId: 'e3' };

  beforeEach(() => {
    clock = 1000;
    host.sidecar.invoked.length = 0;
    host.sidecar.answer = () => ({ events: [envelope({ id: 'o', version: 4 }), envelope({ id: 'o', version: 5 })] });
  });

  it('is given its time to close, then the producer is asked for what lies between', async () => {
    const gaps = filler();
    expect(await gaps.ask(third, fifth)).to.equal('wait');
    clock += 9999;
    expect(await gaps.ask(third, fifth)).to.equal('wait');
    expect(host.sidecar.invoked).to.deep.equal([]);
    clock += 1;
    const missing = await gaps.ask(third, fifth);
    expect(missing === 'wait' ? [] : missing.map(({ aggregateVersion }) => aggregateVersion)).to.deep.equal([4]);
    expect(host.sidecar.invoked).to.deep.equal(['orders /internal/events/order/o?after=3']);
  });

  it('before the first event ever seen is asked for at once', async () => {
    expect(await filler().ask({ version: 0, eventId: undefined }, fifth)).to.be.an('array');
  });

  it('begins to count anew when it has moved', async () => {
    const gaps = filler();
    await gaps.ask(third, fifth);
    clock += 10_000;
    expect(await gaps.ask({ version: 2, eventId: 'e2' }, fifth)).to.equal('wait');
  });

  it('is closed when the producer has nothing in between', async () => {
    host.sidecar.answer = () => ({ events: [envelope({ id: 'o', version: 5 })] });
    const gaps = filler();
    await gaps.ask(third, fifth);
    clock += 10_000;
    expect(await gaps.ask(third, fifth)).to.deep.equal([]);
  });

  it('stays while the producer does not answer', async () => {
    host.sidecar.answer = () => {
      throw new Error('away');
    };
    expect(await filler().ask({ version: 0, eventId: undefined }, fifth)).to.equal('wait');
  });
});
