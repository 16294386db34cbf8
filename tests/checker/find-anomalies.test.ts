import { expect } from 'chai';
import type { Books } from './books.ts';
import { anomalyNames, findAnomalies } from './find-anomalies.ts';
import type { Expectation } from './find-anomalies.ts';

const told = (orderId: string, template: string) => ({
  ...{ id: `${orderId} ${template}`, orderId, channel: 'email', template, state: 'sent', resends: 0, handedOver: 1 },
});

const sound: Books = {
  orders: [
    {
      id: 'o1',
      cartId: 'c1',
      placedAt: '2026-01-01T00:00:10.000000Z',
      refunded: 0,
      restocked: [],
      status: 'confirmed',
      paymentStatus: 'captured',
      total: 500,
      lines: [{ sku: 'A', quantity: 2, unitPrice: 250 }],
      trail: ['OrderPlaced', 'OrderReserved', 'OrderAuthorized', 'OrderConfirmed', 'captured'],
      version: 5,
    },
    {
      id: 'o2',
      cartId: 'c2',
      placedAt: '2026-01-01T00:00:20.000000Z',
      refunded: 0,
      restocked: [],
      status: 'payment_failed',
      paymentStatus: 'failed',
      total: 250,
      lines: [{ sku: 'A', quantity: 1, unitPrice: 250 }],
      trail: ['OrderPlaced', 'OrderReserved', 'OrderPaymentFailed'],
      version: 3,
    },
  ],
  payments: [
    { orderId: 'o1', state: 'captured', captured: 500, refunded: 0, provider: { state: 'captured', captured: 500, refunded: 0 } },
    { orderId: 'o2', state: 'failed', captured: 0, refunded: 0, provider: { state: 'declined', captured: 0, refunded: 0 } },
  ],
  reservations: [
    { orderId: 'o1', state: 'committed' },
    { orderId: 'o2', state: 'released' },
  ],
  stock: [
    {
      sku: 'A',
      onHand: 8,
      reserved: 0,
      sumOnHand: 8,
      sumReserved: 0,
      leastFree: 7,
      lastReservedAt: '2026-01-01T00:00:20.500000Z',
      counted: 10,
    },
  ],
  moved: [
    { orderId: 'o1', sku: 'A', onHand: -2, reserved: 0 },
    { orderId: 'o2', sku: 'A', onHand: 0, reserved: 0 },
  ],
  adjusted: [{ sku: 'A', reason: 'restock 1', delta: 3, times: 1 }],
  prices: [
    { sku: 'A', seller: 's1', price: 250, at: 10 },
    { sku: 'B', seller: 's1', price: 100, at: 10 },
    { sku: 'A', seller: 's1', price: 300, at: 20 },
    { sku: 'B', seller: 's1', price: 120, at: 30 },
  ],
  strangers: [],
  ledgerSum: 0,
  messages: [
    ...['order-received', 'order-confirmed'].map((template) => told('o1', template)),
    ...['order-received', 'payment-failed'].map((template) => told('o2', template)),
  ],
  unpublished: {},
  deadLetters: { orders: 0 },
};
const [first, second] = sound.orders;
const [stock] = sound.stock;
const adjustments = [{ sku: 'A', reason: 'restock 1', delta: 3, acknowledged: true }];
const twoLines = (unitPriceOfB: number): Partial<Books> => ({
  orders: [{ ...first!, lines: [...first!.lines, { sku: 'B', quantity: 1, unitPrice: unitPriceOfB }] }, second!],
  moved: [...sound.moved, { orderId: 'o1', sku: 'B', onHand: -1, reserved: 0 }],
});

function names(change: Partial<Books>, expectation: Partial<Expectation> = {}): string[] {
  const expected = { acknowledged: ['o1', 'o2'], before: new Map([['A', 10]]), adjustments, skus: ['A', 'B'], ...expectation };
  return findAnomalies({ ...expected, books: { ...sound, ...change } }).map(({ name }) => name);
}

