import type { NewEvent } from '@cartwright/kernel/events/event';
import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import { plainUrl } from '../domain/image.ts';
import type { NewProduct } from '../domain/product.ts';
import type { Before } from './product-rows.ts';

/** What others are told: to them a product begins when it is published, and ends when it is withdrawn. Of drafts they hear nothing. */
export function eventOf(product: NewProduct, before: Before | undefined): NewEvent | undefined {
  const about = { aggregateId: product.id, aggregateVersion: (before?.version ?? 0) + 1 };
  const wasPublished = before?.status === 'published';
  if (product.status === 'published')
    return (wasPublished ? ProductUpdated : ProductCreated).create({ ...about, data: snapshotOf(product) });
  if (!wasPublished) return undefined;
  return ProductDeleted.create({ ...about, data: { productId: product.id, skus: product.variants.map(({ sku }) => sku) } });
}

/** The whole of a product, as its events tell it. */
function snapshotOf({
  id,
  slug,
  title,
  brand,
  category,
  sellerId,
  currency,
  images,
  variants,
}: NewProduct): Parameters<typeof ProductCreated.create>[0]['data'] {
  const [image] = images;
  return {
    productId: id,
    slug,
    title,
    brand,
    category,
    sellerId,
    currency,
    ...(image === undefined ? {} : { image: plainUrl(image) }),
    variants: variants.map(({ sku, title: variantTitle, price, options }) => ({
      sku,
      title: variantTitle,
      price,
      options: { ...options },
    })),
  };
}
