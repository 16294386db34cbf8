import { expect } from 'chai';

interface Money {
  amount: number;
  currency: string;
}
interface Units {
  sku: string;
  quantity: number;
}
interface Order {
  status: string;
  fulfilment: string;
  paymentStatus: string;
  lines: Units[];
  totals: { total: Money };
  shipments: { lines: Units[] }[];
  returns: { lines: Units[]; status: string }[];
  refunds: { amount: Money; status: string }[];
  refunded: Money;
  cancellations: { lines: Units[] }[];
}
interface Words {
  readonly stateOf: (order: Order) => string;
  readonly progressOf: (order: Order, history?: string[]) => { label: string; state: string }[];
  readonly cancellable: (order: Order) => string;
  readonly returnable: (order: Order) => Units[];
  readonly shippable: (order: Order) => Units[];
  readonly refundable: (order: Order) => number;
  readonly reasonWords: (reason: string) => string;
}

// Pages are plain JavaScript, which browsers load as it is written.
const { stateOf, progressOf, cancellable, returnable, shippable, refundable, reasonWords } = (await import(
  new URL('../../web/order-words.js', import.meta.url).href
)) as Words;

const usd = (amount: number): Money => ({ amount, currency: 'USD' });
const lamps = (quantity: number): Units[] => [{ sku: 'LAMP', quantity }];
const order = (more: Partial<Order> = {}): Order => ({
  status: 'confirmed',
  fulfilment: 'none',
  paymentStatus: 'captured',
  lines: lamps(3),
  totals: { total: usd(1000) },
  shipments: [],
  returns: [],
  cancellations: [],
  refunds: [],
  refunded: usd(0),
  ...more,
});
const way = (of: Order, history?: string[]): string =>
  progressOf(of, history)
    .map(({ label, state }) => `${state} ${label}`)
    .join(', ');

describe('An order’s way in the shop', () => {
  it('goes from placed to delivered', () => {
    expect(way(order({ status: 'placed' }))).to.equal('now Placed, todo Reserved, todo Paid, todo Confirmed, todo Shipped, todo Delivered');
    expect(way(order())).to.contain('done Paid, now Confirmed, todo Shipped');
    expect(way(order({ fulfilment: 'partial' }))).to.contain('done Confirmed, now Partly shipped, todo Delivered');
    expect(way(order({ fulfilment: 'shipped' }))).to.contain('now Shipped, todo Delivered');
    expect(way(order({ fulfilment: 'delivered' }))).to.contain('done Shipped, now Delivered');
    expect(way(order({ fulfilment: 'returned' }))).to.contain('done Delivered, ended Sent back');
  });

  it('shows where it ended', () => {
    expect(way(order({ status: 'rejected' }))).to.equal('done Placed, ended Out of stock');
    expect(way(order({ status: 'payment_failed' }))).to.equal('done Placed, done Reserved, ended Payment refused');
    const cancelled = order({ status: 'cancelled' });
    expect(way(cancelled)).to.equal('done Placed, ended Cancelled');
    expect(way(cancelled, ['OrderPlaced', 'OrderReserved', 'OrderCancelled'])).to.equal('done Placed, done Reserved, ended Cancelled');
  });

  it('is told in words, and so is what became of the money', () => {
    for (const status of ['placed', 'reserved', 'authorized', 'confirmed', 'rejected', 'payment_failed', 'cancelled'])
      expect(stateOf(order({ status })), status).to.match(/^[A-Z].*\.$/);
    for (const fulfilment of ['none', 'partial', 'shipped', 'delivered', 'returned'])
      expect(stateOf(order({ fulfilment })), fulfilment).to.match(/^[A-Z].*\.$/);
    expect(stateOf(order({ status: 'cancelled', paymentStatus: 'captured' }))).to.contain('on its way back');
    expect(stateOf(order({ status: 'cancelled', paymentStatus: 'refunded' }))).to.contain('was given back');
    expect(stateOf(order({ status: 'cancelled', paymentStatus: 'none' }))).to.contain('not been charged');
  });
});

describe('What can be done with an order', () => {
  it('is to cancel it until something has left the house, and then the rest until all has', () => {
    for (const status of ['placed', 'reserved', 'authorized', 'confirmed']) expect(cancellable(order({ status }))).to.equal('all');
    expect(cancellable(order({ fulfilment: 'partial' }))).to.equal('rest');
    expect(cancellable(order({ fulfilment: 'shipped' }))).to.equal('nothing');
    for (const status of ['cancelled', 'rejected', 'payment_failed']) expect(cancellable(order({ status }))).to.equal('nothing');
  });

  it('is to ship what is left, once it is paid', () => {
    expect(shippable(order({ shipments: [{ lines: lamps(1) }] }))).to.deep.equal(lamps(2));
    expect(shippable(order({ shipments: [{ lines: lamps(3) }] }))).to.deep.equal([]);
    expect(shippable(order({ paymentStatus: 'authorized' }))).to.deep.equal([]);
    expect(shippable(order({ status: 'cancelled' }))).to.deep.equal([]);
    expect(shippable(order({ shipments: [{ lines: lamps(1) }], cancellations: [{ lines: lamps(2) }] }))).to.deep.equal([]);
    expect(shippable(order({ refunds: [{ amount: usd(1000), status: 'requested' }] }))).to.deep.equal([]);
    expect(shippable(order({ totals: { total: usd(0) } }))).to.deep.equal(lamps(3));
  });

  it('is to send back what was shipped and is in no return that stands', () => {
    const shipments = [{ lines: lamps(1) }, { lines: lamps(1) }];
    expect(returnable(order())).to.deep.equal([]);
    expect(returnable(order({ shipments }))).to.deep.equal(lamps(2));
    expect(returnable(order({ shipments, returns: [{ lines: lamps(1), status: 'requested' }] }))).to.deep.equal(lamps(1));
    expect(returnable(order({ shipments, returns: [{ lines: lamps(2), status: 'rejected' }] }))).to.deep.equal(lamps(2));
  });

  it('is to give back what was paid, without what is on its way', () => {
    const refunds = [
      { amount: usd(300), status: 'done' },
      { amount: usd(200), status: 'requested' },
      { amount: usd(400), status: 'failed' },
    ];
    expect(refundable(order({ refunds, refunded: usd(300) }))).to.equal(500);
    expect(refundable(order({ refunds, refunded: usd(400) })), 'some by hand, at the provider').to.equal(400);
    expect(refundable(order({ paymentStatus: 'authorized' }))).to.equal(0);
  });

  it('gives the money of a cancelled order back by itself, and can be told to once that has failed', () => {
    const cancelled = { status: 'cancelled' };
    expect(refundable(order(cancelled))).to.equal(0);
    expect(refundable(order({ ...cancelled, refunds: [{ amount: usd(1000), status: 'failed' }] }))).to.equal(1000);
  });

  it('is explained by reasons in words', () => {
    expect(reasonWords('returned')).to.equal('for what you sent back');
    expect(reasonWords('staff')).to.equal('');
    expect(reasonWords('scratched')).to.equal('scratched');
  });
});
