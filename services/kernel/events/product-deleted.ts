import { Type } from 'typebox';
import { Sku, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { ListVersion, SellerId, closed, exampleProduct } from './shapes.ts';

export const ProductDeleted = defineEvent({
  type: 'ProductDeleted',
  topic: 'products',
  aggregate: 'product',
  summary: 'A product is no longer for sale',
  data: closed({
    productId: Uuid,
    skus: Type.Array(Sku, { maxItems: 500 }),
    sellerId: Type.Optional(SellerId),
    listVersion: Type.Optional(ListVersion),
  }),
  example: { productId: exampleProduct.productId, skus: ['LAMP-WAL-S'], sellerId: exampleProduct.sellerId, listVersion: 13 },
});
export type ProductDeleted = EventOf<typeof ProductDeleted>;
