import { Currency, Money, Sku, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Picture, pictureOf, plainUrl } from './image.ts';
import { Attributes, Status } from './product.ts';
import type { Product } from './product.ts';

const VariantView = Type.Object({
  sku: Sku,
  title: Type.String(),
  price: Money,
  compareAt: Type.Union([Money, Type.Null()]),
  options: Type.Record(Type.String(), Type.String()),
  available: Type.Union([Type.Integer(), Type.Null()]),
});

/** A product as lists and search results show it. */
export const ProductSummary = Type.Object({
  id: Uuid,
  slug: Type.String(),
  title: Type.String(),
  brand: Type.String(),
  category: Type.String(),
  price: Money,
  rating: Type.Union([Type.Number(), Type.Null()]),
  reviewCount: Type.Integer(),
  image: Type.Union([Type.String(), Type.Null()]),
  inStock: Type.Boolean(),
  variants: Type.Array(VariantView),
});
export type ProductSummary = Static<typeof ProductSummary>;

const VariantDetail = Type.Object({
  ...VariantView.properties,
  barcode: Type.Union([Type.String(), Type.Null()]),
  weightGrams: Type.Union([Type.Integer(), Type.Null()]),
});

/** A product with all that is known of it. */
export const ProductView = Type.Object({
  ...ProductSummary.properties,
  variants: Type.Array(VariantDetail),
  description: Type.String(),
  sellerId: Type.String(),
  currency: Currency,
  tags: Type.Array(Type.String()),
  images: Type.Array(Type.String()),
  pictures: Type.Array(Picture),
  attributes: Attributes,
  status: Status,
  publishAt: Type.Union([Timestamp, Type.Null()]),
  version: Type.Integer({ description: 'How often what was entered has changed' }),
});
export type ProductView = Static<typeof ProductView>;

/** `price` is that of the cheapest variant; `rating` has one decimal, and is null while there are no reviews. */
export function summaryOf(product: Product): ProductSummary {
  const { id, slug, title, brand, category, currency, images, variants, ratingSum, ratingCount } = product;
  const money = (amount: number): { amount: number; currency: string } => ({ amount, currency });
  return {
    id,
    slug,
    title,
    brand,
    category,
    price: money(Math.min(...variants.map(({ price }) => price))),
    rating: ratingCount === 0 ? null : Math.round((10 * ratingSum) / ratingCount) / 10,
    reviewCount: ratingCount,
    image: images[0] === undefined ? null : plainUrl(images[0]),
    inStock: variants.some(({ available }) => available !== null && available > 0),
    variants: variants.map(({ sku, title: variantTitle, price, compareAt, options, available }) => ({
      sku,
      title: variantTitle,
      price: money(price),
      compareAt: compareAt === null ? null : money(compareAt),
      options: { ...options },
      available,
    })),
  };
}

export function viewOf(product: Product, attributes: Attributes): ProductView {
  const { description, sellerId, currency, tags, images, status, publishAt, revision } = product;
  const summary = summaryOf(product);
  return {
    ...summary,
    variants: summary.variants.map((variant, index) => ({
      ...variant,
      barcode: product.variants[index]?.barcode ?? null,
      weightGrams: product.variants[index]?.weightGrams ?? null,
    })),
    description,
    sellerId,
    currency,
    tags: [...tags],
    images: images.map(plainUrl),
    pictures: images.map(pictureOf),
    attributes,
    status,
    publishAt,
    version: revision,
  };
}
