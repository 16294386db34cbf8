import { expect } from 'chai';
import { byAggregate, place, readBatch } from '../../messaging/batch.ts';
import { envelope } from './fixtures.ts';

describe('a bulk delivery', () => {
  it('is read entry by entry', () => {
    const { events, broken } = readBatch({ entries: [{ entryId: 'a', event: envelope({ version: 3 }) }] }, 'orders');
    expect(broken).to.deep.equal([]);
    expect(events[0]).to.have.property('entryId', 'a');
    expect(events[0]?.event).to.include({ aggregateType: 'order', aggregateVersion: 3, topic: 'orders' });
  });

  it('may hold fields that the broker or the sidecar added', () => {
    const { events } = readBatch({ entries: [{ entryId: 'a', event: { ...envelope({}), pubsubname: 'pubsub', traceid: 'x' } }] }, 'orders');
    expect(events).to.have.length(1);
  });

  for (const [what, event] of [
    ['nothing', undefined],
    ['text', 'hello'],
    ['a version of zero', { ...envelope({}), aggregateversion: 0 }],
    ['no type', { ...envelope({}), type: undefined }],
    ['an id that is no UUID', { ...envelope({}), id: 'first' }],
    ['a time that is none', { ...envelope({}), time: 'yesterday' }],
  ] as const) {
    it(`sets an entry apart that has ${what}`, () => {
      const { events, broken } = readBatch({ entries: [{ entryId: 'a', event }] }, 'orders');
      expect(events).to.deep.equal([]);
      expect(broken[0]).to.have.property('entryId', 'a');
    });
  }

  for (const body of [null, {}, { entries: {} }, { entries: [{ event: {} }] }]) {
    it(`is refused when it is ${JSON.stringify(body)}`, () => {
      expect(() => readBatch(body, 'orders')).to.throw();
    });
  }

  it('is grouped by aggregate in the order of versions, in whichever order a broker brings them, and as they came where versions agree', () => {
    const came = [
      ['x', 3],
      ['y', 2],
      ['x', 1],
      ['x', 3],
    ] as const;
    const entries = came.map(([id, version], index) => ({ entryId: String(index), event: envelope({ id, version }) }));
    const groups = byAggregate(readBatch({ entries }, 'orders').events);
    expect([...groups].map(([key, group]) => [key, group.map(({ entryId }) => entryId)])).to.deep.equal([
      ['order/x', ['2', '0', '3']],
      ['order/y', ['1']],
    ]);
  });
});

describe('an event, seen from how far its aggregate was consumed', () => {
  const cursor = { version: 2, eventId: 'e2' };
  for (const [version, id, placing] of [
    [3, 'e3', 'next'],
    [2, 'e2', 'duplicate'],
    [1, 'e1', 'duplicate'],
    [2, 'other', 'conflict'],
    [4, 'e4', 'gap'],
  ] as const) {
    it(`is ${placing} as version ${String(version)} with id ${id} after version 2`, () => {
      expect(place(cursor, { id, aggregateVersion: version })).to.equal(placing);
    });
  }
});
