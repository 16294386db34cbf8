import { createHash } from 'node:crypto';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { FieldError } from '@cartwright/kernel/http/problem';
import { v5, v7 } from 'uuid';
import type { ProductLine } from '../domain/import-line.ts';
import { contentHash, toProduct } from '../domain/product.ts';
import type { Attributes, NewProduct } from '../domain/product.ts';
import type { Documents, ImportedReview, Rating } from '../ports.ts';
import { queueForIndex } from './products-in-postgres.ts';
import { beforeColumns, writeProducts } from './product-rows.ts';
import type { Before } from './product-rows.ts';

export interface ProductAtLine {
  readonly line: number;
  readonly product: ProductLine;
}

export interface BatchParts {
  readonly database: Database;
  readonly documents: Documents;
  readonly changed: (ids: readonly string[]) => void;
}

export type LineOutcome = 'created' | 'updated' | 'unchanged' | FieldError;

interface Known extends Before {
  readonly rated: boolean;
  readonly importedBy: string | null;
  readonly importedLine: number | null;
}

interface Write {
  readonly at: number;
  readonly product: NewProduct;
  readonly attributes: Attributes;
  readonly reviews: NonNullable<ProductLine['reviews']>;
  readonly before: Known | undefined;
  readonly hash: string;
}

const reviewNamespace = '6f6f4a70-1b51-5f0e-9b0c-0e2f6f0c1a11';
const knownColumns = `${beforeColumns}, rating_count > 0 as rated, imported_by as "importedBy", imported_line as "importedLine"`;
const listed = 'in (select value from jsonb_array_elements_text(?::jsonb))';

/**
 * Writes products of a file, all in the transaction of `unit`, by a few statements however many they are. Answers what became of each line; where a
 * constraint is against one of them, it throws what the database says, and none is written.
 */
export async function writeBatch(
  unit: UnitOfWork,
  { documents, changed }: BatchParts,
  { importId, replaces }: { readonly importId: string; readonly replaces: boolean },
  lines: readonly ProductAtLine[],
): Promise<LineOutcome[]> {
  const outcomes: LineOutcome[] = [];
  const repeated = repeatedIn(lines, await namedBefore(unit, importId, lines));
  const fresh = lines.flatMap((line, at) => (repeated.has(at) ? [] : [{ ...line, at }]));
  const known = await knownProducts(unit, fresh, { importId, replaces });
  const writes = fresh.map(({ product: { reviews = [], ...input }, at }): Write => {
    const before = known.get(at);
    const product = toProduct(before?.id ?? v7(), input);
    const attributes = input.attributes ?? {};
    return { at, product, attributes, reviews, before, hash: contentHash(product, attributes) };
  });

  const different = writes.filter(({ before, hash }) => before?.contentHash !== hash);
  await writeProducts(
    unit,
    different.map(({ product, before, hash }) => ({ product, before, hash })),
  );
  await markNamed(unit, importId, writes, lines);
  await documents.setAttributesOf(new Map(writes.map(({ product, attributes }) => [product.id, attributes])));
  const rated = await writeReviews(unit, documents, writes);
  const touched = [...new Set([...different.map(({ product }) => product.id), ...rated])];
  await queueForIndex(unit, touched);
  unit.afterCommit(() => {
    if (touched.length > 0) changed(touched);
  });

  for (const [at, error] of repeated) outcomes[at] = error;
  for (const { at, before, hash } of writes)
    outcomes[at] = before === undefined ? 'created' : before.contentHash === hash ? 'unchanged' : 'updated';
  return outcomes;
}

/** Slugs and SKUs that the file has named in earlier batches, and where. */
async function namedBefore(unit: UnitOfWork, importId: string, lines: readonly ProductAtLine[]): Promise<Map<string, number>> {
  const slugs = lines.map(({ product }) => product.slug);
  const skus = lines.flatMap(({ product }) => product.variants.map(({ sku }) => sku));
  const rows = await unit.em.execute<{ name: string; line: number }[]>(
    `select 'slug ' || slug as name, imported_line as line from products where slug ${listed} and imported_by = ?
     union all select 'sku ' || v.sku, p.imported_line from variants v join products p on p.id = v.product_id where v.sku ${listed} and p.imported_by = ?`,
    [JSON.stringify(slugs), importId, JSON.stringify(skus), importId],
  );
  return new Map(rows.map(({ name, line }) => [name, line]));
}

