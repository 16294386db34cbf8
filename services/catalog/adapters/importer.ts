import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FieldError } from '@cartwright/kernel/http/problem';
import { v5, v7 } from 'uuid';
import { readImportLine } from '../domain/import-line.ts';
import type { ProductLine } from '../domain/import-line.ts';
import { toProduct } from '../domain/product.ts';
import { NoCategory, NoTree, Outdated, Taken } from '../ports.ts';
import type { Categories, Documents, ImportedReview, Products, Sales } from '../ports.ts';
import { linesOf, longestLineBytes } from './lines.ts';

export interface LineError {
  /** From 1. */
  readonly line: number;
  readonly errors: readonly FieldError[];
}

export interface ImportReport {
  readonly lines: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
  /** How many lines were refused; the first hundred are described. */
  readonly failed: number;
  readonly errors: readonly LineError[];
}

export interface ImporterParts {
  readonly products: Products;
  readonly categories: Categories;
  readonly documents: Documents;
  readonly sales: Sales;
}

const atATime = 4;
const mostErrors = 100;
const reviewNamespace = '6f6f4a70-1b51-5f0e-9b0c-0e2f6f0c1a11';

/**
 * Loads NDJSON line by line, so that a file of any size needs little memory. Each product is a transaction of its own: a line that is refused
 * changes nothing, and the others go on. With `replace`, products that the file does not name are removed, unless a line was refused.
 */
export async function importProducts(
  stream: Readable,
  replace: boolean,
  { products, categories, documents, sales }: ImporterParts,
): Promise<ImportReport> {
  const count = { lines: 0, created: 0, updated: 0, unchanged: 0, removed: 0, failed: 0 };
  const errors: LineError[] = [];
  const kept = new Set<string>();
  const named = new Set<string>();
  const firstLine = new Map<string, number>();
  const running = new Set<Promise<void>>();

  const refuse = (line: number, why: readonly FieldError[]): void => {
    count.failed++;
    if (errors.length < mostErrors) errors.push({ line, errors: why });
  };

  /** A slug or a SKU stands in one line; which of two would win depended on chance. */
  function standsAlready(line: number, { slug, variants }: ProductLine): FieldError | undefined {
    const names = [{ field: '/slug', name: slug, key: `slug ${slug}` }].concat(
      variants.map(({ sku }, at) => ({ field: `/variants/${String(at)}/sku`, name: sku, key: `sku ${sku}` })),
    );
    for (const { field, name, key } of names) {
      const first = firstLine.get(key);
      if (first !== undefined) return { field, rule: 'unique', message: `${name} stands in line ${String(first)} already` };
    }
    for (const { key } of names) firstLine.set(key, line);
    return undefined;
  }

  async function load({ reviews = [], ...product }: ProductLine): Promise<void> {
    const known = await products.idOfSlug(product.slug);
    // A file that replaces everything may give a product another slug: it is found by its SKU.
    const renamed = known === undefined && replace ? await products.idOfSku(product.variants[0]?.sku ?? '') : undefined;
    const existing = known ?? (renamed !== undefined && kept.has(renamed) ? undefined : renamed);
    const id = existing ?? v7();
    kept.add(id);
    const attributes = product.attributes ?? {};
    const { outcome } = await products.save(toProduct(id, product), attributes, {
      expected: existing === undefined ? 'new' : 'existing',
      beforeCommit: async () => {
        await documents.setAttributes(id, attributes);
        await documents.replaceImportedReviews(
          id,
          reviews.map((review, index) => importedReview(id, review, index)),
        );
        return documents.ratingOf(id);
      },
    });
    count[outcome]++;
  }

  async function loadOrRefuse(line: number, product: ProductLine): Promise<void> {
    try {
      await load(product).catch((error: unknown) => {
        if (error instanceof Outdated) return load(product); // removed or made by somebody else meanwhile
        throw error;
      });
    } catch (error) {
      const refused = refusalOf(error, product);
      if (refused === undefined) throw error;
      refuse(line, [refused]);
    }
  }

  for await (const text of linesOf(stream)) {
    const line = ++count.lines;
    if (text === undefined) {
      refuse(line, [{ field: '/', rule: 'text', message: `must be UTF-8, and at most ${String(longestLineBytes)} bytes` }]);
      continue;
    }
    if (text.trim() === '') continue;
    const read = readImportLine(text);
    if (!('type' in read)) refuse(line, read);
    else if (read.type === 'category') {
      named.add(read.category.slug);
      try {
        await categories.save(read.category);
      } catch (error) {
        if (!(error instanceof NoTree)) throw error;
        refuse(line, [{ field: '/category/parent', rule: 'tree', message: error.message }]);
      }
    } else {
      const twice = standsAlready(line, read.product);
      if (twice !== undefined) {
        refuse(line, [twice]);
        continue;
      }
      const job = loadOrRefuse(line, read.product);
      running.add(job);
      void job.finally(() => running.delete(job)).catch(() => undefined);
      if (running.size >= atATime) await Promise.race(running);
    }
  }
  await Promise.all(running);
  if (replace && count.failed === 0) {
    const removed = await products.keepOnly([...kept]);
    count.removed = removed.length;
    await documents.forget(removed.map(({ id }) => id));
    await categories.keepOnly([...named]);
    await sales.end(removed);
  }
  errors.sort((a, b) => a.line - b.line);
  return { ...count, errors };
}

function refusalOf(error: unknown, { category }: ProductLine): FieldError | undefined {
  if (error instanceof NoCategory) return { field: '/category', rule: 'exists', message: `${category} is not a category` };
  if (!(error instanceof Taken)) return undefined;
  return { field: error.field === 'sku' ? '/variants' : '/slug', rule: 'unique', message: `${error.value} is taken by another product` };
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
