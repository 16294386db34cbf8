import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { closed } from './shapes.ts';

export const ProductViewed = defineEvent({
  type: 'ProductViewed',
  topic: 'searches',
  aggregate: 'product_view',
  summary: 'Somebody looked at a product for the first time in a visit; neither who nor in which visit is said',
  data: closed({
    productId: Uuid,
    from: Type.Optional(Type.Enum(['search', 'recommendation', 'elsewhere'], { description: 'Where they came from' })),
  }),
  example: { productId: '0193a6f0-0000-7000-8000-00000000000c', from: 'search' },
});
export type ProductViewed = EventOf<typeof ProductViewed>;
