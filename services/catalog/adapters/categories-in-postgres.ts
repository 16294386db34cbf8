import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { CategoryTaken, NoTree } from '../ports.ts';
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
        await unit.em.execute('delete from former_category_slugs where slug = ?', [slug], 'run');
        if ((await queueWithin(unit, slug)) > 0) unit.afterCommit(changed);
      }),
    rename: (slug, to, move) =>
      database.transaction(async (unit) => {
        await unit.em.execute('lock table categories in share row exclusive mode', [], 'run');
        const taken = await unit.em.execute<object[]>('select 1 from categories where slug = ?', [to]);
        const rows = await unit.em.execute<object[]>('select 1 from categories where slug = ?', [slug]);
        if (rows.length === 0) return false;
        if (slug === to) return true;
        if (taken.length > 0) throw new CategoryTaken(`${to} is another category`);
        // Where products are written meanwhile, by an import say, they are locked in the order of ids, as there.
        await unit.em.execute('select 1 from products where category = ? order by id for update', [slug]);
        await unit.em.execute('update categories set slug = ? where slug = ?', [to, slug], 'run');
        await unit.em.execute('delete from former_category_slugs where slug = ?', [to], 'run');
        await unit.em.execute('insert into former_category_slugs (slug, category) values (?, ?)', [slug, to], 'run');
        // Another content, of which no cache knows. Others are told by the product's next event: none of them looks at categories.
        await unit.em.execute(`update products set revision = revision + 1, content_hash = '' where category = ?`, [to], 'run');
        await queueWithin(unit, to);
        await move();
        unit.afterCommit(changed);
        return true;
      }),
    async successorOf(slug) {
      const [row] = await database.sql<{ category: string }>('select category from former_category_slugs where slug = ?', [slug]);
      return row?.category;
    },
    async formerSlugs() {
      const rows = await database.sql<{ category: string; slugs: string[] }>(
        'select category, array_agg(slug order by slug) as slugs from former_category_slugs group by category',
      );
      return new Map(rows.map(({ category, slugs }) => [category, slugs]));
    },
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

/** Products in a category and below are found by the slugs and names of all categories above them. Answers how many there are. */
async function queueWithin(unit: UnitOfWork, slug: string): Promise<number> {
  const within = `${below} select id from products where category in (select slug from wanted)`;
  const products = await unit.em.execute<{ id: string }[]>(within, [slug]);
  await queueForIndex(
    unit,
    products.map(({ id }) => id),
  );
  return products.length;
}
