import { authApp } from '@cartwright/auth/app';
import { catalogApp } from '@cartwright/catalog/app';
import { inventoryApp } from '@cartwright/inventory/app';
import type { Access } from '@cartwright/kernel/http/access';
import type { Route } from '@cartwright/kernel/http/route';
import type { ServiceApp } from '@cartwright/kernel/kernel';
import { kernelForTests } from '@cartwright/kernel/test/kernel-for-tests';
import { notificationsApp } from '@cartwright/notifications/app';
import { ordersApp } from '@cartwright/orders/app';
import { paymentsApp } from '@cartwright/payments/app';

/**
 * Stands for what services are made of, where only their routes are looked at: nothing of it is asked. Whatever is read or called gives the
 * same again; `service` is the name, as paths are made of it.
 */
function nothingOf(service: string): never {
  const nothing: unknown = new Proxy(() => undefined, {
    get: (_, name) => (name === 'service' ? service : name === Symbol.toPrimitive ? () => service : nothing),
    apply: () => nothing,
  });
  return nothing as never;
}

/** The services as `main.ts` makes them, their parts left out; by the environment that they would run in. */
export function declaredApps(environment: 'local' | 'production' = 'local'): Readonly<Record<string, ServiceApp>> {
  const kernelOf = (name: string) => {
    const kernel = kernelForTests({ dapr: nothingOf(name) });
    return { ...kernel, config: { ...kernel.config, environment } };
  };
  return {
    auth: authApp(nothingOf('auth')),
    catalog: catalogApp(nothingOf('catalog')),
    orders: ordersApp(kernelOf('orders'), nothingOf('orders')),
    payments: paymentsApp(nothingOf('payments')),
    inventory: inventoryApp(kernelOf('inventory'), nothingOf('inventory')),
    notifications: notificationsApp(kernelOf('notifications'), nothingOf('notifications')),
  };
}

export interface Declared {
  readonly app: string;
  readonly route: Route;
  /** As in `GET /api/orders/:id`. */
  readonly name: string;
}

export function declaredRoutes(environment?: 'local' | 'production'): Declared[] {
  return Object.entries(declaredApps(environment)).flatMap(([app, { routes }]) =>
    routes.map((route) => ({ app, route, name: `${route.method} ${route.path}` })),
  );
}

/** Whether the declared rule alone says who may do what; the other routes have their row in `ownership.ts`. */
export function isRuledByRole(access: Access): boolean {
  return typeof access === 'object' && !('ownOr' in access);
}

/** Paths that only a service's own sidecar may call. */
export function callbacksOf({ subscriptions = [], jobs = [], actorTypes = [] }: ServiceApp): string[] {
  return [
    '/dapr/config',
    '/dapr/subscribe',
    ...subscriptions.map(({ topic }) => `/events/${topic}`),
    ...jobs.map(({ name }) => `/job/${name}`),
    ...actorTypes.map((type) => `/actors/${type}/one/method/view`),
  ];
}
