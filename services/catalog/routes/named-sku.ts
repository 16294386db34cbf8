import { notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Sku } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Products } from '../ports.ts';

const closed = { additionalProperties: false };

/** What notifications asks when it writes of a SKU. */
export function namedSkuRoute(products: Pick<Products, 'idOfSku' | 'byId'>): Route {
  return route({
    method: 'GET',
    path: '/internal/skus/:sku',
    summary: 'What a SKU that is for sale is called, and the slug of its product',
    access: { callers: ['notifications'] },
    params: Type.Object({ sku: Sku }, closed),
    responses: { 200: Type.Object({ title: Type.String(), slug: Type.String() }, closed) },
    handle: async ({ params: { sku } }) => {
      const id = await products.idOfSku(sku);
      const product = id === undefined ? undefined : await products.byId(id);
      const variant = product?.variants.find((one) => one.sku === sku);
      if (product === undefined || variant === undefined) throw notFound('SKU for sale', sku);
      return { body: { title: variant.title, slug: product.slug } };
    },
  });
}
