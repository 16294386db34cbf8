import { Sku } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { Units, closed } from './shapes.ts';

export const BackInStock = defineEvent({
  type: 'BackInStock',
  topic: 'stock',
  aggregate: 'stock_alert',
  summary: 'A SKU of which nothing could be bought can be bought again; nothing is told of its first stock',
  data: closed({ sku: Sku, available: Units }),
  example: { sku: 'LAMP-WAL-S', available: 12 },
});
export type BackInStock = EventOf<typeof BackInStock>;
