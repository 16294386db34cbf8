import type { Database } from '@cartwright/kernel/postgres/database';
import { NoTree } from '../ports.ts';
import type { Categories, Category } from '../ports.ts';
import { below } from './product-conditions.ts';
import { queueForIndex } from './products-in-postgres.ts';

const tree = `with recursive tree as (
    select slug, name, parent, position, 0 as depth from categories where parent is null
    union all select c.slug, c.name, c.parent, c.position, depth + 1 from categories c join tree t on c.parent = t.slug)
  select slug, name, parent from tree order by depth, parent nulls first, position, name`;

/** The tree of categories in catalog's Postgres. `changed` is told after a commit that gives the search index work. */
export function categoriesIn(database: Database, changed: () => void = () => undefined): Categories {
  return {
    list: () => database.sql<Category>(tree),
    save: ({ slug, name, parent }) =>
      database.transaction(async (unit) => {
        // Two moves at once could each be right and together make a ring, so they take turns.
        await unit.em.execute('lock table categories in share row exclusive mode', [], 'run');
        const [before] = await unit.em.execute<Category[]>('select slug, name, parent from categories where slug = ?', [slug]);
        if (before?.name === name && before.parent === parent) return;
        if (parent !== null) {
          const [found] = await unit.em.execute<{ known: boolean; below: boolean }[]>(
            `${below} select exists (select 1 from categories where slug = ?) as known, exists (select 1 from wanted where slug = ?) as below`,
            [slug, parent, parent],
          );
          if (found?.known !== true) throw new NoTree(`${parent} is not a category`);
          if (found.below) throw new NoTree(`${parent} is below ${slug} itself`);
        }
        await unit.em.execute(
          `insert into categories (slug, name, parent) values (?, ?, ?) on conflict (slug) do update set name = excluded.name, parent = excluded.parent`,
          [slug, name, parent],
          'run',
        );
        // Products are found by the names of all categories above them.
        const within = `${below} select id from products where category in (select slug from wanted)`;
        const products = await unit.em.execute<{ id: string }[]>(within, [slug]);
        await queueForIndex(
          unit,
          products.map(({ id }) => id),
        );
        if (products.length > 0) unit.afterCommit(changed);
      }),
    async remove(slug) {
      try {
        return (await database.sql<object>('delete from categories where slug = ? returning slug', [slug])).length > 0;
      } catch (error) {
        if ((error as { code?: string }).code !== '23503') throw error;
        throw new NoTree(`Products or other categories are in ${slug}`, { cause: error });
      }
    },
    async mark(slug, importId) {
      await database.sql('update categories set imported_by = ? where slug = ?', [importId, slug]);
    },
    async removeOthers(importId) {
      const unused = `not exists (select 1 from products p where p.category = c.slug) and not exists (select 1 from categories b where b.parent = c.slug)`;
      const removed: string[] = [];
      // From the leaves inwards.
      for (;;) {
        const others = `delete from categories c where imported_by is distinct from ? and ${unused} returning slug`;
        const gone = await database.sql<{ slug: string }>(others, [importId]);
        if (gone.length === 0) return removed;
        removed.push(...gone.map(({ slug }) => slug));
      }
    },
    async counts() {
      const rows = await database.sql<{ category: string; products: number }>(
        `select category, count(*)::int as products from products where status = 'published' group by category`,
      );
      return new Map(rows.map(({ category, products }) => [category, products]));
    },
  };
}
