import { Problem, conflict, invalidField, notFound } from '@cartwright/kernel/http/problem';
import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import { ProductChange, ProductInput, Slug, repeatedSku, slugOf, toProduct } from '../domain/product.ts';
import type { Product } from '../domain/product.ts';
import { ProductSummary, ProductView, summaryOf, viewOf } from '../domain/product-view.ts';
import { NoCategory, Outdated, Taken } from '../ports.ts';
import type { Documents, ProductCache, Products, Sales } from '../ports.ts';

const closed = { additionalProperties: false };
const staff = { permission: 'products.write' } as const;
const tags = ['products'];
const byId = Type.Object({ id: Uuid }, closed);
const mostTries = 10;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export interface ProductParts {
  readonly products: Products;
  readonly documents: Documents;
  readonly cache: ProductCache;
  readonly sales: Sales;
}

/** Products: everybody reads them, staff changes them. */
export function productRoutes({ products, documents, cache, sales }: ProductParts): Route[] {
  async function view(product: Product): Promise<ProductView> {
    return viewOf(product, (await documents.attributesOf([product.id])).get(product.id) ?? {});
  }

  async function store(id: string, input: ProductInput, expected: 'new' | number): Promise<ProductView> {
    const repeated = repeatedSku(input.variants);
    if (repeated !== undefined) throw invalidField('/variants', 'unique', `has the SKU ${repeated} twice`);
    const attributes = input.attributes ?? {};
    try {
      await products.save(toProduct(id, input), attributes, {
        expected,
        beforeCommit: async () => {
          await documents.setAttributes(id, attributes);
          return undefined;
        },
      });
    } catch (error) {
      if (error instanceof NoCategory) throw invalidField('/category', 'exists', `${input.category} is not a category`);
      if (!(error instanceof Taken)) throw error;
      const { field, value } = error;
      const problem = conflict(`${field}_taken`, `The ${field} ${value} is taken by another product`);
      throw new Problem(
        { ...problem.parts, errors: [{ field: field === 'sku' ? '/variants' : '/slug', rule: 'unique', message: `${value} is taken` }] },
        { cause: error },
      );
    }
    cache.forget([id]);
    const stored = await products.byId(id);
    if (stored === undefined) throw notFound('product', id);
    return view(stored);
  }

  return [
    route({
      method: 'GET',
      path: '/api/catalog/products',
      summary: 'Products, the oldest first; with those of the categories below',
      tags,
      access: 'anyone',
      query: Type.Object({ ...pageQuery, category: Type.Optional(Slug) }, closed),
      responses: { 200: pageOf(ProductSummary) },
      handle: async ({ query: { limit = 20, cursor, category } }) => {
        const after = cursor === undefined ? undefined : String(decodeCursor(cursor, ['string'])[0]);
        if (after !== undefined && !uuid.test(after)) throw invalidField('cursor', 'cursor', 'is not one that a list gave');
        const found = await products.list({ category, limit: limit + 1, after });
        return { body: toPage(found, limit, ({ id }) => [id], summaryOf) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/products/:idOrSlug',
      summary: 'A product, by its id or its slug',
      tags,
      access: 'anyone',
      params: Type.Object({ idOrSlug: Type.String({ minLength: 1, maxLength: 120, pattern: '^[A-Za-z0-9-]+$' }) }, closed),
      responses: { 200: ProductView, 404: Problem },
      handle: async ({ params: { idOrSlug } }) => {
        const id = uuid.test(idOrSlug) ? idOrSlug.toLowerCase() : await products.idOfSlug(idOrSlug);
        if (id === undefined) throw notFound('product', idOrSlug);
        const bytes = await cache.get(id, async () => {
          const product = await products.byId(id);
          return product === undefined ? undefined : view(product);
        });
        if (bytes === undefined) throw notFound('product', idOrSlug);
        return { body: bytes, headers: { 'content-type': 'application/json; charset=utf-8' } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/catalog/products',
      summary: 'Add a product',
      tags,
      access: staff,
      bodyLimit: 256 * 1024,
      body: ProductInput,
      responses: { 201: ProductView, 409: Problem, 422: Problem },
      handle: async ({ body }) => {
        const slug = body.slug ?? slugOf(body.title);
        const stored = await store(v7(), { ...body, slug }, 'new');
        return { status: 201, body: stored, headers: { location: `/api/catalog/products/${stored.id}` } };
      },
    }),
    route({
      method: 'PATCH',
      path: '/api/catalog/products/:id',
      summary: 'Change a product; what is left out stays',
      tags,
      access: staff,
      bodyLimit: 256 * 1024,
      params: byId,
      body: ProductChange,
      responses: { 200: ProductView, 404: Problem, 409: Problem, 422: Problem },
      handle: async ({ params: { id }, body }) => {
        // Two changes at once: the one that comes second is made again, on what the first left.
        for (let tries = 1; ; tries++) {
          const product = await products.byId(id);
          if (product === undefined) throw notFound('product', id);
          const attributes = (await documents.attributesOf([id])).get(id) ?? {};
          try {
            return { body: await store(id, { ...inputOf(product), attributes, ...body }, product.version) };
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
      responses: { 204: null, 404: Problem, 503: Problem },
      handle: async ({ params: { id } }) => {
        const removed = await products.remove(id);
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

/** What was entered to make this product: the base of a change. */
function inputOf({ slug, title, description, brand, category, sellerId, currency, tags: words, images, variants }: Product): ProductInput {
  return {
    slug,
    title,
    description,
    brand,
    category,
    sellerId,
    currency,
    tags: [...words],
    images: [...images],
    variants: variants.map(({ sku, title: variantTitle, price, compareAt, options, barcode, weightGrams }) => ({
      sku,
      title: variantTitle,
      price,
      options: { ...options },
      ...(compareAt === null ? {} : { compareAt }),
      ...(barcode === null ? {} : { barcode }),
      ...(weightGrams === null ? {} : { weightGrams }),
    })),
  };
}