/** A slug or a SKU stands in one line; which of two would win depended on chance. */
function repeatedIn(lines: readonly ProductAtLine[], first: Map<string, number>): Map<number, FieldError> {
  const repeated = new Map<number, FieldError>();
  for (const [at, { line, product }] of lines.entries()) {
    const names = [{ field: '/slug', name: product.slug, key: `slug ${product.slug}` }].concat(
      product.variants.map(({ sku }, index) => ({ field: `/variants/${String(index)}/sku`, name: sku, key: `sku ${sku}` })),
    );
    const twice = names.find(({ key }) => first.has(key));
    if (twice === undefined) for (const { key } of names) first.set(key, line);
    else {
      const message = `${twice.name} stands in line ${String(first.get(twice.key))} already`;
      repeated.set(at, { field: twice.field, rule: 'unique', message });
    }
  }
  return repeated;
}

/** Products that the lines mean, locked, by the lines' places. A file that replaces everything may give one another slug: it is found by its SKU. */
async function knownProducts(
  unit: UnitOfWork,
  lines: readonly (ProductAtLine & { readonly at: number })[],
  { importId, replaces }: { readonly importId: string; readonly replaces: boolean },
): Promise<Map<number, Known>> {
  const slugs = JSON.stringify(lines.map(({ product }) => product.slug));
  const found = await unit.em.execute<Known[]>(`select ${knownColumns} from products where slug ${listed} order by id for update`, [slugs]);
  const bySlug = new Map(found.map((known) => [known.slug, known]));
  const known = new Map<number, Known>();
  for (const { at, product } of lines) {
    const before = bySlug.get(product.slug);
    if (before !== undefined) known.set(at, before);
  }
  const unknown = replaces ? lines.filter(({ at }) => !known.has(at)) : [];
  if (unknown.length === 0) return known;
  const skus = JSON.stringify(unknown.map(({ product }) => product.variants[0]?.sku ?? ''));
  const renamed = await unit.em.execute<(Known & { sku: string })[]>(
    `select v.sku, ${knownColumns.replaceAll(/(^|, )(?=id|slug|status|revision|version|content|rating|imported)/g, '$1p.')}
     from variants v join products p on p.id = v.product_id where v.sku ${listed} and p.imported_by is distinct from ? order by p.id for update of p`,
    [skus, importId],
  );
  const taken = new Set([...known.values()].map(({ id }) => id));
  const bySku = new Map(renamed.map((product) => [product.sku, product]));
  for (const { at, product } of unknown) {
    const before = bySku.get(product.variants[0]?.sku ?? '');
    if (before === undefined || taken.has(before.id)) continue;
    taken.add(before.id);
    known.set(at, before);
  }
  return known;
}

async function markNamed(unit: UnitOfWork, importId: string, writes: readonly Write[], lines: readonly ProductAtLine[]): Promise<void> {
  await unit.em.execute(
    `update products p set imported_by = ?, imported_line = n.line from jsonb_to_recordset(?::jsonb) as n(id uuid, line int) where p.id = n.id`,
    [importId, JSON.stringify(writes.map(({ at, product }) => ({ id: product.id, line: lines[at]?.line })))],
    'run',
  );
}

/** Reviews of the lines that have some, or whose product had some; answers products whose rating is another now. */
async function writeReviews(unit: UnitOfWork, documents: Documents, writes: readonly Write[]): Promise<string[]> {
  const ratings: (Rating & { id: string })[] = [];
  for (const { product, reviews, before } of writes) {
    if (reviews.length === 0 && before?.rated !== true) continue;
    const { id } = product;
    await documents.replaceImportedReviews(
      id,
      reviews.map((review, index) => importedReview(id, review, index)),
    );
    ratings.push({ id, ...(await documents.ratingOf(id)) });
  }
  if (ratings.length === 0) return [];
  const rows = await unit.em.execute<{ id: string }[]>(
    `update products p set rating_sum = r.sum, rating_count = r.count from jsonb_to_recordset(?::jsonb) as r(id uuid, sum int, count int)
     where p.id = r.id and (p.rating_sum, p.rating_count) is distinct from (r.sum, r.count) returning p.id`,
    [JSON.stringify(ratings)],
  );
  return rows.map(({ id }) => id);
}

/** The id follows from the content, so that the same file makes the same reviews. */
function importedReview(
  productId: string,
  { author, rating, title, text, createdAt }: NonNullable<ProductLine['reviews']>[number],
  index: number,
): ImportedReview {
  const key = createHash('sha256')
    .update(JSON.stringify([productId, index, author, rating, title, text, createdAt]))
    .digest('hex');
  return {
    id: v5(key, reviewNamespace),
    productId,
    author,
    rating,
    title: title ?? null,
    text,
    createdAt: createdAt ?? '2026-01-01T00:00:00Z',
  };
}
