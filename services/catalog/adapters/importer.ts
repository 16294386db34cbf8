import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { FieldError } from '@cartwright/kernel/http/problem';
import type { CategoryOfLine, ProductLine } from '../domain/import-line.ts';
import { NoCategory, NoMedia, NoTree, Taken } from '../ports.ts';
import type { AttributeRules, AttributeSchemas, Categories, Products, Sales } from '../ports.ts';
import { batchesOf } from './batches.ts';
import { writeBatch } from './import-batch.ts';
import type { BatchParts, ProductAtLine } from './import-batch.ts';
import { BrokenFile, csvRecords, ndjsonRecords } from './import-records.ts';
import type { ImportRecord } from './import-records.ts';
import type { ImportProgress, Imports, LineError, NewImport } from './imports-in-postgres.ts';
import { refusalOf } from './product-rows.ts';

export interface ImporterParts extends BatchParts {
  readonly products: Products;
  readonly categories: Categories;
  readonly schemas: AttributeSchemas;
  readonly rules: AttributeRules;
  readonly imports: Imports;
  readonly sales: Sales;
}

/** A file, or a piece of one. */
export interface Upload extends NewImport {
  /** The line of the file that the upload begins with, from 1. */
  readonly from: number;
  /** Whether another piece follows. */
  readonly more: boolean;
}

/** Thrown by importProducts: the upload does not go on with the import. Nothing was done. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
  readonly reason: 'import_busy' | 'other_import' | 'other_file' | 'gap';

  constructor(reason: ImportRefused['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** So many records are one transaction, or fewer where they are large: what is in memory at a time has a bound. */
const batch = { items: 100, weight: 1024 * 1024, weigh: ({ text }: ImportRecord) => text.length };
const mostTries = 3;

/**
 * Loads a file record by record, so that one of any size needs little memory; the stream waits while the databases work. Records are written in
 * batches, and how far the import has come is committed with them: no line is half imported, and the same file sent again goes on after the last
 * line done. With `replaces`, products that the file does not name are removed at its end, unless a line was refused.
 */
export async function importProducts(stream: Readable, upload: Upload, parts: ImporterParts): Promise<ImportProgress> {
  const { imports } = parts;
  const { id, from, more, replaces } = upload;
  const progress = await imports.take(upload);
  if (progress === 'busy') throw new ImportRefused('import_busy', 'Another upload works on this import');
  if (progress.state === 'done') {
    stream.resume();
    return progress;
  }
  try {
    if (progress.format !== upload.format || progress.replaces !== replaces)
      throw new ImportRefused('other_import', 'The import with this id has another format, or replaces where this one does not');
    if (from > progress.lines + 1) throw new ImportRefused('gap', `The import goes on at line ${String(progress.lines + 1)}`);
    const failed = await new Import(parts, upload, progress).run(stream);
    if (!more) await imports.finish(id, replaces && failed === 0 ? await removeOthers(id, parts) : 0);
  } finally {
    await imports.release(id);
  }
  return (await imports.byId(id)) ?? progress;
}

async function removeOthers(id: string, { products, documents, categories, schemas, rules, sales }: ImporterParts): Promise<number> {
  let removed = 0;
  for (let gone = await products.removeOthers(id); gone.length > 0; gone = await products.removeOthers(id)) {
    await documents.forget(gone.map((product) => product.id));
    removed += gone.length;
    await sales.end(gone);
  }
  await schemas.forget(await categories.removeOthers(id));
  rules.forget();
  return removed;
}

type Known = ProductAtLine & { readonly record: ImportRecord };

interface Tally {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: readonly { readonly record: ImportRecord; readonly errors: readonly FieldError[] }[];
}

const nothing: Tally = { created: 0, updated: 0, unchanged: 0, refused: [] };

class Import {
  readonly #parts: ImporterParts;
  readonly #upload: Upload;
  readonly #before: ImportProgress;
  /** The last line that is done, and what was read up to it. */
  #lines: number;
  #digest: string;
  #failed: number;

  constructor(parts: ImporterParts, upload: Upload, before: ImportProgress) {
    this.#parts = parts;
    this.#upload = upload;
    this.#before = before;
    this.#lines = before.lines;
    this.#digest = before.digest;
    this.#failed = before.failed;
  }

