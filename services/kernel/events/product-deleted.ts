import { Type } from 'typebox';
import { Sku, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { closed, exampleProduct } from './shapes.ts';

export const ProductDeleted = defineEvent({
  type: 'ProductDeleted',
  topic: 'products',
  aggregate: 'product',
  summary: 'A product is no longer for sale',
  data: closed({ productId: Uuid, skus: Type.Array(Sku, { maxItems: 500 }) }),
  example: { productId: exampleProduct.productId, skus: ['LAMP-WAL-S'] },
});
export type ProductDeleted = EventOf<typeof ProductDeleted>;
