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
  const { id, sellerId, variants } = product;
  const version = before?.version ?? 0;
  if (product.status !== 'published') return endOf({ id, version, sellerId, skus: variants.map(({ sku }) => sku) }, listVersion);
  const kind = before?.status === 'published' ? ProductUpdated : ProductCreated;
  return kind.create({ aggregateId: id, aggregateVersion: version + 1, data: { ...snapshotOf(product), listVersion } });
}

/** What others are told when a product that was for sale at this version is so no more. */
export function endOf(
  {
    id: productId,
    version,
    sellerId,
    skus,
  }: { readonly id: string; readonly version: number; readonly sellerId: string; readonly skus: string[] },
  listVersion: number,
): NewEvent {
  const data = { productId, skus, sellerId, listVersion };
  return ProductDeleted.create({ aggregateId: productId, aggregateVersion: version + 1, data });
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
