import { ConditionHeaders, entityTag, preconditionFailed, preconditionRequired, statesOf } from '@cartwright/kernel/http/etag';
import { Problem, notFound, unprocessable } from '@cartwright/kernel/http/problem';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Reply, Route } from '@cartwright/kernel/http/route';
import { Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { AttributeSchema, brokenSchema, effectiveSchema } from '../domain/attribute-schema.ts';
import { pathOf } from '../domain/category-tree.ts';
import { Slug, Status } from '../domain/product.ts';
import type { Product } from '../domain/product.ts';
import { Outdated } from '../ports.ts';
import type { AttributeRules, AttributeSchemas, Categories, Documents, Products } from '../ports.ts';

const staff = { permission: 'products.write' } as const;
const tags = ['categories'];
const closed = { additionalProperties: false };
const byCategory = Type.Object({ slug: Slug }, closed);
const SchemaView = Type.Object({
  own: Type.Union([AttributeSchema, Type.Null()]),
  inherited: Type.Array(Type.Object({ category: Slug, schema: AttributeSchema }), {
    description: 'Of the categories above, the nearest first',
  }),
  effective: Type.Unknown({ description: 'JSON Schema 2020-12 that the attributes of a product have to meet' }),
});
const FieldErrors = Type.Array(Type.Object({ field: Type.String(), rule: Type.String(), message: Type.String() }));
const Misfit = Type.Object({ id: Uuid, slug: Slug, title: Type.String(), category: Slug, status: Status, errors: FieldErrors });
/** How many products are looked at for a page: one without misfits shall not look at all of them. */
const mostLookedAt = 2000;
const batch = 200;

export interface SchemaParts {
  readonly categories: Categories;
  readonly schemas: AttributeSchemas;
  readonly rules: AttributeRules;
  readonly products: Products;
  readonly documents: Documents;
}

/** What staff says of a category's attributes, and which products do not meet it. */
export function categorySchemaRoutes({ categories, schemas, rules, products, documents }: SchemaParts): Route[] {
  async function read(slug: string) {
    const [tree, found] = await Promise.all([categories.list(), schemas.all()]);
    const path = pathOf(slug, tree);
    if (path.length === 0) throw notFound('category', slug);
    const own = found.get(slug);
    const inherited = path.slice(1).flatMap(({ slug: category }) => {
      const stored = found.get(category);
      return stored === undefined ? [] : [{ category, schema: stored.schema }];
    });
    return { own, inherited };
  }

  async function view(slug: string): Promise<Reply> {
    const { own, inherited } = await read(slug);
    const effective = effectiveSchema([...(own === undefined ? [] : [own.schema]), ...inherited.map(({ schema }) => schema)]);
    return { body: { own: own?.schema ?? null, inherited, effective }, headers: { etag: entityTag(own?.revision ?? 0) } };
  }

  /** Changes the schema, which is replaced as a whole: who changes it says which one they have read. */
  async function change(slug: string, ifMatch: string | undefined, work: (revision: number) => Promise<unknown>): Promise<void> {
    const states = statesOf(ifMatch);
    const what = `The schema of ${slug}`;
    if (states === undefined) throw preconditionRequired(what);
    const { own } = await read(slug);
    const revision = own?.revision ?? 0;
    if (states === 'any' ? own === undefined : !states.includes(String(revision))) throw preconditionFailed(what);
    try {
      await work(revision);
    } catch (error) {
      throw error instanceof Outdated ? preconditionFailed(what) : error;
    }
    rules.forget();
  }

  async function misfit({ id, slug, title, category, status }: Product, attributes: Parameters<AttributeRules['check']>[1]) {
    const errors = await rules.check(category, attributes);
    return errors.length === 0 ? [] : [{ id, slug, title, category, status, errors }];
  }

  return [
    route({
      method: 'GET',
      path: '/api/catalog/categories/:slug/schema',
      summary: 'What the attributes of its products have to meet',
      tags,
      access: 'anyone',
      params: byCategory,
      responses: { 200: SchemaView, 404: Problem },
      handle: ({ params: { slug } }) => view(slug),
    }),
    route({
      method: 'PUT',
      path: '/api/catalog/categories/:slug/schema',
      summary: 'Say what the attributes of its products have to meet; those that do not are listed as misfits, and stay as they are',
      tags,
      access: staff,
      params: byCategory,
      requestHeaders: ConditionHeaders,
      body: AttributeSchema,
      responses: { 200: SchemaView, 404: Problem, 412: Problem, 422: Problem, 428: Problem },
      handle: async ({ params: { slug }, body, headers }) => {
        const { inherited } = await read(slug);
        const broken = brokenSchema(
          body,
          inherited.map(({ schema }) => schema),
        );
        if (broken.length > 0) throw unprocessable('invalid_schema', 'The schema cannot be met as it is', broken);
        await change(slug, headers['if-match'], (revision) => schemas.save(slug, body, revision));
        return view(slug);
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/catalog/categories/:slug/schema',
      summary: 'Ask no more of its products than the categories above do',
      tags,
      access: staff,
      params: byCategory,
      requestHeaders: ConditionHeaders,
      responses: { 204: null, 404: Problem, 412: Problem, 428: Problem },
      handle: async ({ params: { slug }, headers }) => {
        await change(slug, headers['if-match'], async (revision) => {
          if (revision === 0) throw notFound('schema of category', slug);
          await schemas.remove(slug, revision);
        });
        return { status: 204 };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/categories/:slug/misfits',
      summary: 'Products in it and below whose attributes do not meet their schemas; a page may be empty and not the last',
      tags,
      access: { permission: 'products.read' },
      params: byCategory,
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(Misfit), 404: Problem },
      handle: async ({ params: { slug }, query: { limit = 20, cursor } }) => {
        let after = cursor === undefined ? undefined : String(decodeCursor(cursor, ['uuid'])[0]);
        await read(slug);
        const items: Awaited<ReturnType<typeof misfit>> = [];
        for (let lookedAt = 0; lookedAt < mostLookedAt;) {
          const found = await products.list({ category: slug, status: 'all', limit: batch, after });
          const attributes = await documents.attributesOf(found.map(({ id }) => id));
          for (const product of found) {
            items.push(...(await misfit(product, attributes.get(product.id) ?? {})));
            after = product.id;
            if (items.length === limit) return { body: { items, nextCursor: encodeCursor([after]) } };
          }
          if (found.length < batch) return { body: { items, nextCursor: null } };
          lookedAt += found.length;
        }
        return { body: { items, nextCursor: after === undefined ? null : encodeCursor([after]) } };
      },
    }),
  ];
}
