import type { ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import { orderEvents } from './handlers/order-events.ts';
import type { Payments } from './ports.ts';
import { paymentRoutes } from './routes/payments.ts';
import { providerWordRoutes } from './routes/provider-words.ts';
import type { ProviderWordParts } from './routes/provider-words.ts';

export interface PaymentsParts extends ProviderWordParts {
  readonly database: Database;
  readonly payments: Payments;
}

/** Payments: obeys orders' events, calls providers, keeps the ledger. */
export function paymentsApp(parts: PaymentsParts): ServiceApp {
  const { database, payments, start } = parts;
  const subscriptions = [subscription({ topic: 'orders', database, handlers: orderEvents(payments, start) })];
  return { routes: [...paymentRoutes(payments), ...providerWordRoutes(parts), ...messagingRoutes(database, subscriptions)], subscriptions };
}
