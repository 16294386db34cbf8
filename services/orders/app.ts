import { ActorHost } from '@cartwright/actor-host/host';
import { LateReminders } from '@cartwright/actor-host/late-reminders';
import { mountActors } from '@cartwright/actor-host/mount';
import { hostCart } from '@cartwright/cart/host-cart';
import { personDataRoute } from '@cartwright/kernel/http/person-data';
import type { Kernel, ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import { subscription } from '@cartwright/kernel/messaging/subscription';
import type { Database } from '@cartwright/kernel/postgres/database';
import { abandonedCarts } from './adapters/abandonment.ts';
import { customerCartsIn } from './adapters/customer-carts.ts';
import type { OrderChanges } from './adapters/order-changes.ts';
import { processEvents } from './handlers/process-events.ts';
import { productEvents } from './handlers/product-events.ts';
import { userEvents } from './handlers/user-events.ts';
import type { AccessKeys, Erasure, PriceLists } from './ports.ts';
import { afterSalesRoutes } from './routes/after-sales.ts';
import { cartRoutes } from './routes/carts.ts';
import { couponRoutes } from './routes/coupons.ts';
import { currentCartRoutes } from './routes/current-cart.ts';
import { fulfilmentRoutes } from './routes/fulfilment.ts';
import { internalRoutes } from './routes/internal.ts';
import { orderStreamRoute } from './routes/order-stream.ts';
import { orderRoutes } from './routes/orders.ts';
import { customersData } from './routes/person-data.ts';
import type { Placing } from './routes/place-order.ts';
import { quoteRoute } from './routes/quote.ts';
import { withdrawalRoute } from './routes/withdrawal.ts';

export interface OrdersParts {
  readonly database: Database;
  readonly placing: Placing;
  readonly priceLists: Pick<PriceLists, 'keep'>;
  readonly keys: AccessKeys;
  readonly changes: OrderChanges;
  readonly erasure: Pick<Erasure, 'erase'>;
}

/** Orders: hosts the Cart actors, takes orders, and leads them through stock and payment. */
export function ordersApp(kernel: Kernel, { database, placing, priceLists, keys, changes, erasure }: OrdersParts): ServiceApp {
  const { orders, carts, prices, coupons } = placing;
  const local = kernel.config.environment === 'local';
  const reminders = new LateReminders(kernel.dapr.actors, kernel.log);
  kernel.onClose('reminders', () => reminders.close());
  const host = new ActorHost(kernel.dapr.actors, kernel.log, [hostCart({ publishAbandoned: abandonedCarts(database), reminders })]);
  const customerCarts = customerCartsIn(database);
  const { stock, payments } = processEvents({ orders, keys });
  const subscriptions = [
    subscription({ topic: 'products', database, handlers: productEvents(prices, priceLists) }),
    subscription({ topic: 'stock', database, handlers: stock }),
    subscription({ topic: 'payments', database, handlers: payments }),
    subscription({ topic: 'users', database, handlers: userEvents(erasure) }),
  ];
  return {
    routes: [
      ...cartRoutes({ database, carts, prices, coupons, orders, keys, customerCarts }),
      quoteRoute(placing),
      ...currentCartRoutes({ carts, coupons, orders, customerCarts }),
      ...orderRoutes({ database, placing, keys, providers: ['stripe', ...(local ? ['sandbox'] : [])], secureCookies: !local }),
      ...fulfilmentRoutes({ database, orders }),
      ...couponRoutes(coupons),
      ...afterSalesRoutes({ database, orders, keys }),
      orderStreamRoute({ orders, keys, changes, draining: kernel.draining }),
      ...internalRoutes(orders, keys),
      personDataRoute(customersData({ orders, carts, customerCarts })),
      withdrawalRoute({ orders, prices }),
      ...messagingRoutes(database, subscriptions),
    ],
    subscriptions,
    actorTypes: host.types,
    onSidecarStart: () => {
      host.forgetAll();
    },
    extend: (router) => {
      mountActors(router, host);
    },
  };
}
