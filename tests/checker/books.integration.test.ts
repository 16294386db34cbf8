import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { readBooks } from './books.ts';
import { anomalyNames, findAnomalies } from './find-anomalies.ts';
import type { Anomaly, Expectation } from './find-anomalies.ts';
import { plantBooks } from './planted-books.ts';
import type { Affairs, PlantedBooks } from './planted-books.ts';

type Name = Anomaly['name'];
type Tampering = (tamper: PlantedBooks['tamper'], affairs: Affairs) => Promise<unknown>;

const event = `(id, topic, type, aggregate_type, aggregate_id, aggregate_version, data)
  values ('00000000-0000-7000-8000-000000000001', 'orders', 'OrderPlaced', 'order', 'planted', 1, '{}')`;
const movement = `insert into stock_movements (sku, version, command_id, type, on_hand_delta, reserved_delta, on_hand, reserved, order_id, reason)`;

/** Rows as no service would leave them, and what they are taken for. The last is done afterwards, where all that is in a database counts. */
const tamperings: [string, Name, Tampering, Tampering?][] = [
  [
    'an order that is on its way for ever',
    'order not final',
    (tamper, { failed }) => tamper('orders', `update orders set status = 'reserved' where id = $1`, [failed]),
  ],
  [
    'an event that an order lost',
    'order without its trail',
    (tamper, { failed }) => tamper('orders', 'delete from order_events where order_id = $1 and version = 2', [failed]),
  ],
  ['an order that is gone', 'order lost', (tamper, { failed }) => tamper('orders', 'delete from orders where id = $1', [failed])],
  [
    'a reservation of nobody',
    'all or nothing',
    (tamper) => tamper('inventory', `insert into reservations (order_id, state, lines) values ($1, 'released', '[]')`, [v7()]),
  ],
  [
    'a movement of stock for nobody',
    'all or nothing',
    (tamper, { sku }) =>
      tamper('inventory', `${movement} values ($1, 7, $2, 'released', 0, 0, 8, 0, $3, 'released')`, [sku, randomUUID(), v7()]),
  ],
  [
    'a payment of nobody',
    'all or nothing',
    (tamper) =>
      tamper('payments', `insert into payments (order_id, payment_id, state, provider) values ($1, $2, 'failed', 'sandbox')`, [v7(), v7()]),
  ],
  [
    'a reservation that is held for an order that is over',
    'all or nothing',
    (tamper, { failed }) => tamper('inventory', `update reservations set state = 'reserved' where order_id = $1`, [failed]),
  ],
  [
    'a unit that left for nobody',
    'stock',
    (tamper, { sku }) =>
      tamper('inventory', `${movement} values ($1, 7, $2, 'committed', -1, 0, 7, 0, null, 'committed')`, [sku, randomUUID()]),
  ],
  [
    'levels that are not the sum of the movements',
    'stock',
    (tamper, { sku }) => tamper('inventory', 'update stock_movements set on_hand_delta = 6 where sku = $1 and version = 1', [sku]),
  ],
  [
    'more promised than there was, though it was given back',
    'overselling',
    async (tamper, { sku }) => {
      await tamper('inventory', 'alter table stock_movements drop constraint if exists stock_movements_promises');
      await tamper('inventory', 'update stock_movements set reserved = 11 where sku = $1 and version = 3', [sku]);
    },
  ],
  [
    'a unit that is held and not given back',
    'reservation left',
    (tamper, { sku, failed }) =>
      tamper('inventory', 'delete from stock_movements where sku = $1 and type = $2 and order_id = $3', [sku, 'released', failed]),
  ],
  [
    'a cart that became two orders',
    'duplicate checkout',
    async (tamper, { confirmed, failed }) => {
      await tamper('orders', 'alter table orders drop constraint if exists orders_cart_id_key');
      await tamper('orders', 'update orders set cart_id = (select cart_id from orders where id = $1) where id = $2', [confirmed, failed]);
    },
  ],
  [
    'an order that was confirmed before it was paid for',
    'event order',
    async (tamper, { confirmed }) => {
      await tamper('orders', 'update order_events set version = version + 10 where order_id = $1 and version in (3, 4)', [confirmed]);
      await tamper('orders', 'update order_events set version = 17 - version where order_id = $1 and version > 10', [confirmed]);
    },
  ],
  [
    'an order that was confirmed twice',
    'exactly once',
    (tamper, { confirmed }) =>
      tamper('orders', `update order_events set type = 'OrderConfirmed' where order_id = $1 and version = 5`, [confirmed]),
  ],
  [
    'an adjustment that was made twice',
    'exactly once',
    (tamper, { sku, restock }) =>
      tamper('inventory', `${movement} values ($1, 7, $2, 'adjusted', 3, 0, 11, 0, null, $3)`, [sku, randomUUID(), restock]),
  ],
  [
    'an adjustment that is gone',
    'adjustment lost',
    (tamper, { sku }) => tamper('inventory', `update stock_movements set reason = 'another' where sku = $1 and type = 'adjusted'`, [sku]),
  ],
  [
    'a price that there never was',
    'causal prices',
    (tamper, { confirmed }) =>
      tamper('orders', `update orders set lines = jsonb_set(lines, '{0,unitPrice}', '249') where id = $1`, [confirmed]),
  ],
  [
    'a history of prices that is gone',
    'causal prices',
    (tamper, { sku }) => tamper('catalog', `delete from event_log where data->'variants'->0->>'sku' = $1`, [sku]),
  ],
  [
    'an order that was accepted for a product that was gone',
    'product and stock agree',
    (tamper, { failed }) => tamper('orders', `update orders set created_at = now() + interval '1 day' where id = $1`, [failed]),
    (tamper, { failed }) => tamper('orders', `update orders set created_at = now() - interval '1 day' where id = $1`, [failed]),
  ],
  [
    'a reservation for a product that was gone',
    'product and stock agree',
    (tamper, { sku }) =>
      tamper('inventory', `update stock_movements set created_at = now() + interval '1 day' where sku = $1 and version = 3`, [sku]),
  ],
  [
    'a captured payment that we do not know of',
    'money',
    (tamper, { confirmed }) => tamper('payments', 'update payments set captured = 0 where order_id = $1', [confirmed]),
  ],
  [
    'a capture that the provider made twice',
    'provider',
    (tamper, { confirmed }) =>
      tamper('payments', `insert into sandbox_movements (key, order_id, kind, amount) values ($1, $2, 'capture', 500)`, [
        randomUUID(),
        confirmed,
      ]),
  ],
  [
    'money that the provider still holds for an order that failed',
    'provider',
    (tamper, { failed }) => tamper('payments', `update sandbox_payments set state = 'authorized' where order_id = $1`, [failed]),
  ],
  [
    'a customer who was given a mail twice',
    'message',
    (tamper, { confirmed }) =>
      tamper('notifications', 'update mailbox set handed_over = 2 where message_id in (select id from messages where order_id = $1)', [
        confirmed,
      ]),
  ],
  [
    'a customer whose mail never arrived',
    'message',
    (tamper, { confirmed }) =>
      tamper('notifications', 'delete from mailbox where message_id in (select id from messages where order_id = $1)', [confirmed]),
  ],
  [
    'a customer who was not told',
    'message',
    (tamper, { failed }) =>
      tamper('notifications', `update messages set state = 'failed' where order_id = $1 and template = 'payment-failed'`, [failed]),
  ],
  [
    'a ledger that does not add up',
    'ledger',
    (tamper, { confirmed }) =>
      tamper(
        'payments',
        `insert into ledger_entries (transaction_id, order_id, kind, account, amount, currency) values ($1, $1, 'hold', 'planted', 1, 'USD')`,
        [confirmed],
      ),
    (tamper) => tamper('payments', `delete from ledger_entries where account = 'planted'`),
  ],
  [
    'an event that waits in an outbox',
    'event not published',
    (tamper) => tamper('inventory', `insert into outbox ${event}`),
    (tamper) => tamper('inventory', 'delete from outbox'),
  ],
  [
    'an event that nobody could apply',
    'dead letter',
    (tamper) =>
      tamper('auth', `insert into dead_letters (id, topic, envelope, reason, error) values ($1, 'users', '{}', 'error', 'planted')`, [
        v7(),
      ]),
    (tamper) => tamper('auth', 'delete from dead_letters'),
  ],
];

