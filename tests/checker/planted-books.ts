import { randomUUID } from 'node:crypto';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { adminUrl, createTestDatabase } from '@cartwright/kernel/test/postgres/test-database';
import pg from 'pg';
import { v7 } from 'uuid';
import { bookkeepers } from './books.ts';
import type { Bookkeeper } from './books.ts';

/** Two orders of one run, and what all services should know of them: one was confirmed and paid, the other's payment failed. */
export interface Affairs {
  /** Before either was placed. */
  readonly since: string;
  readonly confirmed: string;
  readonly failed: string;
  /** Both were for it: two units, and one. Seven were counted, and three came later for `restock`. */
  readonly sku: string;
  readonly restock: string;
}

/** Databases of all services, as their migrations make them, with rows as the services would have written them, and others. */
export interface PlantedBooks {
  readonly stores: { readonly stores: { readonly postgres: Readonly<Record<string, string>> } };
  /** Runs a statement as nobody may: triggers, which keep the past as it was, are off. */
  readonly tamper: (service: Bookkeeper, sql: string, params?: readonly unknown[]) => Promise<void>;
  /** Writes what services write when all is in order. */
  conduct(): Promise<Affairs>;
  close(): Promise<void>;
}

export async function plantBooks(): Promise<PlantedBooks> {
  await using undo = new AsyncDisposableStack();
  const clients = new Map<Bookkeeper, pg.Client>();
  const postgres: Record<string, string> = {};
  for (const name of bookkeepers) {
    const place = await createTestDatabase(adminUrl(), `books_${name}`);
    undo.defer(() => place.drop());
    const migrations = `${import.meta.dirname}/../../services/${name}/migrations`;
    await (await openDatabaseAt(place.url, { name, migrations })).close();
    const client = new pg.Client({ connectionString: place.url });
    await client.connect();
    undo.defer(() => client.end());
    await client.query('set session_replication_role = replica');
    clients.set(name, client);
    postgres[name] = place.url;
  }
  const all = undo.move();
  const tamper = async (service: Bookkeeper, sql: string, params: readonly unknown[] = []): Promise<void> => {
    await clients.get(service)?.query(sql, [...params]);
  };
  return {
    stores: { stores: { postgres } },
    tamper,
    async conduct() {
      const [row] = (await clients.get('orders')?.query<{ now: Date }>('select clock_timestamp() as now'))?.rows ?? [];
      const affairs = { confirmed: v7(), failed: v7(), sku: `SKU-${randomUUID()}`, restock: `restock ${randomUUID()}` };
      await writeGoods(tamper, affairs);
      await writeOrder(tamper, affairs.confirmed, affairs.sku, { quantity: 2, status: 'confirmed', ...confirmedOrder });
      await writeOrder(tamper, affairs.failed, affairs.sku, { quantity: 1, status: 'payment_failed', ...failedOrder });
      return { ...affairs, since: row?.now.toISOString() ?? '' };
    },
    close: () => all.disposeAsync(),
  };
}

type Tamper = PlantedBooks['tamper'];

interface HowItWent {
  readonly paymentStatus: string;
  readonly reservation: string;
  readonly provider: string;
  readonly trail: readonly string[];
  readonly templates: readonly string[];
}

const unitPrice = 250;
const confirmedOrder: HowItWent = {
  ...{ paymentStatus: 'captured', reservation: 'committed', provider: 'captured' },
  trail: ['OrderPlaced', 'OrderReserved', 'OrderAuthorized', 'OrderConfirmed', 'captured'],
  templates: ['order-received', 'order-confirmed'],
};
const failedOrder: HowItWent = {
  ...{ paymentStatus: 'failed', reservation: 'released', provider: 'declined' },
  trail: ['OrderPlaced', 'OrderReserved', 'OrderPaymentFailed'],
  templates: ['order-received', 'payment-failed'],
};

