import { randomUUID } from 'node:crypto';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import type { TokenChecker } from '@cartwright/kernel/http/tokens';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import type { Database } from '@cartwright/kernel/postgres/database';
import { kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import { adminUrl, createTestDatabase, until } from '@cartwright/kernel/test/postgres/test-database';
import type { NamedSku, ShopFacts } from '../../alert-ports.ts';
import { startAlerts } from '../../adapters/alerts.ts';
import { startDeliveries } from '../../adapters/deliveries.ts';
import type { DeliveryParts } from '../../adapters/deliveries.ts';
import type { LiveReadersOptions } from '../../adapters/live-readers.ts';
import { messageKeys } from '../../adapters/keys.ts';
import { rendererFrom } from '../../adapters/renderer.ts';
import { openStores } from '../../adapters/stores.ts';
import { notificationsApp } from '../../app.ts';
import type { NewsReaders } from '../../delivery-ports.ts';
import type { Contact, NewMessage } from '../../ports.ts';

const folder = `${import.meta.dirname}/../..`;

/** Notifications in-process, on a database of its own, with contacts that the test decides about. */
export async function startNotifications(
  more: Partial<DeliveryParts> = {},
  liveOptions: LiveReadersOptions = {},
  newsReaders: NewsReaders = { sendgrid: undefined, twilio: undefined },
) {
  const place = await createTestDatabase(adminUrl(), 'notifications');
  const database: Database = await openDatabaseAt(place.url, { name: 'notifications', migrations: `${folder}/migrations` });
  const lines: Record<string, unknown>[] = [];
  const kernel = kernelForTests({
    log: (line) => lines.push(line),
    checkToken: (token) => Promise.resolve(JSON.parse(atob(token.split('.')[1] ?? '')) as never),
  });
  const closing: (() => Promise<void>)[] = [];
  const keys = messageKeys(Buffer.from('0123456789abcdef'));
  const stores = openStores({ ...kernel, onClose: (_name, close) => closing.push(close) }, database, keys, { live: liveOptions });
  const { messages, orders, mailbox } = stores;
  const contacts = new Map<string, Contact>();
  const find = (id: string): Promise<Contact | undefined> => Promise.resolve(contacts.get(id));
  const appParts = {
    ...stores,
    contacts: { ofOrder: find, ofUser: find, ofLink: find, ofNotice: find },
    keys: messageKeys(Buffer.from('0123456789abcdef')),
    renderer: rendererFrom(folder, 'http://localhost:8080'),
  };
  const parts: DeliveryParts = {
    ...appParts,
    senders: mailbox.senders(),
    sweepMs: 3_600_000, // tests say themselves when
    ...more,
  };
  const deliveries = startDeliveries(kernel, parts);
  const skus = new Map<string, NamedSku>();
  const available = new Map<string, number>();
  const staff: string[] = [];
  const facts: ShopFacts = {
    skuNamed: (sku) => Promise.resolve(skus.get(sku)),
    available: (sku) => Promise.resolve(available.get(sku)),
    peopleWho: () => Promise.resolve(staff),
  };
  const alerts = startAlerts(kernel, { ...appParts, facts, start: deliveries.start, sweepMs: 3_600_000 });
  const started = { ...appParts, facts, newsReaders, start: deliveries.start, wakeAlerts: () => void alerts.now() };
  const app = notificationsApp(kernel, started);
  return {
    ...appParts,
    ...{ kernel, contacts, facts, skus, available, staff, deliveries, alerts, app, started, lines },
    /** Delivers events as the sidecar does; answers what becomes of each. */
    receive: async (topic: string, ...events: readonly object[]): Promise<string[]> => {
      const found = app.subscriptions?.find((one) => one.topic === topic);
      const { statuses } = (await found?.receive({ entries: events.map((event, index) => ({ entryId: String(index), event })) })) as {
        statuses: { status: string }[];
      };
      return statuses.map(({ status }) => status);
    },
    /** The app with another judge of tokens. */
    appWith: (checkToken: TokenChecker) => notificationsApp({ ...kernel, checkToken }, started),
    /** As after OrderPlaced: what the order is, is known. */
    placed: (orderId: string, customerId: string | null) =>
      database.transaction((unit) =>
        orders.keep(unit, { ...OrderPlaced.example, orderId, customerId, placedAt: '2026-11-25T21:05:00.000Z' }),
      ),
    /** Claims an order's message as a handler does; nothing sends it by itself. */
    claim: (message: Partial<NewMessage> & Pick<NewMessage, 'orderId'>) =>
      database.transaction((unit) =>
        messages.claim(unit, { eventId: randomUUID(), template: 'order-received', userId: null, data: {}, ...message }),
      ),
    /** As when those who had the leases died. */
    endLeases: () =>
      database.sql('update messages set leased_until = now(), due_at = now() where leased_until is not null or due_at > now()'),
    /** Resolves once every message that was claimed is sent, or will not be. */
    settled: () =>
      until('no message is on its way', async () => {
        const open = await database.sql(`select 1 from messages where state in ('waiting', 'sending') limit 1`);
        return open.length === 0;
      }),
    stateOf: async (id: string) =>
      (
        await database.sql<{ state: string; tries: number; resends: number; reason: string | null }>(
          'select state, tries, resends, reason from messages where id = ?',
          [id],
        )
      )[0],
    async close() {
      await alerts.stop();
      await deliveries.stop();
      for (const close of closing) await close();
      await database.close();
      await place.drop();
    },
  };
}

export type Notifications = Awaited<ReturnType<typeof startNotifications>>;

/** The same, and its app at an address. */
export async function serveNotifications(): Promise<{ readonly service: Notifications; readonly url: string; close(): Promise<void> }> {
  const service = await startNotifications();
  const server = await listen(service.kernel, service.app);
  return {
    service,
    url: server.url,
    async close() {
      await server.close();
      await service.close();
    },
  };
}

/** A token that the tests' kernel takes: who it stands for is what it says. */
export function tokenOf(userId: string, roles: readonly string[] = ['customer']): string {
  return `h.${btoa(JSON.stringify({ userId, roles, sessionId: 's' })).replaceAll('=', '')}.s`;
}

/** An order's event on the wire. */
export function envelope(orderId: string, version: number, type: string, data: object) {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'cartwright/orders',
    type,
    subject: orderId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregatetype: 'order',
    aggregateversion: version,
    data: { orderId, ...data },
  };
}

/** An event of a SKU's alerts on the wire. */
export function stockEnvelope(sku: string, version: number, type: string, data: object, time = new Date().toISOString()): object {
  return { ...envelope(sku, version, type, {}), source: 'cartwright/inventory', aggregatetype: 'stock_alert', time, data };
}

export function placed(orderId: string, customerId: string | null = null): object {
  return envelope(orderId, 1, 'OrderPlaced', { ...OrderPlaced.example, orderId, customerId });
}