describe('The checker on real databases', function () {
  this.timeout(60_000);
  let planted: PlantedBooks;

  before(async () => {
    planted = await plantBooks();
  });
  after(() => planted.close());

  async function found({ since, confirmed, failed, sku, restock }: Affairs): Promise<Name[]> {
    const books = await readBooks(planted.stores, { since }, [sku]);
    const expectation: Expectation = {
      ...{ books, acknowledged: [confirmed, failed], before: new Map([[sku, 10]]), skus: [sku] },
      adjustments: [{ sku, reason: restock, delta: 3, acknowledged: true }],
      deletions: [{ sku, acknowledgedAt: new Date(Date.now() + 3_600_000).toISOString() }],
    };
    return findAnomalies(expectation).map(({ name }) => name);
  }

  it('finds nothing where all is in order, whatever else was ordered before', async () => {
    expect(await found(await planted.conduct())).to.deep.equal([]);
    expect(await found(await planted.conduct())).to.deep.equal([]);
  });

  for (const [what, name, plant, remove] of tamperings) {
    it(`finds ${what}`, async () => {
      const affairs = await planted.conduct();
      await plant(planted.tamper, affairs);
      expect(await found(affairs)).to.include(name);
      if (remove === undefined) return;
      await remove(planted.tamper, affairs);
      expect(await found(await planted.conduct())).to.deep.equal([]);
    });
  }

  it('is tried with each kind of anomaly that it names', () => {
    expect([...new Set(tamperings.map(([, name]) => name))].sort()).to.deep.equal([...anomalyNames].sort());
  });
});
