import type { ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import { orderEvents } from './handlers/order-events.ts';
import { paymentRoutes } from './routes/payments.ts';
import { providerWordRoutes } from './routes/provider-words.ts';
import type { ProviderWordParts } from './routes/provider-words.ts';

/** Payments: obeys orders' events, calls providers, keeps the ledger. */
export function paymentsApp(parts: ProviderWordParts): ServiceApp {
  const { database, wake } = parts;
  const subscriptions = [subscription({ topic: 'orders', database, handlers: orderEvents(wake) })];
  return { routes: [...paymentRoutes(database), ...providerWordRoutes(parts), ...messagingRoutes(database, subscriptions)], subscriptions };
}
