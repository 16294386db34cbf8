import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { CategoryInput } from '../domain/import-line.ts';
import { readEntry } from './entry.ts';
import type { Entry, Loadable } from './entry.ts';

const folder = join(import.meta.dirname, 'catalogue');

export interface Catalogue {
  /** Parents before their children. */
  readonly categories: readonly CategoryInput[];
  readonly products: readonly Loadable[];
}

/** The project's own catalogue: `categories.yaml`, and one file a category with its products. */
export function readOwnCatalogue(): Catalogue {
  const categories = parse(readFileSync(join(folder, 'categories.yaml'), 'utf8')) as CategoryInput[];
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'categories.yaml');
  const products = files.sort().flatMap((name) => {
    const entries = parse(readFileSync(join(folder, name), 'utf8')) as Entry[];
    return entries.map((entry) => readEntry(name.replace(/\.yaml$/, ''), entry));
  });
  return { categories, products };
}
