import type { NewEvent } from '@cartwright/kernel/events/event';
import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import { plainUrl } from '../domain/image.ts';
import type { NewProduct } from '../domain/product.ts';
import type { Before } from './product-rows.ts';

/** Whether others hear of a change: to them a product begins when it is published, and ends when it is withdrawn. Of drafts they hear nothing. */
export function isTold({ status }: Pick<NewProduct, 'status'>, before: Before | undefined): boolean {
  return status === 'published' || before?.status === 'published';
}

/** What others are told of a change that gave the seller's price list this version. */
export function eventOf(product: NewProduct, before: Before | undefined, listVersion: number): NewEvent {
  const { id: productId, sellerId, variants } = product;
  const about = { aggregateId: productId, aggregateVersion: (before?.version ?? 0) + 1 };
  if (product.status !== 'published')
    return ProductDeleted.create({ ...about, data: { productId, skus: variants.map(({ sku }) => sku), sellerId, listVersion } });
  const kind = before?.status === 'published' ? ProductUpdated : ProductCreated;
  return kind.create({ ...about, data: { ...snapshotOf(product), listVersion } });
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
