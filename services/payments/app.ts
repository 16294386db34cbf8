import { personDataRoute } from '@cartwright/kernel/http/person-data';
import type { ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import { orderEvents } from './handlers/order-events.ts';
import { userEvents } from './handlers/user-events.ts';
import type { Payments, Reconciliations } from './ports.ts';
import { paymentRoutes } from './routes/payments.ts';
import { payersData } from './routes/person-data.ts';
import { providerWordRoutes } from './routes/provider-words.ts';
import type { ProviderWordParts } from './routes/provider-words.ts';
import { reconciliationRoutes } from './routes/reconciliations.ts';
import { stuckPaymentRoutes } from './routes/stuck-payments.ts';
import { nightlyReconciliation } from './handlers/nightly-reconciliation.ts';

export interface PaymentsParts extends ProviderWordParts {
  readonly database: Database;
  readonly payments: Payments;
  readonly reconciliations: Reconciliations;
}

/** Payments: obeys orders' events, calls providers, keeps the ledger. */
export function paymentsApp(parts: PaymentsParts): ServiceApp {
  const { database, payments, reconciliations, start } = parts;
  const subscriptions = [
    subscription({ topic: 'orders', database, handlers: orderEvents(payments, start) }),
    subscription({ topic: 'users', database, handlers: userEvents(payments) }),
  ];
  return {
    routes: [
      ...paymentRoutes(payments),
      ...stuckPaymentRoutes({ payments, start }),
      ...providerWordRoutes(parts),
      ...reconciliationRoutes(reconciliations),
      personDataRoute(payersData(payments)),
      ...messagingRoutes(database, subscriptions),
    ],
    subscriptions,
    jobs: [nightlyReconciliation(reconciliations)],
  };
}
