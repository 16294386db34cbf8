import type { ProductLine, ReviewInput } from '../domain/import-line.ts';
import { slugOf } from '../domain/product.ts';
import type { Attributes, VariantInput } from '../domain/product.ts';

/** A product as the files in `catalogue/` write it: short, for people. Prices are in dollars. */
export interface Entry {
  readonly title: string;
  readonly brand: string;
  readonly price: number;
  /** Options by name; a value may add to the price: `large +15`. */
  readonly options?: Readonly<Record<string, readonly (string | number)[]>>;
  readonly attributes?: Attributes;
  readonly tags?: readonly string[];
  /** Units of each variant. */
  readonly stock: number;
  readonly text: string;
  /** As in `Mira 5: Sturdy and beautifully made.` */
  readonly reviews?: readonly string[];
}

/** What is loaded: a line of the import, and what is on hand of each SKU. */
export interface Loadable {
  readonly line: ProductLine;
  readonly stock: Readonly<Record<string, number>>;
}

/** Makes a product of an entry: a variant for each combination of its options, SKUs from its title. Throws where the entry is not well written. */
export function readEntry(category: string, entry: Entry): Loadable {
  const slug = slugOf(entry.title);
  const variants = combinations(Object.entries(entry.options ?? {})).map((choices): VariantInput => {
    const extra = choices.reduce((sum, { cents }) => sum + cents, 0);
    return {
      sku: [slug, ...choices.map(({ value }) => slugOf(value))].join('-').toUpperCase().slice(0, 64),
      price: Math.round(entry.price * 100) + extra,
      ...(choices.length === 0 ? {} : { options: Object.fromEntries(choices.map(({ name, value }) => [name, value])) }),
    };
  });
  return {
    line: {
      slug,
      title: entry.title,
      description: entry.text,
      brand: entry.brand,
      category,
      tags: [...(entry.tags ?? [])],
      attributes: entry.attributes ?? {},
      variants,
      reviews: (entry.reviews ?? []).map((text, index) => readReview(entry.title, text, index)),
    },
    stock: Object.fromEntries(variants.map(({ sku }) => [sku, entry.stock])),
  };
}

interface Choice {
  readonly name: string;
  readonly value: string;
  readonly cents: number;
}

function combinations(options: readonly (readonly [string, readonly (string | number)[]])[]): Choice[][] {
  return options.reduce<Choice[][]>(
    (found, [name, values]) => found.flatMap((chosen) => values.map((value) => [...chosen, readChoice(name, String(value))])),
    [[]],
  );
}

function readChoice(name: string, text: string): Choice {
  const [, value = text, dollars = '0'] = /^(.*?) \+(\d+(?:\.\d\d?)?)$/.exec(text) ?? [];
  return { name, value, cents: Math.round(Number(dollars) * 100) };
}

function readReview(title: string, text: string, index: number): ReviewInput {
  const [, author, rating, words] = /^(.{1,40}?) ([1-5]): (.+)$/s.exec(text) ?? [];
  if (author === undefined || rating === undefined || words === undefined)
    throw new Error(`${title}: a review is written like "Mira 5: Sturdy.", not "${text}"`);
  const day = String(1 + ((title.length * 7 + index * 11) % 28)).padStart(2, '0');
  return { author, rating: Number(rating), text: words, createdAt: `2026-0${String(1 + ((title.length + index) % 9))}-${day}T12:00:00Z` };
}
