import { MikroORM, defineEntity, p } from '@mikro-orm/mongodb';
import type { Attributes } from '../domain/product.ts';
import type { AttributeSchemas, Documents } from '../ports.ts';
import type { Reviews } from '../review-ports.ts';
import { importedReviews } from './imported-reviews.ts';
import { openReviewCollections } from './review-collections.ts';
import type { ReviewHooks } from './review-collections.ts';
import { CategorySchemaDocument, schemasIn } from './schemas-in-mongodb.ts';
import { reviewsIn } from './reviews-in-mongodb.ts';

export const AttributesDocument = defineEntity({
  name: 'ProductAttributes',
  tableName: 'product_attributes',
  properties: { _id: p.string().primary(), values: p.json<Attributes>() },
});

export interface OpenDocuments {
  readonly documents: Documents;
  readonly reviews: Reviews;
  readonly schemas: AttributeSchemas;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens MongoDB. */
export async function openDocuments(url: string, hooks?: ReviewHooks): Promise<OpenDocuments> {
  const orm = await MikroORM.init({ clientUrl: url, entities: [AttributesDocument, CategorySchemaDocument], ensureIndexes: true });
  const collections = await openReviewCollections(orm.em.getConnection(), hooks);

  const documents: Documents = {
    ...importedReviews(collections),
    async attributesOf(productIds) {
      const found = await orm.em.fork().find(AttributesDocument, { _id: { $in: [...productIds] } });
      return new Map(found.map(({ _id, values }) => [_id, values]));
    },
    async setAttributes(productId, values) {
      await orm.em.fork().upsert(AttributesDocument, { _id: productId, values });
    },
    async setAttributesOf(attributes) {
      if (attributes.size === 0) return;
      const writes = [...attributes].map(([_id, values]) => ({
        updateOne: { filter: { _id }, update: { $set: { values } }, upsert: true },
      }));
      await orm.em.getCollection(AttributesDocument).bulkWrite(writes, { ordered: false });
    },
    async forget(productIds) {
      await collections.forget(productIds);
      await orm.em.fork().nativeDelete(AttributesDocument, { _id: { $in: [...productIds] } });
    },
  };
  return {
    documents,
    reviews: reviewsIn(collections),
    schemas: schemasIn(orm),
    async ping() {
      await orm.em.getConnection().getDb().command({ ping: 1 });
    },
    close: () => orm.close(true),
  };
}
