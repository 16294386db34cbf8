/**
 * A guest's key to an order. Programs send it as the header `Order-Key`; a browser keeps it in a cookie that scripts cannot read and that goes
 * to this one order's address only, so it is never part of an address.
 */
const cookieName = 'order_key';
const keptSeconds = 30 * 24 * 3600;

const orderPath = /^\/api\/orders\/([0-9a-f-]{36})(?:\/|$)/;

/** The key in a cookie, for requests about an order. */
export function orderKeyFrom(path: string, cookies: string | undefined): string | undefined {
  if (cookies === undefined || !orderPath.test(path)) return undefined;
  const [, key] = new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]{16,200})(?:;|$)`).exec(cookies) ?? [];
  return key;
}

/** The cookie for an order that was placed; undefined when the answer holds none. */
export function orderKeyCookie(placed: unknown, secure: boolean): string | undefined {
  const { id, accessKey } = (placed ?? {}) as { id?: unknown; accessKey?: unknown };
  if (typeof id !== 'string' || typeof accessKey !== 'string' || !/^[\w-]{16,200}$/.test(accessKey)) return undefined;
  const attributes = [
    `Path=/api/orders/${id}`,
    `Max-Age=${String(keptSeconds)}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(secure ? ['Secure'] : []),
  ];
  return `${cookieName}=${accessKey}; ${attributes.join('; ')}`;
}
