import { eventStream } from '@cartwright/kernel/http/event-stream';
import { Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import type { AccessKeys, Orders } from '../ports.ts';
import { orderFor } from './order-access.ts';
import { KeyHeaders, OneOrder, orderView } from './views.ts';

export interface OrderStreamParts {
  readonly orders: Pick<Orders, 'find'>;
  readonly keys: AccessKeys;
  readonly changes: { subscribe(orderId: string, work: () => void): () => void };
  readonly draining: AbortSignal;
  /** How often to look for what another replica changed; two seconds unless told. */
  readonly lookEveryMs?: number;
  /** After which a stream ends, and a browser that reconnects has to show its right again; ten minutes unless told. */
  readonly longestMs?: number;
}

/** Where an order stands, as it changes: server-sent events `order` with the order as data and its version as id. */
export function orderStreamRoute({ orders, keys, changes, draining, lookEveryMs = 2000, longestMs = 600_000 }: OrderStreamParts): Route {
  return route({
    method: 'GET',
    path: '/api/orders/:id/stream',
    summary: 'An order as it changes (server-sent events `order`)',
    tags: ['orders'],
    access: 'anyone',
    requestHeaders: KeyHeaders,
    params: OneOrder,
    responses: { 200: null, 404: Problem },
    handle: async ({ params: { id }, principal, headers, log }) => {
      const first = await orderFor({ find: (one) => orders.find(one) }, keys, id, { principal, headers });
      const stream = eventStream(draining);
      let version = 0;
      const send = (stored: typeof first): void => {
        if (stored.order.version <= version) return;
        version = stored.order.version;
        stream.send({ id: String(version), event: 'order', data: orderView(stored) });
      };
      const look = (): void => {
        orders.find(id).then(
          (stored) => {
            if (stored !== undefined) send(stored);
          },
          (error: unknown) => {
            log.warn({ error }, 'an order that is watched could not be read; it will be looked at again');
          },
        );
      };
      const unsubscribe = changes.subscribe(id, look);
      const looking = setInterval(look, lookEveryMs);
      const longest = setTimeout(() => {
        stream.end();
      }, longestMs);
      stream.onEnd(() => {
        unsubscribe();
        clearInterval(looking);
        clearTimeout(longest);
      });
      send(first);
      look(); // what changed between the first reading and the subscription
      return stream.reply;
    },
  });
}
