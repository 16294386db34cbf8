import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { ProductSnapshot, exampleProduct } from './shapes.ts';

export const ProductUpdated = defineEvent({
  type: 'ProductUpdated',
  topic: 'products',
  aggregate: 'product',
  summary: 'A product changed; the whole of it as it is now',
  data: ProductSnapshot,
  example: exampleProduct,
});
export type ProductUpdated = EventOf<typeof ProductUpdated>;
