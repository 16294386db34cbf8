import type { Attributes, Product } from '../product.ts';
import { summaryOf } from '../product-view.ts';
import { joined, termsOf, wordsOf } from './terms.ts';

/** A category as the index shows it: its slug and its name. */
export interface Named {
  readonly slug: string;
  readonly name: string;
}

/** What Elasticsearch keeps of a product. `path` is its category and those above it. */
export function documentOf(product: Product, attributes: Attributes, path: readonly Named[]): Record<string, unknown> {
  const view = summaryOf(product);
  const title = termsOf(product.title);
  const text = (terms: readonly string[]): string => terms.join(' ');
  return {
    id: product.id,
    title: product.title,
    description: product.description,
    brand: product.brand,
    categories: path.map(({ slug }) => slug),
    terms: {
      title: text(title),
      joined: text(joined(title)),
      brand: text(termsOf(product.brand)),
      category: path.map(({ name }) => text(termsOf(name))),
      tags: product.tags.map((tag) => text(termsOf(tag))),
      attributes: [...attributeTexts(attributes), ...optionTexts(product)].map((value) => text(termsOf(value))),
      description: text(termsOf(product.description)),
    },
    spelling: [product.title, product.brand, ...path.map(({ name }) => name), ...product.tags].map(spellings),
    skus: product.variants.map(({ sku }) => sku),
    price: view.price.amount,
    ...(view.rating === null ? {} : { rating: view.rating }),
    reviewCount: view.reviewCount,
    inStock: view.inStock,
    createdAt: product.id, // version 7: ids are in the order of creation
    suggest: { input: suggestions(product), weight: Math.min(1000, view.reviewCount) + (view.inStock ? 10 : 0) },
    view,
  };
}

/** Words as people may write them: as they are, one of them, two as one. */
function spellings(name: string): string {
  const terms = termsOf(name);
  return [...new Set([...wordsOf(name), ...terms, ...joined(terms)])].join(' ');
}

/** A name counts where it is so: `waterproof: true`. */
function attributeTexts(attributes: Attributes): string[] {
  return Object.entries(attributes).flatMap(([name, value]) =>
    value === false ? [] : value === true ? [name] : [`${name} ${[value].flat().join(' ')}`],
  );
}

function optionTexts({ variants }: Product): string[] {
  return [...new Set(variants.flatMap(({ options }) => Object.values(options)))];
}

/** A title can be begun at each of its words. */
function suggestions({ title, brand }: Product): string[] {
  const words = title.split(/\s+/);
  const starts = words.slice(0, 6).map((_, start) => words.slice(start).join(' '));
  return [...new Set([...starts, `${brand} ${title}`.trim()])].filter((text) => text.length > 1);
}
