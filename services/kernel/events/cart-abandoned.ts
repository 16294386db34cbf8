import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { EventLine, closed, exampleCartId } from './shapes.ts';

export const CartAbandoned = defineEvent({
  type: 'CartAbandoned',
  topic: 'orders',
  aggregate: 'cart',
  summary: 'A cart with lines was left alone until it ended',
  data: closed({ cartId: Uuid, lines: Type.Array(EventLine, { maxItems: 200 }) }),
  example: {
    cartId: exampleCartId,
    lines: [{ sku: 'LAMP-WAL-S', title: 'Walnut desk lamp, small', quantity: 1, unitPrice: 4900, total: 4900 }],
  },
});
export type CartAbandoned = EventOf<typeof CartAbandoned>;
