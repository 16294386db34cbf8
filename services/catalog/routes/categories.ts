import { conflict, invalidField, notFound, Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import { CategoryInput } from '../domain/import-line.ts';
import { Slug } from '../domain/product.ts';
import { NoTree } from '../ports.ts';
import type { Categories } from '../ports.ts';

const tags = ['categories'];

/** The tree of categories, as a list in which parents come before their children. */
export function categoryRoutes(categories: Categories): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/catalog/categories',
      summary: 'All categories',
      tags,
      access: 'anyone',
      responses: { 200: Type.Object({ items: Type.Array(CategoryInput) }) },
      handle: async () => ({ body: { items: await categories.list() } }),
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
        return { status: 201, body };
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
        return { status: 204 };
      },
    }),
  ];
}
