import { conflict, invalidField, notFound, Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import { withThoseBelow } from '../domain/category-tree.ts';
import { CategoryInput } from '../domain/import-line.ts';
import { Slug } from '../domain/product.ts';
import { CategoryTaken, NoTree } from '../ports.ts';
import type { AttributeRules, AttributeSchemas, Categories } from '../ports.ts';

const tags = ['categories'];
const CountedCategory = Type.Object({
  ...CategoryInput.properties,
  formerSlugs: Type.Array(Slug, { description: 'Slugs that it had, and that lead to it' }),
  products: Type.Integer({ description: 'Published products in it and below' }),
});
/** Each page of the shop asks for the tree, and counting reads an index from end to end. */
const countedForMs = 2000;

export interface CategoryParts {
  readonly categories: Categories;
  readonly schemas: AttributeSchemas;
  readonly rules: AttributeRules;
}

/** The tree of categories, as a list in which parents come before their children. */
export function categoryRoutes({ categories, schemas, rules }: CategoryParts): Route[] {
  let counted: { readonly at: number; readonly counts: Promise<Map<string, number>> } | undefined;
  const counts = (): Promise<Map<string, number>> => {
    if (counted === undefined || Date.now() - counted.at > countedForMs) {
      counted = { at: Date.now(), counts: categories.counts() };
      counted.counts.catch(() => {
        counted = undefined;
      });
    }
    return counted.counts;
  };

  return [
    route({
      method: 'GET',
      path: '/api/catalog/categories',
      summary: 'All categories, with how many products they and those below have; counts may be two seconds old',
      tags,
      access: 'anyone',
      responses: { 200: Type.Object({ items: Type.Array(CountedCategory) }) },
      handle: async () => {
        const [tree, own, former] = await Promise.all([categories.list(), counts(), categories.formerSlugs()]);
        const sums = withThoseBelow(tree, own);
        const items = tree.map((category) => ({
          ...category,
          products: sums.get(category.slug) ?? 0,
          formerSlugs: former.get(category.slug) ?? [],
        }));
        return { body: { items } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/catalog/categories',
      summary: 'Add a category, or rename or move one',
      tags,
      access: { permission: 'products.write' },
      body: CategoryInput,
      responses: { 201: CategoryInput },
      handle: async ({ body }) => {
        try {
          await categories.save(body);
        } catch (error) {
          throw error instanceof NoTree ? invalidField('/parent', 'tree', error.message) : error;
        }
        rules.forget();
        return { status: 201, body };
      },
    }),
    route({
      method: 'PATCH',
      path: '/api/catalog/categories/:slug',
      summary: 'Give a category another slug; its products follow, and the old one leads to it',
      tags,
      access: { permission: 'products.write' },
      params: Type.Object({ slug: Slug }, { additionalProperties: false }),
      body: Type.Object({ slug: Slug }, { additionalProperties: false }),
      responses: { 200: CategoryInput, 404: Problem, 409: Problem },
      handle: async ({ params: { slug }, body: { slug: to } }) => {
        try {
          if (!(await categories.rename(slug, to, () => schemas.copy(slug, to)))) throw notFound('category', slug);
        } catch (error) {
          throw error instanceof CategoryTaken ? slugTaken(error, to) : error;
        }
        if (slug !== to) await schemas.forget([slug]);
        rules.forget();
        counted = undefined;
        const renamed = (await categories.list()).find((category) => category.slug === to);
        if (renamed === undefined) throw notFound('category', to);
        return { body: renamed };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/catalog/categories/:slug',
      summary: 'Remove a category that nothing is in',
      tags,
      access: { permission: 'products.write' },
      params: Type.Object({ slug: Slug }, { additionalProperties: false }),
      responses: { 204: null, 404: Problem, 409: Problem },
      handle: async ({ params: { slug } }) => {
        try {
          if (!(await categories.remove(slug))) throw notFound('category', slug);
        } catch (error) {
          throw error instanceof NoTree ? conflict('category_in_use', error.message) : error;
        }
        await schemas.forget([slug]);
        rules.forget();
        return { status: 204 };
      },
    }),
  ];
}

function slugTaken(cause: CategoryTaken, slug: string): Problem {
  const { parts } = conflict('slug_taken', cause.message);
  return new Problem({ ...parts, errors: [{ field: '/slug', rule: 'unique', message: `${slug} is taken` }] }, { cause });
}
