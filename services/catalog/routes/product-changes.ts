import { ConditionHeaders, entityTag, preconditionFailed, statesOf } from '@cartwright/kernel/http/etag';
import { Problem, conflict, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import { ProductChange, ProductInput, inputOf, slugOf } from '../domain/product.ts';
import type { Product } from '../domain/product.ts';
import { ProductView, viewOf } from '../domain/product-view.ts';
import { Outdated } from '../ports.ts';
import type { Removed } from '../ports.ts';
import type { ProductParts } from './products.ts';
import { storeProduct } from './store-product.ts';

const staff = { permission: 'products.write' } as const;
const tags = ['products'];
const byId = Type.Object({ id: Uuid }, { additionalProperties: false });
const bodyLimit = 256 * 1024;
const mostTries = 10;

/** What staff does with products. A change may say by If-Match what it was made on; one that does not is made on what is there. */
export function productChangeRoutes(parts: ProductParts): Route[] {
  const { products, documents, cache, sales } = parts;

  async function current(id: string, ifMatch: string | undefined): Promise<Product> {
    const product = await products.byId(id, 'staff');
    if (product === undefined) throw notFound('product', id);
    const states = statesOf(ifMatch);
    if (states !== undefined && states !== 'any' && !states.some((state) => revisionOf(state) === String(product.revision)))
      throw preconditionFailed(`Product ${id}`);
    return product;
  }

  async function remove(id: string, ifMatch: string | undefined): Promise<Removed | undefined> {
    const there = ifMatch === undefined ? undefined : await products.byId(id, 'staff');
    const expected = there === undefined ? undefined : (await current(id, ifMatch)).revision;
    try {
      return await products.remove(id, expected);
    } catch (error) {
      throw error instanceof Outdated ? preconditionFailed(`Product ${id}`) : error;
    }
  }

  return [
    route({
      method: 'POST',
      path: '/api/catalog/products',
      summary: 'Add a product; it is published unless its status is another',
      tags,
      access: staff,
      bodyLimit,
      body: ProductInput,
      responses: { 201: ProductView, 409: Problem, 422: Problem },
      handle: async ({ body }) => {
        const slug = body.slug ?? slugOf(body.title);
        const stored = await storeProduct(parts, v7(), { ...body, slug }, { expected: 'new', checked: true });
        const headers = { location: `/api/catalog/products/${stored.id}`, etag: entityTag(stored.revision) };
        return { status: 201, body: viewOf(stored, body.attributes ?? {}), headers };
      },
    }),
    route({
      method: 'PATCH',
      path: '/api/catalog/products/:id',
      summary: 'Change a product; what is left out stays. With If-Match only if nobody has changed it since',
      tags,
      access: staff,
      bodyLimit,
      params: byId,
      requestHeaders: ConditionHeaders,
      body: ProductChange,
      responses: { 200: ProductView, 404: Problem, 409: Problem, 412: Problem, 422: Problem },
      handle: async ({ params: { id }, body, headers }) => {
        // Two changes at once: the one that comes second is made again, on what the first left, or refused where it said what it was made on.
        for (let tries = 1; ; tries++) {
          const product = await current(id, headers['if-match']);
          const attributes = (await documents.attributesOf([id])).get(id) ?? {};
          const { publishAt, ...before } = inputOf(product);
          // A time belongs to the status that it came with.
          const scheduled = body.status === undefined && publishAt !== undefined ? { publishAt } : {};
          const input = { ...before, attributes, ...scheduled, ...body };
          try {
            const checked = body.attributes !== undefined || (body.category !== undefined && body.category !== product.category);
            const stored = await storeProduct(parts, id, input, { expected: product.revision, checked });
            return { body: viewOf(stored, input.attributes), headers: { etag: entityTag(stored.revision) } };
          } catch (error) {
            if (!(error instanceof Outdated)) throw error;
            if (tries === mostTries) throw conflict('changed_meanwhile', 'The product is being changed by others; try again');
          }
        }
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/catalog/products/:id',
      summary: 'Remove a product; it can be ordered no more when this is answered',
      tags,
      access: staff,
      params: byId,
      requestHeaders: ConditionHeaders,
      responses: { 204: null, 404: Problem, 412: Problem, 503: Problem },
      handle: async ({ params: { id }, headers }) => {
        const removed = await remove(id, headers['if-match']);
        // Whoever was told that its end is not sure, and asks again, is told no more before it is.
        const before = removed === undefined ? await products.removed(id) : undefined;
        if (before !== undefined) await sales.end([before]);
        if (removed === undefined) throw notFound('product', id);
        await documents.forget([id]);
        cache.forget([id]);
        await sales.end([removed]);
        return { status: 204 };
      },
    }),
  ];
}

/** Of a state as customers see it too: ratings and stock, which move by themselves, are not what staff has entered. */
function revisionOf(state: string): string {
  return state.split('.', 1)[0] ?? '';
}