  /** Answers how many records the import has refused by now. */
  async run(stream: Readable): Promise<number> {
    try {
      for await (const records of batchesOf(this.#newRecords(stream), batch)) await this.#load(records);
    } catch (error) {
      if (!(error instanceof BrokenFile)) throw error;
      const { line, errors } = error;
      const record = { line, lastLine: line, read: errors, text: '' };
      if (line > this.#lines) await this.#commit([record], () => Promise.resolve({ ...nothing, refused: [{ record, errors }] }));
    }
    return this.#failed;
  }

  /** Records after the last line done. What was done before has to be the same: the same file is sent again, not another one. */
  async *#newRecords(stream: Readable): AsyncGenerator<ImportRecord> {
    const { from, format, id } = this.#upload;
    const { lines: done, digest, columns } = this.#before;
    const start = { line: from, columns: from === 1 ? undefined : (columns ?? undefined) };
    const records =
      format === 'csv' ? csvRecords(stream, start, (names) => this.#parts.imports.keepColumns(id, names)) : ndjsonRecords(stream, start);
    let seen = '';
    for await (const record of records) {
      if (record.lastLine > done) {
        yield record;
        continue;
      }
      seen = chained(seen, record);
      if (from === 1 && record.lastLine === done && seen !== digest)
        throw new ImportRefused('other_file', `Up to line ${String(done)} the file is another than the one that the import began with`);
    }
  }

  /** Categories by themselves, since products after them need them; the products between them together. */
  async #load(records: readonly ImportRecord[]): Promise<void> {
    let together: ImportRecord[] = [];
    for (const record of records) {
      const { read } = record;
      if (!('type' in read) || read.type === 'product') {
        together.push(record);
        continue;
      }
      await this.#write(together);
      together = [];
      const errors = await this.#saveCategory(read.category);
      await this.#commit([record], () => Promise.resolve({ ...nothing, refused: errors.length === 0 ? [] : [{ record, errors }] }));
    }
    await this.#write(together);
  }

  async #saveCategory({ schema, ...category }: CategoryOfLine): Promise<FieldError[]> {
    const { categories, schemas, rules } = this.#parts;
    try {
      await categories.save(category);
    } catch (error) {
      if (!(error instanceof NoTree)) throw error;
      return [{ field: '/category/parent', rule: 'tree', message: error.message }];
    }
    await categories.mark(category.slug, this.#upload.id);
    if (schema !== undefined) await schemas.put(category.slug, schema);
    rules.forget();
    return [];
  }

  /** A batch in which a constraint is against something is halved until the record is found that it is against; that one alone is refused. */
  async #write(records: readonly ImportRecord[], tries = 1): Promise<void> {
    if (records.length === 0) return;
    const unfit: Tally['refused'][number][] = [];
    const good: Known[] = [];
    for (const record of records) {
      const product = productOf(record);
      const errors = product === undefined ? (record.read as readonly FieldError[]) : await this.#misfits(product);
      if (product === undefined || errors.length > 0) unfit.push({ record, errors });
      else good.push({ record, line: record.line, product });
    }
    try {
      await this.#commit(records, (unit) => this.#writeGood(unit, good, unfit));
    } catch (error) {
      // Somebody else has locked the same products, or just made one of them.
      if ((isDeadlock(error) || records.length === 1) && tries < mostTries && hasCode(error)) return this.#write(records, tries + 1);
      const [only] = good;
      const refused = only && refusedBy(error, only);
      if (refused === undefined) throw error;
      if (records.length === 1) return this.#commit(records, () => Promise.resolve({ ...nothing, refused: [refused] }));
      const middle = Math.ceil(records.length / 2);
      await this.#write(records.slice(0, middle));
      await this.#write(records.slice(middle));
    }
  }

  async #misfits({ category, attributes = {} }: ProductLine): Promise<readonly FieldError[]> {
    return this.#parts.rules.check(category, attributes);
  }

  async #writeGood(unit: UnitOfWork, good: readonly Known[], unfit: Tally['refused']): Promise<Tally> {
    const { id: importId, replaces } = this.#upload;
    const outcomes = good.length === 0 ? [] : await writeBatch(unit, this.#parts, { importId, replaces }, good);
    const count = (wanted: string): number => outcomes.filter((outcome) => outcome === wanted).length;
    const repeated = good.flatMap(({ record }, at) => {
      const outcome = outcomes[at];
      return typeof outcome === 'object' ? [{ record, errors: [outcome] }] : [];
    });
    return { created: count('created'), updated: count('updated'), unchanged: count('unchanged'), refused: [...unfit, ...repeated] };
  }

  /** The work and how far the import has come are one transaction. */
  async #commit(records: readonly ImportRecord[], work: (unit: UnitOfWork) => Promise<Tally>): Promise<void> {
    const { database, imports } = this.#parts;
    const to = records.at(-1)?.lastLine ?? this.#lines;
    const digest = records.reduce(chained, this.#digest);
    const failed = await database.transaction(async (unit) => {
      const { refused, ...done } = await work(unit);
      const counts = { ...done, failed: refused.length };
      await imports.advance(unit, this.#upload.id, { from: this.#lines, to, digest, counts, errors: refused.flatMap(linesOf) });
      return refused.length;
    });
    this.#lines = to;
    this.#digest = digest;
    this.#failed += failed;
  }
}

function chained(digest: string, { text }: Pick<ImportRecord, 'text'>): string {
  return createHash('sha1').update(digest).update(text).digest('base64url');
}

function productOf({ read }: ImportRecord): ProductLine | undefined {
  return 'type' in read && read.type === 'product' ? read.product : undefined;
}

/** Each error at the line that it is in, where variants have lines of their own. */
function linesOf({ record, errors }: Tally['refused'][number]): LineError[] {
  const byLine = new Map<number, FieldError[]>();
  for (const error of errors) {
    const [, variant = ''] = /^\/variants\/(\d+)/.exec(error.field) ?? [];
    const line = record.variantLines?.[Number(variant)] ?? record.line;
    byLine.set(line, [...(byLine.get(line) ?? []), error]);
  }
  return [...byLine].map(([line, found]) => ({ line, errors: found }));
}

function refusedBy(error: unknown, { record, product }: Known): Tally['refused'][number] | undefined {
  const refusal = refusalOf(error, product);
  if (refusal instanceof NoCategory)
    return { record, errors: [{ field: '/category', rule: 'exists', message: `${product.category} is not a category` }] };
  if (refusal instanceof NoMedia) return { record, errors: [{ field: '/images', rule: 'exists', message: refusal.message }] };
  if (!(refusal instanceof Taken)) return undefined;
  const field = refusal.field === 'sku' ? '/variants' : '/slug';
  return { record, errors: [{ field, rule: 'unique', message: `${refusal.value} is taken by another product` }] };
}

function hasCode(error: unknown): boolean {
  return typeof (error as { code?: unknown }).code === 'string';
}

function isDeadlock(error: unknown): boolean {
  return (error as { code?: unknown }).code === '40P01';
}
