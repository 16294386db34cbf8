import { expect } from 'chai';
import { backoffMs, cut, settle } from '../../messaging/relay-rules.ts';
import type { PendingRow } from '../../messaging/relay-rules.ts';

function row(position: number, aggregateId: string, topic = 'orders', size = 0): PendingRow {
  return {
    position: String(position),
    id: `e${String(position)}`,
    topic,
    type: 'OrderPlaced',
    aggregate_type: 'order',
    aggregate_id: aggregateId,
    aggregate_version: position,
    data: 'x'.repeat(size),
    traceparent: null,
    time: '2026-01-01T00:00:00Z',
  };
}

describe('rows that were published', () => {
  const rows = [row(1, 'a'), row(2, 'b'), row(3, 'a'), row(4, 'b'), row(5, 'c')];

  it('are all done when none failed', () => {
    expect(settle(rows, new Set())).to.deep.equal({ published: rows, held: new Set() });
  });

  it('hold back later ones of their aggregate when they failed, even those that were taken', () => {
    const { published, held } = settle(rows, new Set(['e1']));
    expect(published.map(({ id }) => id)).to.deep.equal(['e2', 'e4', 'e5']);
    expect(held).to.deep.equal(new Set(['order/a']));
  });

  it('are done up to the one that failed', () => {
    expect(settle(rows, new Set(['e4'])).published.map(({ id }) => id)).to.deep.equal(['e1', 'e2', 'e3', 'e5']);
  });
});

describe('calls', () => {
  it('are one a topic, in order', () => {
    const calls = cut([row(1, 'a'), row(2, 'b', 'stock'), row(3, 'c')], 1e6);
    expect(calls.map((call) => call.map(({ id }) => id))).to.deep.equal([['e1', 'e3'], ['e2']]);
  });

  it('are cut before they are too large, and a row that alone is too large goes alone', () => {
    const calls = cut([row(1, 'a', 'orders', 4000), row(2, 'b', 'orders', 4000), row(3, 'c', 'orders', 90_000)], 10_000);
    expect(calls.map((call) => call.map(({ id }) => id))).to.deep.equal([['e1', 'e2'], ['e3']]);
  });
});

describe('backoff', () => {
  it('doubles from 100 ms up to five seconds', () => {
    expect([1, 2, 3, 6, 7, 1000].map(backoffMs)).to.deep.equal([100, 200, 400, 3200, 5000, 5000]);
  });
});
