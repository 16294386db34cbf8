import { randomUUID } from 'node:crypto';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import type { Database } from '@cartwright/kernel/postgres/database';
import { kernelForTests } from '@cartwright/kernel/test/kernel-for-tests';
import { adminUrl, createTestDatabase } from '@cartwright/kernel/test/postgres/test-database';
import { startDeliveries } from '../../adapters/deliveries.ts';
import type { DeliveryParts } from '../../adapters/deliveries.ts';
import { mailboxIn } from '../../adapters/mailbox.ts';
import { messagesIn } from '../../adapters/messages.ts';
import { orderFactsIn } from '../../adapters/order-facts.ts';
import { preferencesIn } from '../../adapters/preferences.ts';
import { rendererFrom } from '../../adapters/renderer.ts';
import { notificationsApp } from '../../app.ts';
import type { Contact, NewMessage } from '../../ports.ts';

const folder = `${import.meta.dirname}/../..`;

/** Notifications in-process, on a database of its own, with contacts that the test decides about. */
export async function startNotifications(more: Partial<DeliveryParts> = {}) {
  const place = await createTestDatabase(adminUrl(), 'notifications');
  const database: Database = await openDatabaseAt(place.url, { name: 'notifications', migrations: `${folder}/migrations` });
  const lines: Record<string, unknown>[] = [];
  const kernel = kernelForTests({
    log: (line) => lines.push(line),
    checkToken: (token) => Promise.resolve(JSON.parse(atob(token.split('.')[1] ?? '')) as never),
  });
  const [messages, orders, preferences, mailbox] = [
    messagesIn(database),
    orderFactsIn(database),
    preferencesIn(database),
    mailboxIn(database),
  ];
  const contacts = new Map<string, Contact>();
  const find = (id: string): Promise<Contact | undefined> => Promise.resolve(contacts.get(id));
  const parts: DeliveryParts = {
    ...{ messages, orders, preferences },
    contacts: { ofOrder: find, ofUser: find },
    renderer: rendererFrom(folder, 'http://localhost:8080'),
    senders: mailbox.senders(),
    sweepMs: 3_600_000, // tests say themselves when
    ...more,
  };
  const deliveries = startDeliveries(kernel, parts);
  const app = notificationsApp(kernel, { database, messages, orders, preferences, mailbox, start: deliveries.start });
  return {
    ...{ database, kernel, messages, orders, preferences, mailbox, contacts, deliveries, app, lines },
    /** Claims an order's message as a handler does; nothing sends it by itself. */
    claim: (message: Partial<NewMessage> & Pick<NewMessage, 'orderId'>) =>
      database.transaction((unit) =>
        messages.claim(unit, { eventId: randomUUID(), template: 'order-received', userId: null, data: {}, ...message }),
      ),
    /** As when those who had the leases died. */
    endLeases: () =>
      database.sql('update messages set leased_until = now(), due_at = now() where leased_until is not null or due_at > now()'),
    stateOf: async (id: string) =>
      (
        await database.sql<{ state: string; tries: number; resends: number; reason: string | null }>(
          'select state, tries, resends, reason from messages where id = ?',
          [id],
        )
      )[0],
    async close() {
      await deliveries.stop();
      await database.close();
      await place.drop();
    },
  };
}

export type Notifications = Awaited<ReturnType<typeof startNotifications>>;

/** A token that the tests' kernel takes: who it stands for is what it says. */
export function tokenOf(userId: string, roles: readonly string[] = ['customer']): string {
  return `h.${btoa(JSON.stringify({ userId, roles, sessionId: 's' })).replaceAll('=', '')}.s`;
}

/** An order's event on the wire. */
export function envelope(orderId: string, version: number, type: string, data: object): object {
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

export function placed(orderId: string, customerId: string | null = null): object {
  return envelope(orderId, 1, 'OrderPlaced', { ...OrderPlaced.example, orderId, customerId });
}
