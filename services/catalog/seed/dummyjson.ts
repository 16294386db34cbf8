import type { ProductLine } from '../domain/import-line.ts';
import { slugOf } from '../domain/product.ts';
import type { Attributes } from '../domain/product.ts';
import type { Loadable } from './entry.ts';
import type { Catalogue } from './own-catalogue.ts';

/** A product as dummyjson.com writes it; prices are in dollars. Fields that we do not take are left out here. */
export interface DummyProduct {
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly price: number;
  readonly stock: number;
  readonly sku: string;
  readonly brand?: string;
  readonly tags?: readonly string[];
  readonly weight?: number;
  readonly dimensions?: { readonly width: number; readonly height: number; readonly depth: number };
  readonly warrantyInformation?: string;
  readonly shippingInformation?: string;
  readonly returnPolicy?: string;
  readonly images?: readonly string[];
  readonly thumbnail?: string;
  readonly meta?: { readonly barcode?: string };
  readonly reviews?: readonly { readonly rating: number; readonly comment: string; readonly date: string; readonly reviewerName: string }[];
}

/** Reads a list of products, or an object that holds it as `products`. Titles that stand twice get their SKU into the slug. */
export function readDummyJson(text: string): Catalogue {
  const parsed = JSON.parse(text) as DummyProduct[] | { products: DummyProduct[] };
  const products = Array.isArray(parsed) ? parsed : parsed.products;
  const slugs = new Set<string>();
  const loadable = products.map((product) => {
    const plain = slugOf(product.title);
    const slug = slugs.has(plain) ? slugOf(`${product.title} ${product.sku}`) : plain;
    slugs.add(slug);
    return toLoadable(product, slug);
  });
  const categories = [...new Set(loadable.map(({ line }) => line.category))].sort();
  return { categories: categories.map((slug) => ({ slug, name: nameOf(slug), parent: null })), products: loadable };
}

function toLoadable(product: DummyProduct, slug: string): Loadable {
  const {
    title,
    description,
    category,
    price,
    stock,
    sku,
    brand = '',
    tags = [],
    images = [],
    thumbnail,
    weight,
    meta,
    reviews = [],
  } = product;
  const pictures = images.length > 0 ? images : thumbnail === undefined ? [] : [thumbnail];
  const line: ProductLine = {
    slug,
    title,
    description,
    brand,
    category: slugOf(category),
    tags: [...tags],
    images: pictures.filter((url) => URL.canParse(url)).slice(0, 20),
    attributes: attributesOf(product),
    variants: [
      {
        sku,
        title,
        price: Math.round(price * 100),
        ...(meta?.barcode === undefined ? {} : { barcode: meta.barcode }),
        ...(weight === undefined ? {} : { weightGrams: Math.round(weight) }),
      },
    ],
    reviews: reviews.map(({ rating, comment, date, reviewerName }) => ({ author: reviewerName, rating, text: comment, createdAt: date })),
  };
  return { line, stock: { [sku]: stock } };
}

function attributesOf({ dimensions, warrantyInformation, shippingInformation, returnPolicy }: DummyProduct): Attributes {
  return {
    ...(dimensions === undefined ? {} : { width: dimensions.width, height: dimensions.height, depth: dimensions.depth }),
    ...(warrantyInformation === undefined ? {} : { warranty: warrantyInformation }),
    ...(shippingInformation === undefined ? {} : { shipping: shippingInformation }),
    ...(returnPolicy === undefined ? {} : { returns: returnPolicy }),
  };
}

function nameOf(slug: string): string {
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
