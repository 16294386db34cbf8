import { Sku } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { Units, closed } from './shapes.ts';

export const StockLow = defineEvent({
  type: 'StockLow',
  topic: 'stock',
  aggregate: 'stock_alert',
  summary:
    'Fewer units of a SKU are free than its threshold; told once, and again only after there were enough. What may be backordered does not count',
  data: closed({ sku: Sku, available: Units, threshold: Units }),
  example: { sku: 'LAMP-WAL-S', available: 4, threshold: 5 },
});
export type StockLow = EventOf<typeof StockLow>;
