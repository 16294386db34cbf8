import { Readable } from 'node:stream';
import { categoryRow, csvColumns, rowsOf } from '@cartwright/catalog/domain/csv-rows';
import type { ExportedProduct } from '@cartwright/catalog/domain/csv-rows';
import type { Stack } from '../stack.ts';
import { serviceUrl, staffToken } from './staff.ts';

const finishes = [
  'Walnut',
  'Oak',
  'Steel',
  'Linen',
  'Wool',
  'Copper',
  'Cotton',
  'Ceramic',
  'Glass',
  'Leather',
  'Bamboo',
  'Felt',
  'Marble',
  'Cork',
];
const things = [
  'Lamp',
  'Chair',
  'Table',
  'Blanket',
  'Pillow',
  'Kettle',
  'Mug',
  'Bowl',
  'Shelf',
  'Backpack',
  'Jacket',
  'Notebook',
  'Rug',
  'Mirror',
];
const styles = [
  'Desk',
  'Garden',
  'Travel',
  'Kitchen',
  'Bedside',
  'Folding',
  'Round',
  'Tall',
  'Small',
  'Heavy',
  'Light',
  'Classic',
  'Stacking',
];
const makers = ['Nightjar', 'Harbour', 'Ember', 'Squall', 'Heron', 'Fjord', 'Juniper', 'Quarry', 'Saltmarsh', 'Tern', 'Larch', 'Meadow'];
const shelves = ['wide-living', 'wide-kitchen', 'wide-bedroom', 'wide-outdoors', 'wide-travel', 'wide-office'];

export type FileFormat = 'ndjson' | 'csv';

/** How many products there were when it was done, and how long it took until searches found them. */
export interface Widened {
  readonly products: number;
  readonly imported: number;
  readonly importSeconds: number;
  readonly searchableSeconds: number;
}

/** What searches of a run look for: words that many of the made-up products have, with filters that leave some. */
export function wideSearch(number: number): { q: string; category: string; minPrice: number; maxPrice: number } {
  const minPrice = (number % 20) * 500;
  return {
    q: `${pick(finishes, number)} ${pick(things, number * 5)}`,
    category: pick(shelves, number * 7),
    minPrice,
    maxPrice: minPrice + 20_000,
  };
}

/** What somebody has typed of a product's title so far; in each fifth one a letter is another. */
export function wideTyping(number: number): string {
  const text = `${pick(finishes, number)} ${pick(styles, number * 3)} ${pick(things, number * 5)}`.slice(0, 3 + (number % 12)).trim();
  return number % 5 === 0 && text.length > 4 ? `${text.slice(0, 3)}x${text.slice(4)}` : text;
}

/** How many products searches find. */
export async function searchable(stack: Stack): Promise<number> {
  const response = await fetch(`${serviceUrl(stack, 'catalog')}/api/catalog/search?limit=1`);
  const { total, degraded } = (await response.json()) as { total: number; degraded: boolean };
  return degraded ? 0 : total;
}

/** Imports made-up products through the service until there are so many, and waits until searches find them. */
export async function widen(stack: Stack, wanted: number): Promise<Widened> {
  const there = await searchable(stack);
  if (there >= wanted) return { products: there, imported: 0, importSeconds: 0, searchableSeconds: 0 };
  return importMadeUp(stack, wanted - there, 'ndjson');
}

/** Imports so many made-up products that were never there before, as one file that is sent as a stream, and waits until searches find them all. */
export async function importMadeUp(stack: Stack, count: number, format: FileFormat): Promise<Widened> {
  const there = await searchable(stack);
  const authorization = await staffToken(stack);
  const began = performance.now();
  const response = await fetch(`${serviceUrl(stack, 'catalog')}/api/catalog/import`, {
    method: 'POST',
    headers: { 'content-type': format === 'csv' ? 'text/csv' : 'application/x-ndjson', authorization },
    body: Readable.toWeb(Readable.from(fileOf(format, count))) as ReadableStream<Uint8Array>,
    duplex: 'half',
  });
  const report = (await response.json()) as { created: number; failed: number };
  if (!response.ok || report.created !== count) throw new Error(`The import went wrong: ${JSON.stringify(report).slice(0, 500)}`);
  const importSeconds = (performance.now() - began) / 1000;
  let products = await searchable(stack);
  for (; products < there + count; products = await searchable(stack)) await new Promise((done) => setTimeout(done, 250));
  return { products, imported: report.created, importSeconds, searchableSeconds: (performance.now() - began) / 1000 };
}

/** A file of the shelves and so many products, piece by piece. Slugs and SKUs are of this run alone. */
export function* fileOf(format: FileFormat, count: number): Generator<Buffer> {
  const run = Date.now().toString(36);
  const wide = { slug: 'wide', name: 'Wide', parent: null };
  const categories = [wide, ...shelves.map((slug) => ({ slug, name: slug.replace('wide-', ''), parent: wide.slug }))];
  if (format === 'csv') yield csvLine(csvColumns);
  for (const category of categories) yield format === 'csv' ? csvLine(cellsOf(categoryRow(category))) : line({ category });
  for (let number = 0; number < count; number++) {
    const made = madeUp(run, number);
    yield format === 'csv' ? Buffer.concat(rowsOf(made).map((row) => csvLine(cellsOf(row)))) : line(made);
  }
}

function line(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function cellsOf(row: Readonly<Partial<Record<(typeof csvColumns)[number], string>>>): string[] {
  return csvColumns.map((column) => row[column] ?? '');
}

function csvLine(cells: readonly string[]): Buffer {
  const quoted = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return Buffer.from(`${quoted.join(',')}\n`);
}

/** A product of a run, as a file has it. */
export function madeUp(run: string, number: number): ExportedProduct {
  const [finish, style, thing] = [pick(finishes, number), pick(styles, number * 3 + 1), pick(things, Math.floor(number / 14))];
  const maker = pick(makers, Math.floor(number / 5));
  return {
    slug: `wide-${run}-${String(number)}`,
    title: `${finish} ${style} ${thing} ${String(number)}`,
    description: `A ${style.toLowerCase()} ${thing.toLowerCase()} of ${finish.toLowerCase()}, made by ${maker}. It lasts, and it can be mended.`,
    brand: maker,
    category: pick(shelves, Math.floor(number / 3)),
    tags: [finish.toLowerCase(), style.toLowerCase()],
    attributes: { material: finish, waterproof: number % 3 === 0 },
    variants: [{ sku: `WIDE-${run.toUpperCase()}-${String(number)}`, price: 500 + ((number * 7919) % 40_000) }],
  };
}

function pick(words: readonly string[], number: number): string {
  return words[number % words.length] ?? '';
}
