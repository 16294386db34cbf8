import type { Database } from '@cartwright/kernel/postgres/database';
import type { Categories, Category } from '../ports.ts';

export function categoriesIn(database: Database): Categories {
  return {
    list: () => database.sql<Category>('select slug, name, parent from categories order by parent nulls first, position, name'),
    async save({ slug, name, parent }) {
      await database.sql(
        `insert into categories (slug, name, parent) values (?, ?, ?) on conflict (slug) do update set name = excluded.name, parent = excluded.parent`,
        [slug, name, parent],
      );
    },
  };
}
