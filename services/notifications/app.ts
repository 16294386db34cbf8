import { personDataRoute } from '@cartwright/kernel/http/person-data';
import type { Kernel, ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { BackInStockRequests, ShopFacts, StaffAlerts } from './alert-ports.ts';
import { orderEvents } from './handlers/order-events.ts';
import { stockEvents } from './handlers/stock-events.ts';
import { userEvents } from './handlers/user-events.ts';
import type { DeliveryLog, DeliveryNews, NewsReaders, Suppressions } from './delivery-ports.ts';
import type { LiveMessages, LiveReaders } from './live-ports.ts';
import type {
  Contacts,
  Mailbox,
  MessageJob,
  MessageKeys,
  Messages,
  OptOuts,
  OrderFactsStore,
  PreferencesStore,
  Renderer,
} from './ports.ts';
import { backInStockRoutes } from './routes/back-in-stock.ts';
import { liveStreamRoute } from './routes/live-stream.ts';
import { liveRoutes } from './routes/live.ts';
import { mailboxRoutes } from './routes/mailbox.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { preferenceRoutes } from './routes/preferences.ts';
import { readersData } from './routes/person-data.ts';
import { suppressionRoutes } from './routes/suppressions.ts';
import { unsubscribeRoutes } from './routes/unsubscribe.ts';
import { webhookRoutes } from './routes/webhooks.ts';

export interface NotificationsParts {
  readonly database: Database;
  readonly messages: Messages;
  readonly deliveryLog: DeliveryLog;
  readonly orders: OrderFactsStore;
  readonly preferences: PreferencesStore;
  readonly contacts: Contacts;
  readonly optOuts: OptOuts;
  readonly keys: MessageKeys;
  readonly mailbox: Mailbox;
  readonly live: LiveMessages;
  readonly readers: LiveReaders;
  readonly news: DeliveryNews;
  readonly suppressions: Suppressions;
  readonly newsReaders: NewsReaders;
  readonly renderer: Renderer;
  readonly start: (...jobs: readonly MessageJob[]) => void;
  readonly staffAlerts: StaffAlerts;
  readonly backInStock: BackInStockRequests;
  readonly facts: ShopFacts;
  readonly wakeAlerts: () => void;
}

/** Notifications: tells customers of their orders, and greets those who register. */
export function notificationsApp(kernel: Pick<Kernel, 'config' | 'checkToken' | 'draining'>, parts: NotificationsParts): ServiceApp {
  const { database, preferences, mailbox, live, renderer } = parts;
  const { checkToken, draining } = kernel;
  const subscriptions = [
    subscription({ topic: 'orders', database, handlers: orderEvents(parts) }),
    subscription({ topic: 'users', database, handlers: userEvents(parts) }),
    subscription({ topic: 'stock', database, handlers: stockEvents(parts) }),
  ];
  return {
    routes: [
      ...deliveryRoutes(parts),
      ...preferenceRoutes(preferences, renderer),
      ...webhookRoutes(parts.news, parts.newsReaders),
      ...suppressionRoutes(parts.suppressions),
      ...unsubscribeRoutes(parts),
      ...backInStockRoutes(parts),
      ...liveRoutes(live, parts),
      liveStreamRoute({ live, readers: parts.readers, writer: parts, checkToken, draining }),
      ...(kernel.config.environment === 'local' ? mailboxRoutes(mailbox) : []),
      personDataRoute(readersData(parts)),
      ...messagingRoutes(database, subscriptions),
    ],
    subscriptions,
  };
}
