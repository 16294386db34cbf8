/** Which service answers which public paths. What is not listed is not reachable from outside: no `/internal`, `/actors`, `/events`, `/metrics`. */
const targets: Readonly<Record<string, string>> = {
  auth: 'auth',
  catalog: 'catalog',
  carts: 'orders',
  coupons: 'orders',
  orders: 'orders',
  payments: 'payments',
  inventory: 'inventory',
  notifications: 'notifications',
};

/** Services behind the gateway. */
export const services: readonly string[] = [...new Set(Object.values(targets))];

export interface Target {
  readonly app: string;
  /** For metrics, as in `/api/orders/*`. */
  readonly route: string;
}

/** Characters that a path of ours may have. An encoded dot, slash, backslash or NUL would mean another path to somebody else. */
const plainPath = /^(?!\/\/)\/(?:[\w~!$&'()*+,;=:@.-]|%(?!2e|2f|5c|00)[0-9a-f]{2}|\/(?!\/))*$/i;

/** The service for a path as it stands in the request line. undefined: none; `refused`: the path could be read in two ways. */
export function targetOf(path: string): Target | 'refused' | undefined {
  if (!plainPath.test(path) || path.split('/').some((part) => part === '.' || part === '..')) return 'refused';
  const [, name] = /^\/api\/([a-z]+)(?:\/|$)/.exec(path) ?? [];
  const app = name === undefined || !Object.hasOwn(targets, name) ? undefined : targets[name];
  return app === undefined || name === undefined ? undefined : { app, route: `/api/${name}/*` };
}