async function writeGoods(tamper: Tamper, { sku, restock, confirmed, failed }: Omit<Affairs, 'since'>): Promise<void> {
  const data = { sellerId: randomUUID(), variants: [{ sku, price: unitPrice }] };
  await tamper(
    'catalog',
    `insert into event_log (id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, time)
     values ($1::uuid, 'products', 'ProductCreated', 'product', $1::uuid::text, 1, $2, now())`,
    [v7(), JSON.stringify(data)],
  );
  const movements = [
    ['set', 7, 0, 7, 0, null, 'stock take'],
    ['adjusted', 3, 0, 10, 0, null, restock],
    ['reserved', 0, 2, 10, 2, confirmed, 'reserved'],
    ['committed', -2, -2, 8, 0, confirmed, 'committed'],
    ['reserved', 0, 1, 8, 1, failed, 'reserved'],
    ['released', 0, -1, 8, 0, failed, 'released'],
  ];
  for (const [index, [type, ...rest]] of movements.entries()) {
    await tamper(
      'inventory',
      `insert into stock_movements (sku, version, command_id, type, on_hand_delta, reserved_delta, on_hand, reserved, order_id, reason)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [sku, index + 1, randomUUID(), type, ...rest],
    );
  }
}

async function writeOrder(
  tamper: Tamper,
  id: string,
  sku: string,
  order: HowItWent & { readonly quantity: number; readonly status: string },
): Promise<void> {
  const { quantity, status, paymentStatus, reservation, provider, trail, templates } = order;
  const total = unitPrice * quantity;
  const captured = provider === 'captured' ? total : 0;
  await tamper(
    'orders',
    `insert into orders (id, status, cart_id, number, currency, lines, totals, shipping_method, provider, payment_status, version)
     values ($1, $2, $3, $4, 'USD', $5, $6, 'standard', 'sandbox', $7, $8)`,
    [
      ...[id, status, randomUUID(), `N-${id}`, JSON.stringify([{ sku, quantity, unitPrice }]), JSON.stringify({ total })],
      ...[paymentStatus, trail.length],
    ],
  );
  for (const [index, entry] of trail.entries()) {
    const isEvent = entry.startsWith('Order');
    await tamper('orders', `insert into order_events (order_id, version, type, data, cause) values ($1, $2, $3, $4, 'guest')`, [
      ...[id, index + 1, isEvent ? entry : 'OrderUpdated', JSON.stringify(isEvent ? {} : { reason: entry })],
    ]);
  }
  await tamper('inventory', `insert into reservations (order_id, state, lines) values ($1, $2, $3)`, [
    ...[id, reservation, JSON.stringify([{ sku, quantity }])],
  ]);
  await tamper(
    'payments',
    `insert into payments (order_id, payment_id, state, provider, amount, currency, captured) values ($1, $2, $3, 'sandbox', $4, 'USD', $5)`,
    [id, randomUUID(), paymentStatus, total, captured],
  );
  await tamper(
    'payments',
    `insert into sandbox_payments (order_id, reference, token, state, amount, currency) values ($1, $2, 'tok_ok', $3, $4, 'USD')`,
    [id, `sandbox_${id}`, provider, total],
  );
  if (captured > 0) {
    await tamper('payments', `insert into sandbox_movements (key, order_id, kind, amount) values ($1, $2, 'capture', $3)`, [
      ...[`${id}:capture:1`, id, captured],
    ]);
  }
  for (const template of templates) await writeMessage(tamper, id, template);
}

async function writeMessage(tamper: Tamper, orderId: string, template: string): Promise<void> {
  const id = v7();
  await tamper(
    'notifications',
    `insert into messages (id, event_id, channel, recipient, template, data, order_id, state, provider)
     values ($1, $2, 'email', $3, $4, '{}', $5, 'sent', 'mailbox')`,
    [id, randomUUID(), `order:${orderId}`, template, orderId],
  );
  await tamper(
    'notifications',
    `insert into mailbox (message_id, channel, recipient, subject, text) values ($1, 'email', 'ada@example.com', $2, $2)`,
    [id, template],
  );
}
