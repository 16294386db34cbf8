import type { IncomingHttpHeaders } from 'node:http';
import { customerOf, isMachine, may } from '@cartwright/kernel/http/access';
import type { Principal } from '@cartwright/kernel/http/access';
import type { Permission } from '@cartwright/kernel/http/permissions';
import { notFound } from '@cartwright/kernel/http/problem';
import type { AccessKeys, StoredOrder } from '../ports.ts';

export const keyHeader = 'order-key';
const cookieName = 'order-key';
const cookieDays = 90;

/** Who asks for an order, and by what right. */
export interface Viewer {
  readonly principal: Principal | null;
  /** What lets others than the order's owner do this with it; `orders.read` unless told. */
  readonly permission?: Permission;
  readonly headers: IncomingHttpHeaders;
}

/**
 * The order, for its customer, for support and staff, and for whoever has its key, in the header or the cookie. Everybody else is told that
 * there is none.
 */
export async function orderFor<Stored extends StoredOrder>(
  { find }: { readonly find: (id: string) => Promise<Stored | undefined> },
  keys: AccessKeys,
  id: string,
  viewer: Viewer,
): Promise<Stored> {
  const stored = await find(id);
  if (stored === undefined || !maySee(stored, keys, viewer)) throw notFound('order', id);
  return stored;
}

function maySee({ order }: StoredOrder, keys: AccessKeys, { principal, permission = 'orders.read', headers }: Viewer): boolean {
  if (may(principal, permission)) return true;
  if (order.customerId !== null && order.customerId === customerOf(principal)) return true;
  return givenKeys(headers).some((key) => keys.opens(order.id, key));
}

function givenKeys(headers: IncomingHttpHeaders): string[] {
  const header = headers[keyHeader];
  const cookies = (headers.cookie ?? '').split(';').map((part) => part.trim());
  const prefix = `${cookieName}=`;
  return [
    ...(typeof header === 'string' ? [header] : []),
    ...cookies.filter((part) => part.startsWith(prefix)).map((part) => part.slice(prefix.length)),
  ];
}

/** A cookie with the order's key, which scripts cannot read and which is sent to this order's addresses only. */
export function keyCookie(orderId: string, key: string, secure: boolean): string {
  const parts = [
    `${cookieName}=${key}`,
    `Path=/api/orders/${orderId}`,
    `Max-Age=${String(cookieDays * 86_400)}`,
    'HttpOnly',
    'SameSite=Strict',
  ];
  return [...parts, ...(secure ? ['Secure'] : [])].join('; ');
}

/** Who is noted as the cause of what a request does. */
export function causeOf(principal: Principal | null): string {
  if (principal === null) return 'guest';
  if (isMachine(principal)) return `key:${principal.userId}`;
  return may(principal, 'orders.read') ? `staff:${principal.userId}` : `customer:${principal.userId}`;
}
