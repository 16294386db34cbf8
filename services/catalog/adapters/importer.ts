import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { FieldError } from '@cartwright/kernel/http/problem';
import { v5, v7 } from 'uuid';
import { readImportLine } from '../domain/import-line.ts';
import type { ProductLine } from '../domain/import-line.ts';
import { toProduct } from '../domain/product.ts';
import { Taken } from '../ports.ts';
import type { Categories, Documents, Products, Review } from '../ports.ts';

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
  { products, categories, documents }: ImporterParts,
): Promise<ImportReport> {
  const count = { lines: 0, created: 0, updated: 0, unchanged: 0, removed: 0, failed: 0 };
  const errors: LineError[] = [];
  const kept: string[] = [];
  const known = new Set((await categories.list()).map(({ slug }) => slug));
  const running = new Set<Promise<void>>();

  const refuse = (line: number, why: readonly FieldError[]): void => {
    count.failed++;
    if (errors.length < mostErrors) errors.push({ line, errors: why });
  };

  async function load(line: number, input: ProductLine): Promise<void> {
    if (!known.has(input.category)) {
      refuse(line, [{ field: '/category', rule: 'exists', message: `${input.category} is not a category` }]);
      return;
    }
    const { reviews = [], ...product } = input;
    const id = (await products.idOfSlug(product.slug)) ?? v7();
    try {
      const attributes = product.attributes ?? {};
      // Documents first: they are found by the product only, so nobody sees them before it commits.
      await documents.setAttributes(id, attributes);
      await documents.replaceImportedReviews(
        id,
        reviews.map((review, index) => importedReview(id, review, index)),
      );
      const { outcome } = await products.save(toProduct(id, product), attributes);
      const { sum, count: number } = await documents.ratingOf(id);
      await products.setRating(id, sum, number);
      count[outcome]++;
      kept.push(id);
    } catch (error) {
      if (!(error instanceof Taken)) throw error;
      refuse(line, [
        { field: error.field === 'sku' ? '/variants' : '/slug', rule: 'unique', message: `${error.value} is taken by another product` },
      ]);
    }
  }

  for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
    const line = ++count.lines;
    if (text.trim() === '') continue;
    const read = readImportLine(text);
    if (!('type' in read)) refuse(line, read);
    else if (read.type === 'category') {
      const { parent } = read.category;
      if (parent !== null && !known.has(parent))
        refuse(line, [{ field: '/category/parent', rule: 'exists', message: `${parent} is not a category` }]);
      else {
        await categories.save(read.category);
        known.add(read.category.slug);
      }
    } else {
      const job = load(line, read.product);
      running.add(job);
      void job.finally(() => running.delete(job)).catch(() => undefined);
      if (running.size >= atATime) await Promise.race(running);
    }
  }
  await Promise.all(running);
  if (replace && count.failed === 0) count.removed = await products.keepOnly(kept);
  errors.sort((a, b) => a.line - b.line);
  return { ...count, errors };
}

/** The id follows from the content, so that the same file makes the same reviews. */
function importedReview(
  productId: string,
  { author, rating, title, text, createdAt }: NonNullable<ProductLine['reviews']>[number],
  index: number,
): Review {
  const key = createHash('sha256')
    .update(JSON.stringify([productId, index, author, text]))
    .digest('hex');
  return {
    id: v5(key, reviewNamespace),
    productId,
    customerId: null,
    author,
    rating,
    title: title ?? null,
    text,
    createdAt: createdAt ?? '2026-01-01T00:00:00Z',
  };
}
