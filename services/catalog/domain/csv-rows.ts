import type { FieldError } from '@cartwright/kernel/http/problem';
import { fromCell, fromListCell, toCell, toListCell } from './csv-cells.ts';

/** What a row begins. Further variants of a product follow it, with its slug. */
export const csvColumns = [
  ...['type', 'slug', 'title', 'description', 'brand', 'category', 'sellerId', 'currency', 'tags', 'images', 'status', 'publishAt'],
  ...['attributes', 'sku', 'variantTitle', 'price', 'compareAt', 'options', 'barcode', 'weightGrams', 'reviews', 'schema'],
] as const;
export type CsvColumn = (typeof csvColumns)[number];

export type Row = Readonly<Partial<Record<CsvColumn, string>>>;

const texts = ['slug', 'title', 'description', 'brand', 'category', 'sellerId', 'currency', 'status', 'publishAt'] as const;
const lists = ['tags', 'images'] as const;
const json = ['attributes', 'reviews'] as const;
const variantCells = [
  ['sku', 'sku', 'text'],
  ['variantTitle', 'title', 'text'],
  ['price', 'price', 'number'],
  ['compareAt', 'compareAt', 'number'],
  ['options', 'options', 'json'],
  ['barcode', 'barcode', 'text'],
  ['weightGrams', 'weightGrams', 'number'],
] as const;
const required: readonly string[] = ['description', 'brand'];

/** Names of the columns that the first line tells, or what is wrong with it. */
export function readColumns(cells: readonly string[]): CsvColumn[] | FieldError[] {
  const names = cells.map((cell) => cell.trim());
  const unknown = names.filter((name) => !csvColumns.some((column) => column === name));
  if (unknown.length > 0)
    return unknown.map((name) => ({ field: name === '' ? '/' : name, rule: 'unknown', message: 'is no column that is known' }));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return [{ field: twice, rule: 'unique', message: 'stands twice' }];
  return names.includes('slug') ? (names as CsvColumn[]) : [{ field: 'slug', rule: 'required', message: 'is required' }];
}

/** Whether a row goes on with the product that the row before belongs to. */
export function continues(row: Row, before: Row): boolean {
  return kindOf(row) === 'product' && kindOf(before) === 'product' && (row.slug ?? '') !== '' && row.slug === before.slug;
}

function kindOf({ type = '' }: Row): string {
  return type === '' ? 'product' : type;
}

/** What the rows of one record mean, as a line of NDJSON would say it: a category, or a product with its variants. Throws Unreadable. */
export function valueOf(rows: readonly Row[]): unknown {
  const [first = {}] = rows;
  const kind = kindOf(first);
  if (kind === 'category') {
    const { slug = '', title = '', category = '', schema = '' } = first;
    const parent = category === '' ? null : category;
    return { category: { slug, name: fromCell(title), parent, ...(schema === '' ? {} : { schema: parsed('schema', schema) }) } };
  }
  if (kind !== 'product') throw new Unreadable('/type', 'enum', 'must be product or category');
  const value: Record<string, unknown> = {};
  for (const name of texts) {
    const cell = first[name] ?? '';
    if (cell !== '' || required.includes(name)) value[name] = fromCell(cell);
  }
  for (const name of lists) if ((first[name] ?? '') !== '') value[name] = parsed(name, first[name] ?? '', fromListCell);
  for (const name of json) if ((first[name] ?? '') !== '') value[name] = parsed(name, first[name] ?? '');
  return { ...value, variants: rows.map(variantOf) };
}

function variantOf(row: Row, index: number): Record<string, unknown> {
  const variant: Record<string, unknown> = {};
  for (const [column, name, kind] of variantCells) {
    const cell = row[column] ?? '';
    if (cell === '') continue;
    const field = `variants/${String(index)}/${name}`;
    variant[name] = kind === 'text' ? fromCell(cell) : kind === 'json' ? parsed(field, cell) : number(cell);
  }
  return variant;
}

/** What is no number stays text, so that the schema says what is wrong with it. */
function number(cell: string): number | string {
  return /^-?\d{1,15}(?:\.\d{1,10})?$/.test(cell.trim()) ? Number(cell) : cell;
}

function parsed(field: string, cell: string, read: (cell: string) => unknown = JSON.parse): unknown {
  try {
    return read(cell);
  } catch {
    throw new Unreadable(`/${field}`, 'json', 'is not valid JSON');
  }
}

/** Thrown by valueOf: a cell cannot be read. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly error: FieldError;

  constructor(field: string, rule: string, message: string) {
    super(`${field} ${message}`);
    this.error = { field, rule, message };
  }
}

type Fields = Readonly<Record<string, unknown>>;
export type ExportedProduct = Fields & { readonly variants: readonly Fields[] };

/** A product as rows; what an import reads of them is the product again. */
export function rowsOf({ variants, ...product }: ExportedProduct): Row[] {
  const textOf = (value: unknown): string => toCell(typeof value === 'string' ? value : '');
  return variants.map((variant, index) => {
    const row: Partial<Record<CsvColumn, string>> = { slug: textOf(product['slug']) };
    for (const [column, name, kind] of variantCells) {
      const value = variant[name];
      if (value === undefined || (kind === 'json' && Object.keys(value as object).length === 0)) continue;
      row[column] = kind === 'text' ? textOf(value) : JSON.stringify(value);
    }
    if (index > 0) return row;
    row.type = 'product';
    for (const name of texts) if (product[name] !== undefined) row[name] = textOf(product[name]);
    for (const name of lists) if (product[name] !== undefined) row[name] = toListCell(product[name] as unknown[]);
    for (const name of json) if (product[name] !== undefined) row[name] = JSON.stringify(product[name]);
    return row;
  });
}

export function categoryRow({ slug, name, parent, schema }: { slug: string; name: string; parent: string | null; schema?: unknown }): Row {
  return {
    ...{ type: 'category', slug, title: toCell(name) },
    ...(parent === null ? {} : { category: parent }),
    ...(schema === undefined ? {} : { schema: JSON.stringify(schema) }),
  };
}
