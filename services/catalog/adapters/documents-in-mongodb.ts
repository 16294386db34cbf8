import { MikroORM, defineEntity, p } from '@mikro-orm/mongodb';
import type { Attributes } from '../domain/product.ts';
import type { Documents, Review } from '../ports.ts';

export const ReviewDocument = defineEntity({
  name: 'Review',
  tableName: 'reviews',
  properties: {
    _id: p.string().primary(),
    productId: p.string(),
    customerId: p.string().nullable(),
    author: p.string(),
    rating: p.integer(),
    title: p.string().nullable(),
    text: p.string(),
    createdAt: p.string(),
  },
  indexes: [{ properties: ['productId', '_id'] }],
});

const AttributesDocument = defineEntity({
  name: 'ProductAttributes',
  tableName: 'product_attributes',
  properties: { _id: p.string().primary(), values: p.json<Attributes>() },
});

export interface OpenDocuments extends Documents {
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens MongoDB. One review a customer and product is a unique index: two at once are one. */
export async function openDocuments(url: string): Promise<OpenDocuments> {
  const orm = await MikroORM.init({ clientUrl: url, entities: [ReviewDocument, AttributesDocument], ensureIndexes: true });
  await orm.em
    .getCollection(ReviewDocument)
    .createIndex({ productId: 1, customerId: 1 }, { unique: true, partialFilterExpression: { customerId: { $type: 'string' } } });

  return {
    async attributesOf(productIds) {
      const found = await orm.em.fork().find(AttributesDocument, { _id: { $in: [...productIds] } });
      return new Map(found.map(({ _id, values }) => [_id, values]));
    },
    async setAttributes(productId, values) {
      await orm.em.fork().upsert(AttributesDocument, { _id: productId, values });
    },
    async reviews(productId, limit, before) {
      const where = before === undefined ? { productId } : { productId, _id: { $lt: before } };
      const found = await orm.em.fork().find(ReviewDocument, where, { orderBy: { _id: 'desc' }, limit });
      return found.map(({ _id, ...review }) => ({ id: _id, ...pick(review) }));
    },
    async addReview({ id, ...review }) {
      try {
        await orm.em.fork().insert(ReviewDocument, { _id: id, ...review });
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code === 11_000) return false;
        throw error;
      }
    },
    async replaceImportedReviews(productId, reviews) {
      const em = orm.em.fork();
      const found = await em.find(ReviewDocument, { productId });
      const contentOf = ({ author, rating, text, createdAt }: Omit<StoredReview, 'productId'>): string =>
        JSON.stringify([author, rating, text, createdAt]);
      const byCustomers = new Set(found.filter(({ customerId }) => typeof customerId === 'string').map(contentOf));
      const wanted = new Map(reviews.filter((review) => !byCustomers.has(contentOf(review))).map((review) => [review.id, review]));
      const imported = found.filter(({ customerId }) => typeof customerId !== 'string');
      const obsolete = imported.filter(({ _id }) => !wanted.has(_id)).map(({ _id }) => _id);
      for (const { _id } of imported) wanted.delete(_id);
      if (obsolete.length > 0) await em.nativeDelete(ReviewDocument, { _id: { $in: obsolete } });
      if (wanted.size > 0)
        await em.insertMany(
          ReviewDocument,
          [...wanted.values()].map(({ id, ...review }) => ({ _id: id, ...review })),
        );
    },
    async ratingOf(productId) {
      const [sum] = await orm.em
        .getCollection(ReviewDocument)
        .aggregate<{ sum: number; count: number }>([
          { $match: { productId } },
          { $group: { _id: null, sum: { $sum: '$rating' }, count: { $sum: 1 } } },
        ])
        .toArray();
      return { sum: sum?.sum ?? 0, count: sum?.count ?? 0 };
    },
    async forget(productIds) {
      const em = orm.em.fork();
      await em.nativeDelete(ReviewDocument, { productId: { $in: [...productIds] } });
      await em.nativeDelete(AttributesDocument, { _id: { $in: [...productIds] } });
    },
    async ping() {
      await orm.em.getConnection().getDb().command({ ping: 1 });
    },
    close: () => orm.close(true),
  };
}

interface StoredReview extends Omit<Review, 'id' | 'customerId' | 'title'> {
  readonly customerId?: string | null | undefined;
  readonly title?: string | null | undefined;
}

function pick({ productId, customerId, author, rating, title, text, createdAt }: StoredReview): Omit<Review, 'id'> {
  return { productId, customerId: customerId ?? null, author, rating, title: title ?? null, text, createdAt };
}
