import { SellerId } from '@cartwright/kernel/events/shapes';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Currency, Sku, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Products } from '../ports.ts';
import type { PriceLists } from '../price-ports.ts';

const closed = { additionalProperties: false };
const atOnce = 500;

const pricesFields = {
  productId: Uuid,
  version: Type.Integer({ minimum: 1 }),
  currency: Currency,
  variants: Type.Array(Type.Object({ sku: Sku, title: Type.String(), price: Type.Integer({ minimum: 0 }) }, closed)),
};
const ProductPrices = Type.Object({ ...pricesFields, sellerId: Type.String() }, closed);
const ListVersion = Type.Integer({ minimum: 0 });

/** What orders asks when it makes its copy of the prices anew. */
export function pricesRoute(products: Pick<Products, 'list' | 'byIds' | 'count'>): Route {
  return route({
    method: 'POST',
    path: '/internal/products/prices',
    summary: 'What products cost, at which version: these, or the next after one in the order of ids',
    access: { callers: ['orders'] },
    body: Type.Object(
      { productIds: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: atOnce })), after: Type.Optional(Uuid) },
      closed,
    ),
    responses: { 200: Type.Object({ items: Type.Array(ProductPrices), total: Type.Integer({ minimum: 0 }) }, closed) },
    handle: async ({ body: { productIds, after } }) => {
      const found = productIds === undefined ? products.list({ limit: atOnce, after }) : products.byIds(productIds);
      const [items, total] = await Promise.all([found, products.count({})]);
      return {
        body: {
          total,
          items: items.map(({ id, version, sellerId, currency, variants }) => ({
            productId: id,
            sellerId,
            version,
            currency,
            variants: variants.map(({ sku, title, price }) => ({ sku, title, price })),
          })),
        },
      };
    },
  });
}

/** What orders asks when it sees that a change of a seller's prices has not come yet while a later one has. */
export function priceListRoute(priceLists: PriceLists): Route {
  return route({
    method: 'POST',
    path: '/internal/price-lists/changes',
    summary: "What changed in a seller's price list after a version of it: products that are not for sale any more have no variants",
    access: { callers: ['orders'] },
    body: Type.Object({ sellerId: SellerId, after: ListVersion }, closed),
    responses: {
      200: Type.Object(
        {
          items: Type.Array(Type.Object({ ...pricesFields, listVersion: ListVersion }, closed)),
          version: ListVersion,
          complete: Type.Boolean(),
        },
        closed,
      ),
    },
    handle: async ({ body: { sellerId, after } }) => ({ body: await priceLists.changes(sellerId, after, atOnce) }),
  });
}
