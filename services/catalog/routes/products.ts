import { Problem, forbidden, notFound } from '@cartwright/kernel/http/problem';
import { may } from '@cartwright/kernel/http/access';
import type { Principal } from '@cartwright/kernel/http/access';
import { entityTag } from '@cartwright/kernel/http/etag';
import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Reply, Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { Slug, Status } from '../domain/product.ts';
import { ProductSummary, ProductView, summaryOf, viewOf } from '../domain/product-view.ts';
import type { AttributeRules, Categories, Documents, ProductCache, Products, Sales } from '../ports.ts';
import { movedCategory } from './moved-category.ts';

const closed = { additionalProperties: false };
const tags = ['products'];
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const Label = Type.Object({ name: Type.String(), products: Type.Integer() });
const ListedProduct = Type.Object({ ...ProductSummary.properties, status: Status });

export interface ProductParts {
  readonly products: Products;
  readonly documents: Documents;
  readonly rules: AttributeRules;
  readonly cache: ProductCache;
  readonly sales: Sales;
}

type ReadParts = Pick<ProductParts, 'products' | 'documents' | 'cache'> & { readonly categories: Pick<Categories, 'successorOf'> };

export const seesDrafts = (principal: Principal | null): boolean => may(principal, 'products.read');

/** Products: everybody reads what is published, staff also what is not. */
export function productRoutes({ products, documents, cache, categories }: ReadParts): Route[] {
  /** From the database: what staff is about to change shall be as it is now. */
  async function asStaffSeesIt(id: string): Promise<Reply> {
    const product = await products.byId(id, 'staff');
    if (product === undefined) throw notFound('product', id);
    const attributes = (await documents.attributesOf([id])).get(id) ?? {};
    return { body: viewOf(product, attributes), headers: { etag: entityTag(product.revision) } };
  }

  async function asCustomersSeeIt(id: string): Promise<Reply> {
    const found = await cache.get(id, async () => {
      const product = await products.byId(id);
      return product && viewOf(product, (await documents.attributesOf([id])).get(id) ?? {});
    });
    if (found === undefined) throw notFound('product', id);
    const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache', etag: entityTag(found.stamp) };
    return { body: found.bytes, headers };
  }

  return [
    route({
      method: 'GET',
      path: '/api/catalog/products',
      summary: 'Products, the oldest first; with those of the categories below. Staff may ask for drafts',
      tags,
      access: 'anyone',
      query: Type.Object(
        {
          ...pageQuery,
          category: Type.Optional(Slug),
          brand: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          tag: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })),
          sellerId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          status: Type.Optional(Type.Union([Status, Type.Literal('all')])),
          q: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Words that all stand in the product' })),
        },
        closed,
      ),
      responses: { 200: pageOf(ListedProduct), 308: null },
      handle: async ({ query: { limit = 20, cursor, status = 'published', ...filter }, principal, ctx: { path, querystring } }) => {
        // Words are looked for without an index; customers have the search.
        if ((status !== 'published' || filter.q !== undefined) && !seesDrafts(principal)) throw forbidden();
        const after = cursor === undefined ? undefined : String(decodeCursor(cursor, ['uuid'])[0]);
        const found = await products.list({ ...filter, status, limit: limit + 1, after });
        const moved = found.length > 0 ? undefined : await movedCategory(categories, { category: filter.category, path, querystring });
        if (moved !== undefined) return moved;
        const view = (product: (typeof found)[number]) => ({ ...summaryOf(product), status: product.status });
        return { body: toPage(found, limit, ({ id }) => [id], view) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/products/:idOrSlug',
      summary: 'A product, by its id or its slug; from a slug that it had before it is a way to the present one. Its ETag is for If-Match',
      tags,
      access: 'anyone',
      params: Type.Object({ idOrSlug: Type.String({ minLength: 1, maxLength: 120, pattern: '^[A-Za-z0-9-]+$' }) }, closed),
      responses: { 200: ProductView, 304: null, 308: null, 404: Problem },
      handle: async ({ params: { idOrSlug }, principal }) => {
        const staff = seesDrafts(principal);
        const target = uuid.test(idOrSlug)
          ? { id: idOrSlug.toLowerCase(), slug: idOrSlug }
          : await products.targetOfSlug(idOrSlug, staff ? 'staff' : 'customers');
        if (target === undefined) throw notFound('product', idOrSlug);
        if (target.slug !== idOrSlug)
          return { status: 308, headers: { location: `/api/catalog/products/${target.slug}`, 'cache-control': 'no-cache' } };
        return staff ? asStaffSeesIt(target.id) : asCustomersSeeIt(target.id);
      },
    }),
    ...labelRoutes(products),
  ];
}

/** Brands and tags in the order of their names, and how many products have each. */
function labelRoutes(products: Products): Route[] {
  const list = (path: string, of: 'brand' | 'tag', summary: string, answer: TSchema): Route =>
    route({
      method: 'GET',
      path,
      summary,
      tags,
      access: 'anyone',
      query: Type.Object(pageQuery, closed),
      responses: { 200: answer },
      handle: async ({ query: { limit = 20, cursor } }) => {
        const after = cursor === undefined ? undefined : String(decodeCursor(cursor, ['string'])[0]);
        const found = await products.labels(of, after, limit + 1);
        return {
          body: toPage(
            found,
            limit,
            ({ name }) => [name],
            (label) => label,
          ),
        };
      },
    });
  return [
    list('/api/catalog/brands', 'brand', 'Brands of what is for sale', pageOf(Label)),
    list('/api/catalog/tags', 'tag', 'Tags of what is for sale', pageOf(Label)),
  ];
}
