import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { ProductSnapshot, exampleProduct } from './shapes.ts';

export const ProductCreated = defineEvent({
  type: 'ProductCreated',
  topic: 'products',
  aggregate: 'product',
  summary: 'A product is for sale; the whole of it',
  data: ProductSnapshot,
  example: exampleProduct,
});
export type ProductCreated = EventOf<typeof ProductCreated>;
