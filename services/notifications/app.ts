import type { Kernel, ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import { orderEvents } from './handlers/order-events.ts';
import { userEvents } from './handlers/user-events.ts';
import type { Mailbox, MessageJob, Messages, OrderFactsStore, PreferencesStore } from './ports.ts';
import { mailboxRoutes } from './routes/mailbox.ts';
import { notificationRoutes } from './routes/notifications.ts';

export interface NotificationsParts {
  readonly database: Database;
  readonly messages: Messages;
  readonly orders: OrderFactsStore;
  readonly preferences: PreferencesStore;
  readonly mailbox: Mailbox;
  readonly start: (...jobs: readonly MessageJob[]) => void;
}

/** Notifications: tells customers of their orders, and greets those who register. */
export function notificationsApp({ config }: Pick<Kernel, 'config'>, parts: NotificationsParts): ServiceApp {
  const { database, messages, preferences, mailbox } = parts;
  const subscriptions = [
    subscription({ topic: 'orders', database, handlers: orderEvents(parts) }),
    subscription({ topic: 'users', database, handlers: userEvents(parts) }),
  ];
  return {
    routes: [
      ...notificationRoutes(messages, preferences),
      ...(config.environment === 'local' ? mailboxRoutes(mailbox) : []),
      ...messagingRoutes(database, subscriptions),
    ],
    subscriptions,
  };
}
