import { invalidField } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import { CategoryInput } from '../domain/import-line.ts';
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
      access: { roles: ['staff', 'admin'] },
      body: CategoryInput,
      responses: { 201: CategoryInput },
      handle: async ({ body }) => {
        const tree = new Map((await categories.list()).map(({ slug, parent }) => [slug, parent]));
        if (body.parent !== null && !tree.has(body.parent)) throw invalidField('/parent', 'exists', `${body.parent} is not a category`);
        for (let above = body.parent; above !== null; above = tree.get(above) ?? null) {
          if (above === body.slug) throw invalidField('/parent', 'tree', 'is below the category itself');
        }
        await categories.save(body);
        return { status: 201, body };
      },
    }),
  ];
}
