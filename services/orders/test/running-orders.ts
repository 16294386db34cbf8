import { readFileSync } from 'node:fs';
import { connectSidecar } from '@cartwright/kernel/dapr/sidecar';
import { unauthorized } from '@cartwright/kernel/http/problem';
import type { ServiceApp } from '@cartwright/kernel/kernel';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { NewEvent } from '@cartwright/kernel/events/event';
import { roles } from '@cartwright/kernel/schemas';
import type { Role } from '@cartwright/kernel/schemas';
import { appToken, kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import { adminUrl, createTestDatabase } from '@cartwright/kernel/test/postgres/test-database';
import { v7 } from 'uuid';
import { accessKeys } from '../adapters/access-keys.ts';
import { daprCarts } from '../adapters/carts.ts';
import { withRetryCarts } from '../adapters/retry-carts.ts';
import { postgresCoupons } from '../adapters/coupons.ts';
import { erasureIn } from '../adapters/erasure.ts';
import { orderChanges } from '../adapters/order-changes.ts';
import { postgresOrders } from '../adapters/orders.ts';
import { priceListsIn } from '../adapters/price-lists.ts';
import type { PriceListParts } from '../adapters/price-lists.ts';
import { postgresPrices } from '../adapters/prices.ts';
import { ordersApp } from '../app.ts';
import { flatShipping } from '../domain/shipping.ts';
import { regionalTax } from '../domain/tax.ts';
import type { AccessKeys, Erasure, Orders, PriceLists } from '../ports.ts';
import type { Placing } from '../routes/place-order.ts';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export interface RunningOrders {
  readonly url: string;
  readonly ask: Ask;
  readonly database: Database;
  readonly orders: Orders;
  readonly keys: AccessKeys;
  readonly erasure: Erasure;
  readonly priceLists: PriceLists;
  /** Hands events to the service as its sidecar does; answers the statuses. */
  deliver(...events: NewEvent[]): Promise<string[]>;
  close(): Promise<void>;
}

/** A token that the service under test takes for that of a user with the role. */
export function tokenOf(userId: string, role: Role = 'customer'): { authorization: string } {
  return { authorization: `Bearer test.${userId}.${role}` };
}

type App = 'auth' | 'orders' | 'payments' | 'inventory';

interface StackFile {
  readonly services: Readonly<
    Record<App, { readonly url: string; readonly daprHttpUrl: string; readonly daprToken: string; readonly appToken: string }>
  >;
}

export function stackFile(): StackFile {
  return JSON.parse(readFileSync(process.env['CARTWRIGHT_STACK'] ?? '', 'utf8')) as StackFile;
}

/**
 * The service in this process, on a database of its own and on the real Cart actors of the running stack. Events are delivered by the test, so
 * that it can say in which order things happen; the whole way over Kafka has a test of its own.
 */
export async function runOrders(
  options: {
    hooks?: NonNullable<Placing['hooks']>;
    unpaidSeconds?: number;
    stock?: Placing['stock'];
    catalog?: PriceListParts['catalog'];
    patienceSeconds?: number;
  } = {},
): Promise<RunningOrders> {
  const { daprHttpUrl, daprToken, appToken } = stackFile().services.orders;
  const dapr = connectSidecar({ daprHttpPort: Number(new URL(daprHttpUrl).port), daprToken, appToken });
  const testDatabase = await createTestDatabase(adminUrl(), 'orders');
  const database = await openDatabaseAt(testDatabase.url, { name: 'orders', migrations: `${import.meta.dirname}/../migrations` });
  const kernel = kernelForTests({
    dapr,
    checkToken: (token) => {
      const [, userId = '', role] = token.split('.');
      const known = roles.find((one) => one === role);
      if (known === undefined) return Promise.reject(unauthorized('The access token is not valid'));
      return Promise.resolve({ userId, roles: [known], sessionId: v7() });
    },
  });
  const changes = orderChanges();
  const orders = postgresOrders(database, {
    unpaidSeconds: options.unpaidSeconds ?? 900,
    onChange: ({ id }) => {
      changes.announce(id);
    },
  });
  const keys = accessKeys(Buffer.from('a secret of the tests only'));
  const placing: Placing = {
    orders,
    carts: withRetryCarts(daprCarts(dapr), orders),
    prices: postgresPrices(database),
    // The stack's inventory does not know the products of this test: what it would say is the test's.
    stock: options.stock ?? { availability: () => Promise.resolve([]) },
    coupons: postgresCoupons(database, keys),
    policies: { shipping: flatShipping, tax: regionalTax },
    ...(options.hooks === undefined ? {} : { hooks: options.hooks }),
  };
  // Nor does its catalog.
  const catalog = options.catalog ?? { changes: (_, version) => Promise.resolve({ items: [], version }) };
  const priceLists = priceListsIn({ database, catalog, log: kernel.log, patienceSeconds: options.patienceSeconds ?? 3600 });
  const erasure = erasureIn(database, orders);
  const app = ordersApp(kernel, { database, placing, priceLists, keys, changes, erasure });
  const listening = await listen(kernel, app);
  return {
    url: listening.url,
    ask: askAt(listening.url),
    database,
    orders,
    keys,
    erasure,
    priceLists,
    deliver: (...events) => deliver(app, events),
    async close() {
      kernel.drain();
      await listening.close();
      await database.close();
      await dapr.close();
      await testDatabase.drop();
    },
  };
}

export function askAt(url: string): Ask {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
  };
}

async function deliver(app: ServiceApp, events: readonly NewEvent[]): Promise<string[]> {
  const [first] = events;
  const subscription = app.subscriptions?.find(({ topic }) => topic === first?.topic);
  if (subscription === undefined) throw new Error(`Orders does not listen to ${String(first?.topic)}`);
  const entries = events.map((event) => ({
    entryId: event.id,
    event: {
      specversion: '1.0',
      id: event.id,
      source: 'cartwright/test',
      type: event.type,
      subject: event.aggregateId,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      aggregatetype: event.aggregateType,
      aggregateversion: event.aggregateVersion,
      data: event.data,
    },
  }));
  const { statuses } = await subscription.receive({ entries });
  return statuses.map(({ status }) => status);
}

/** Headers of an invocation by another service's sidecar. */
export function invokedBy(app: string): Record<string, string> {
  return { 'dapr-api-token': appToken, 'dapr-caller-app-id': app };
}