describe('The checker', () => {
  it('finds nothing where all agree', () => {
    expect(names({})).to.deep.equal([]);
  });

  const planted: [string, Partial<Books>, (typeof anomalyNames)[number], Partial<Expectation>?][] = [
    ['an order that is not settled', { orders: [{ ...first!, status: 'reserved' }, second!] }, 'order not final'],
    ['an order whose events are not all there', { orders: [{ ...first!, version: 3 }, second!] }, 'order without its trail'],
    [
      'an order without its first event',
      { orders: [{ ...first!, trail: ['OrderReserved', 'OrderConfirmed'] }, second!] },
      'order without its trail',
    ],
    ['a confirmed order that was not paid', { payments: [] }, 'money'],
    [
      'a refused order whose money was kept',
      { payments: [...sound.payments.slice(0, 1), { orderId: 'o2', state: 'captured', captured: 250, refunded: 0, provider: null }] },
      'money',
    ],
    ['a cent too much', { payments: [{ ...sound.payments[0]!, captured: 501 }, sound.payments[1]!] }, 'money'],
    [
      'a confirmed order whose goods are only held',
      { reservations: [{ orderId: 'o1', state: 'reserved' }, sound.reservations[1]!] },
      'all or nothing',
    ],
    ['an order without a reservation', { reservations: sound.reservations.slice(0, 1) }, 'all or nothing'],
    ['a unit that is gone', { stock: [{ ...stock!, onHand: 7, sumOnHand: 7 }] }, 'stock'],
    ['stock that is not the sum of its movements', { stock: [{ ...stock!, sumOnHand: 9 }] }, 'stock'],
    ['more promised than there was, though only for a moment', { stock: [{ ...stock!, leastFree: -1 }] }, 'overselling'],
    ['more reserved than there is', { stock: [{ ...stock!, reserved: 9, sumReserved: 9 }] }, 'overselling'],
    ['a reservation that nobody ends', { stock: [{ ...stock!, reserved: 1, sumReserved: 1 }] }, 'reservation left'],
    ['a ledger that does not add up', { ledgerSum: 1 }, 'ledger'],
    ['a customer who was told twice', { messages: [...sound.messages, sound.messages[0]!] }, 'message'],
    [
      'a message that the mailbox was given twice',
      { messages: [{ ...sound.messages[0]!, handedOver: 2, resends: 1 }, ...sound.messages.slice(1)] },
      'message',
    ],
    [
      'a message that was given twice after a kill, though it was never knowingly sent again',
      { messages: [{ ...sound.messages[0]!, handedOver: 2 }, ...sound.messages.slice(1)] },
      'message',
      { excused: new Set(['o1 order-received']) },
    ],
    [
      'a message that is said to be sent and never reached the mailbox',
      { messages: [{ ...sound.messages[0]!, handedOver: 0 }, ...sound.messages.slice(1)] },
      'message',
    ],
    ['a customer who was not told of one thing', { messages: sound.messages.slice(1) }, 'message'],
    [
      'a customer who was told of what never happened',
      { messages: [...sound.messages, { ...sound.messages[0]!, template: 'order-shipped' }] },
      'message',
    ],
    ['a message that was never sent', { messages: [{ ...sound.messages[0]!, state: 'waiting' }, ...sound.messages.slice(1)] }, 'message'],
    ['a cart that became two orders', { orders: [first!, { ...second!, cartId: 'c1' }] }, 'duplicate checkout'],
    [
      'an order that was shipped before it was paid',
      { orders: [{ ...first!, version: 6, trail: [...first!.trail.slice(0, 4), 'shipped', 'captured'] }, second!] },
      'event order',
    ],
    ['a refund that the customer never got', { orders: [{ ...first!, refunded: 100 }, second!] }, 'money'],
    [
      'money that the provider took and we do not know of',
      { payments: [sound.payments[0]!, { ...sound.payments[1]!, provider: { state: 'captured', captured: 250, refunded: 0 } }] },
      'provider',
    ],
    [
      'money that the provider holds for ever',
      { payments: [sound.payments[0]!, { ...sound.payments[1]!, provider: { state: 'authorized', captured: 0, refunded: 0 } }] },
      'provider',
    ],
    [
      'a refund that the provider has paid twice',
      { payments: [{ ...sound.payments[0]!, provider: { state: 'captured', captured: 500, refunded: 100 } }, sound.payments[1]!] },
      'provider',
    ],
    [
      'a capture of which the provider knows nothing',
      { payments: [{ ...sound.payments[0]!, provider: null }, sound.payments[1]!] },
      'provider',
    ],
    ['goods that came back and are not there', { orders: [{ ...first!, restocked: [{ sku: 'A', quantity: 1 }] }, second!] }, 'stock'],
    ['a payment, reservation or stock entry of nobody', { strangers: [{ what: 'payment', orderId: 'o9' }] }, 'all or nothing'],
    [
      'units that left for the wrong order, though the sum is right',
      {
        moved: [
          { ...sound.moved[0]!, onHand: -1 },
          { ...sound.moved[1]!, onHand: -1 },
        ],
      },
      'all or nothing',
    ],
    ['units still held for an order that is over', { moved: [sound.moved[0]!, { ...sound.moved[1]!, reserved: 1 }] }, 'all or nothing'],
    ['a confirmed order for which nothing left', { moved: sound.moved.slice(1) }, 'all or nothing'],
    ['an acknowledged adjustment that is gone', { adjusted: [] }, 'adjustment lost'],
    ['an adjustment that was made twice', { adjusted: [{ ...sound.adjusted[0]!, delta: 6, times: 2 }] }, 'exactly once'],
    ['an adjustment of another size', { adjusted: [{ ...sound.adjusted[0]!, delta: 4 }] }, 'exactly once'],
    [
      'an order that was reserved twice',
      { orders: [{ ...first!, version: 6, trail: ['OrderPlaced', 'OrderReserved', ...first!.trail.slice(1)] }, second!] },
      'exactly once',
    ],
    ['a cart with a later price that misses an earlier one', twoLines(120), 'causal prices'],
    ['a price that there never was', twoLines(99), 'causal prices'],
    ['goods of whose prices there is no history', { prices: sound.prices.filter(({ sku }) => sku !== 'B') }, 'causal prices'],
    ['an order for goods of whose prices there is no history', { prices: [] }, 'causal prices', { skus: [] }],
    [
      'an order that was accepted for a product that was gone',
      {},
      'product and stock agree',
      { deletions: [{ sku: 'A', acknowledgedAt: '2026-01-01T00:00:15.000Z' }] },
    ],
    [
      'a reservation for a product that was gone, though its order is older',
      {},
      'product and stock agree',
      { deletions: [{ sku: 'A', acknowledgedAt: '2026-01-01T00:00:20.400Z' }] },
    ],
    ['an order that was acknowledged and is not there', {}, 'order lost', { acknowledged: ['o1', 'o2', 'o3'] }],
    ['an event that is not published', { unpublished: { orders: 1 } }, 'event not published'],
    ['an event that nobody could apply', { deadLetters: { orders: 1 } }, 'dead letter'],
  ];
  for (const [what, change, name, expectation] of planted) {
    it(`finds ${what}`, () => {
      expect(names(change, expectation)).to.include(name);
    });
  }

  it('has a planted anomaly of each kind that it names', () => {
    expect([...new Set(planted.map(([, , name]) => name))].sort()).to.deep.equal([...anomalyNames].sort());
  });

  it('lets a message be given twice whose sender was killed, where it was knowingly sent again', () => {
    const messages = [{ ...sound.messages[0]!, handedOver: 2, resends: 1 }, ...sound.messages.slice(1)];
    expect(names({ messages }, { excused: new Set(['o1 order-received']) })).to.deep.equal([]);
  });

  it('asks nothing of messages that another provider was given', () => {
    expect(names({ messages: sound.messages.map((message) => ({ ...message, handedOver: null })) })).to.deep.equal([]);
  });

  it('lets an order stand that was accepted and reserved before its goods were gone', () => {
    expect(names({}, { deletions: [{ sku: 'A', acknowledgedAt: '2026-01-01T00:00:20.501Z' }] })).to.deep.equal([]);
  });

  it('knows that two refunds make two messages, and an SMS none', () => {
    const trail = [...first!.trail, 'OrderRefundRequested', 'partially_refunded', 'OrderRefundRequested', 'partially_refunded'];
    const more = ['refund-requested', 'order-refunded', 'refund-requested', 'order-refunded'].map((template) => ({
      ...sound.messages[0]!,
      template,
    }));
    const sms = { ...sound.messages[0]!, channel: 'sms' };
    expect(
      names({ orders: [{ ...first!, trail, version: trail.length }, second!], messages: [...sound.messages, ...more, sms] }),
    ).to.deep.equal([]);
  });

  it('lets prices pass that once were all true', () => {
    expect(names(twoLines(100))).to.deep.equal([]);
  });

  it('lets pass an adjustment that nobody acknowledged, made or not', () => {
    const unsure = [{ ...adjustments[0]!, acknowledged: false }];
    for (const adjusted of [sound.adjusted, []]) {
      expect(names({ adjusted }, { adjustments: unsure })).to.deep.equal([]);
    }
  });

  it('knows that the end of an order is told once', () => {
    const trail = ['OrderPlaced', 'OrderReserved', 'OrderPaymentFailed', 'OrderCancelled'];
    expect(names({ orders: [first!, { ...second!, trail, version: 4 }] })).to.deep.equal([]);
  });
});
